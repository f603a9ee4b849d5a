"""Writing: look, judge, send in bulk, look again whether somebody else was at work in between."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from chonai.change.model import NEW, Action, Change, Key, Record
from chonai.change.system import Result
from chonai.systems.ipam.changes import differing, must_be_ours, refuse_others, shown
from chonai.systems.ipam.fields import ADDRESS, DEVICE, FIELDS, PREFIX, RANGE, TYPES, VLAN, VRF
from chonai.systems.ipam.values import stored
from chonai.systems.netbox.connection import Connection, Document, Refusal
from chonai.systems.netbox.documents import Writer
from chonai.systems.netbox.models import MODELS
from chonai.systems.netbox.named import Named
from chonai.systems.netbox.reading import GLOBAL_VRF, Reader
from chonai.systems.netbox.rules import against, still_used
from chonai.systems.netbox.sending import Outcome, send
from chonai.systems.netbox.settings import NetboxSettings
from chonai.systems.refused import NotDone
from chonai.text.messages import Message, message

CONTESTED = (VRF, VLAN, PREFIX, RANGE, ADDRESS, DEVICE)
"""Types of which NetBox's database lets two writers make the same at once."""


@dataclass(frozen=True, slots=True)
class _Step:
    """One change on its way: its place among the changes, and what NetBox is sent for it."""

    at: int
    change: Change
    record: Record
    document: Document


def apply(settings: NetboxSettings, connection: Connection, changes: Sequence[Change], today: date) -> list[Result]:
    """What became of each change, in order. `today`: whatever day they were planned for, what is somebody's until that
    day or a later one is not given to another. Raises SystemUnreachable when NetBox goes away.
    """
    return Desk(settings, connection, changes, today).made()


