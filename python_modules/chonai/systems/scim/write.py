"""Making changes: look, judge, send, look again where somebody was quicker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from chonai.change.model import Action, Change, Key, members
from chonai.change.system import Result, SecretMaker
from chonai.systems.scim import links
from chonai.systems.scim.connection import Call, Reply
from chonai.systems.scim.documents import Document, text
from chonai.systems.scim.judging import judge
from chonai.systems.scim.locate import said
from chonai.systems.scim.paths import Path
from chonai.systems.scim.preimage import memberships, plain_part
from chonai.systems.scim.records import referred
from chonai.systems.scim.refusals import refusal
from chonai.systems.scim.sending import made_id, send
from chonai.systems.scim.session import Session, shown
from chonai.systems.scim.types import ENDPOINTS, MEMBER_OF, NAMING
from chonai.text.messages import Message


def apply(session: Session, changes: Sequence[Change], secret: SecretMaker) -> list[Result]:
    """What became of each change, in order. Raises SystemUnreachable when the server goes away."""
    results: dict[int, Result] = {}
    for wave in _waves(changes):
        left = wave
        for _ in range(links.TRIES):
            results.update(_Pass(session, {n: changes[n] for n in left}, secret).made())
            left = [n for n in left if _is_stale(results[n])]
            if not left:
                break
    return [results[n] for n in range(len(changes))]


def _waves(changes: Sequence[Change]) -> Iterator[list[int]]:
    """Positions that may be written side by side: no object twice."""
    left = list(range(len(changes)))
    while left:
        first = {changes[n].key: n for n in reversed(left)}
        wave = sorted(first.values())
        yield wave
        left = [n for n in left if first[changes[n].key] != n]


def _is_stale(result: Result) -> bool:
    return result.error is not None and result.error.code == "scim.stale"


class _Pass:
    """One attempt at changes of different objects."""

    def __init__(self, session: Session, changes: Mapping[int, Change], secret: SecretMaker) -> None:
        self._session, self._secret = session, secret
        resources = session.fetched({change.key for change in changes.values() if change.key.type in ENDPOINTS})
        self._now = {n: resources[change.key] for n, change in changes.items() if change.key in resources}
        self._changes = dict(changes)
        self._find_brought_back()
        self._missing = self._lead_nowhere()

    def _find_brought_back(self) -> None:
        """An object that came back under a new id, by an apply that was killed, is completed and not made again.

        It is that one when it says all that the old one said.
        """
        lost = [n for n, change in self._changes.items() if self._is_return(n, change)]
        for type_ in ENDPOINTS:
            mine = {n: self._changes[n] for n in lost if self._changes[n].key.type == type_}
            twins = self._twins(type_, mine)
            for n, change in mine.items():
                for twin in twins:
                    if self._session.record(type_, twin, plain_part(change.after)) == plain_part(change.after):
                        self._now[n] = twin
                        self._changes[n] = replace(change, key=Key(type_, text(twin, "id")))

    def _is_return(self, n: int, change: Change) -> bool:
        return change.action is Action.CREATE and not change.key.is_new and n not in self._now

    def _twins(self, type_: str, changes: Mapping[int, Change]) -> list[Document]:
        names = [said(self._session, change, NAMING[type_]) for change in changes.values()]
        known = self._session.settings.paths[type_]
        return self._session.holding(type_, Path(NAMING[type_]), [name for name in names if name], known)

    def _lead_nowhere(self) -> frozenset[Key]:
        wanted = {key for change in self._changes.values() for key in referred(change.after)}
        return frozenset(wanted - self._session.fetched(wanted, {}).keys())

    def made(self) -> dict[int, Result]:
        """Make them; what became of each."""
        judged = {
            n: judge(self._session, change, self._now.get(n), self._missing, self._secret)
            for n, change in self._changes.items()
        }
        results = {n: found for n, found in judged.items() if isinstance(found, Result)}
        calls = {n: found for n, found in judged.items() if isinstance(found, Call)}
        results.update(self._without_deletes(calls))
        return self._rejoined(results)

    def _without_deletes(self, calls: dict[int, Call]) -> dict[int, Result]:
        """Send the requests; what is deleted leaves its groups first, and goes back when it cannot be deleted."""
        leaving = {self._changes[n].key: n for n, call in calls.items() if call.method == "DELETE"}
        groups = {
            key: [group for group in its if group not in leaving]
            for key, its in memberships(self._session, leaving.keys()).items()
        }
        refused = links.leave(self._session, groups)
        results: dict[int, Result] = {}
        for key, its in groups.items():
            for group in [one for one in its if one in refused]:
                n = leaving[key]
                results[n] = Result(key, self._linked("scim.still_member", n, group, refused[group]))
                calls.pop(n, None)
        for n, reply in zip(calls, send(self._session, list(calls.values())), strict=True):
            results[n] = self._result(n, reply)
        stayed = {key: its for key, its in groups.items() if results[leaving[key]].error is not None}
        links.join(self._session, stayed)
        return results

    def _result(self, n: int, reply: Reply) -> Result:
        change = self._changes[n]
        is_delete = change.action is Action.DELETE
        if not reply.ok and not (is_delete and reply.status == 404):
            return Result(change.key, refusal(self._name(n), reply))
        if change.action is Action.CREATE and n not in self._now:
            return Result(Key(change.key.type, made_id(reply)))
        return Result(change.key)

    def _rejoined(self, results: dict[int, Result]) -> dict[int, Result]:
        """What came back joins the groups that it was in."""
        groups = {
            results[n].key: [Key.parse(group) for group in members(change.after.get(MEMBER_OF))]
            for n, change in self._changes.items()
            if results[n].error is None and change.action is Action.CREATE
        }
        refused = links.join(self._session, groups)
        for n, result in results.items():
            for group in [one for one in groups.get(result.key, ()) if one in refused]:
                error = self._linked("scim.group_not_restored", n, group, refused[group])
                results[n] = Result(result.key, error)
        return results

    def _linked(self, code: str, n: int, group: Key, reply: Reply) -> Message:
        return Message(code, {"name": self._name(n), "group": str(group), "status": reply.status, "text": reply.detail})

    def _name(self, n: int) -> str:
        change = self._changes[n]
        return shown(change.key, self._now.get(n), change.after)