class Desk:
    """One call of apply: all is looked at and judged when it is made, and sent afterwards."""

    def __init__(
        self, settings: NetboxSettings, connection: Connection, changes: Sequence[Change], today: date
    ) -> None:
        self._settings, self._connection, self._today = settings, connection, today
        self._reader = Reader(connection)
        self._table = self._reader.around(changes)
        self._writer = Writer(self._table, Named(connection))
        self._results: dict[int, Result] = {}
        self._steps: list[_Step] = []
        for n, change in enumerate(changes):
            try:
                judged = self._judge(n, change)
            except NotDone as error:
                judged = Result(change.key, error.message)
            if isinstance(judged, Result):
                self._results[n] = judged
            else:
                self._steps.append(judged)

    # -- judging

    def _judge(self, n: int, change: Change) -> _Step | Result:
        """What NetBox is to be sent for a change, or that there is nothing to do. Raises NotDone."""
        must_be_ours(self._settings.name, self._settings, change, self._table.records)
        if change.key == GLOBAL_VRF:
            raise NotDone(message("netbox.global_vrf"))
        record = None if change.key.is_new else self._table.records.get(change.key)
        if change.action is Action.DELETE:
            return Result(change.key) if record is None else self._delete(n, change, record)
        if record is not None:
            return self._update(n, change, record)
        if change.action is not Action.CREATE:
            raise NotDone(message("ipam.gone", name=self._name(change)))
        return self._create(n, change)

    def _delete(self, n: int, change: Change, record: Record) -> _Step:
        if user := still_used(self._table, change.key):
            raise NotDone(message("ipam.still_used", name=self._name(change), rule=user))
        self._table.drop(change.key)
        return _Step(n, change, record, {"id": int(change.key.id)})

    def _update(self, n: int, change: Change, now: Record) -> _Step | Result:
        refuse_others(change, self._table.records, self._today)
        names = differing(change, self._table.records)
        record = {**now, **{name: change.after.get(name) for name in names}}
        self._must_fit(change, change.key, record, names)
        if not names:
            return Result(change.key)
        fields = self._writer.part(change.key.type, record, names, self._reader.documents[change.key])
        self._table.put(change.key, record)
        return _Step(n, change, record, {"id": int(change.key.id), **fields})

    def _create(self, n: int, change: Change) -> _Step | Result:
        """What is brought back gets another id, so what is there already may be it."""
        type_, key = change.key.type, Key(change.key.type, f"{NEW}{n}")
        record: Record = {name: change.after.get(name) for name in FIELDS[type_]}
        self._must_be_values(change, record, FIELDS[type_])
        back = [] if change.key.is_new else self._table.twins(key, record)
        if back and self._table.records[back[0]] == record:
            return Result(back[0])
        self._must_fit(change, key, record, FIELDS[type_])
        document = self._writer.whole(type_, record)
        self._table.put(key, record)
        return _Step(n, change, record, document)

    def _must_be_values(self, change: Change, record: Record, names: Collection[str]) -> None:
        for name in names:
            stored(self._name(change), name, FIELDS[change.key.type][name], record[name])

    def _must_fit(self, change: Change, key: Key, record: Record, names: Collection[str]) -> None:
        self._must_be_values(change, record, names)
        if broken := against(self._table, key, record, names):
            raise NotDone(_sentence(self._name(change), *broken))

    def _name(self, change: Change) -> str:
        return shown(change, self._table.records)

    # -- sending

    def made(self) -> list[Result]:
        """Make what may be made; what became of each change, in order. What is deleted makes room for what is made."""
        results = dict(self._results)
        for action in (Action.DELETE, Action.UPDATE, Action.CREATE):
            for type_ in reversed(TYPES) if action is Action.DELETE else TYPES:
                mine = [step for step in self._steps if (_action(step), step.change.key.type) == (action, type_)]
                if mine:
                    results.update(self._sent(action, type_, mine))
        created = [step for step in self._steps if _action(step) is Action.CREATE and results[step.at].error is None]
        results.update(self._contested([step for step in created if step.change.key.type in CONTESTED], results))
        return [results[n] for n in sorted(results)]

    def _sent(self, action: Action, type_: str, steps: Sequence[_Step]) -> dict[int, Result]:
        path, connection = MODELS[type_].path, self._connection
        how = {
            Action.DELETE: lambda some: connection.delete(path, [one["id"] for one in some]),
            Action.UPDATE: lambda some: connection.update(path, some),
            Action.CREATE: lambda some: connection.create(path, some),
        }[action]
        outcomes = send(how, [step.document for step in steps], self._settings.limits.bulk)
        return {step.at: self._result(step, outcome) for step, outcome in zip(steps, outcomes, strict=True)}

    def _result(self, step: _Step, outcome: Outcome) -> Result:
        key = step.change.key
        if isinstance(outcome, Refusal):
            is_gone = step.change.action is Action.DELETE and not Reader(self._connection).keys([key])
            fields = {"name": self._name(step.change), "status": outcome.status, "why": outcome.text}
            return Result(key) if is_gone else Result(key, message("netbox.refused", **fields))
        return Result(Key(key.type, str(outcome["id"])) if outcome is not None and "id" in outcome else key)

    def _contested(self, steps: Sequence[_Step], made: dict[int, Result]) -> dict[int, Result]:
        """Look again at what was made: what breaks a rule now was made by somebody else at the same moment, and ours is
        taken back.
        """
        if not steps:
            return {}
        table = Reader(self._connection).around([step.change for step in steps], named=False)
        results: dict[int, Result] = {}
        for step in steps:
            key = made[step.at].key
            now = table.records.get(key)
            if now is not None and (broken := against(table, key, now, FIELDS[key.type], named=False)):
                table.drop(key)
                results[step.at] = self._taken_back(step, key, _sentence(self._name(step.change), *broken))
        return results

    def _taken_back(self, step: _Step, key: Key, why: Message) -> Result:
        reply = self._connection.delete(MODELS[key.type].path, [int(key.id)])
        if isinstance(reply, Refusal):
            fields = {"name": self._name(step.change), "key": str(key), "status": reply.status, "text": reply.text}
            return Result(step.change.key, message("netbox.left_behind", why=why, **fields))
        return Result(step.change.key, why)


def _action(step: _Step) -> Action:
    """A create of what is there already is an update, and so is a move."""
    if step.change.action is Action.DELETE:
        return Action.DELETE
    return Action.UPDATE if "id" in step.document else Action.CREATE


def _sentence(name: str, code: str, why: str) -> Message:
    return message(code, name=name, rule=why) if code == "ipam.no_reference" else message(code, name=name, why=why)
