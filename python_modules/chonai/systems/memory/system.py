"""A system that lives in memory: for trying things out, for tests,
and as the shortest description of what a system does.

It passes the same contract suite as the real ones.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from chonai.change.effect import applied
from chonai.change.errors import SystemUnreachable
from chonai.change.model import Action, Change, Key, Record, Scope, State, Value, by_value, members
from chonai.change.system import Observation, Result, SecretMaker
from chonai.text.messages import Message, message

PARENT, NAME, MEMBER, MEMBER_OF = "parent", "name", "member", "memberOf"


class MemorySystem:
    """Objects with a place (`parent`), a `name` that is theirs alone there,
    and groups whose `member` names other objects.

    objects     what is there now, by key; every attribute of every object
    protected   what must not be touched, and why
    refuse      objects whose changes fail, and why: to see what happens then
    secrets     what was set for whom, by key and name
    """

    def __init__(self, name: str, objects: State | None = None, protected: Mapping[Key, Message] | None = None) -> None:
        self.name, self.whole_batches = name, False
        self.objects: dict[Key, dict[str, Value]] = {key: dict(record) for key, record in (objects or {}).items()}
        self.protected = dict(protected or {})
        self.refuse: dict[Key, Message] = {}
        self.secrets: dict[Key, dict[str, str]] = {}
        self._reachable = True

    @contextmanager
    def gone(self) -> Iterator[None]:
        """While inside, the system does not answer."""
        self._reachable = False
        try:
            yield
        finally:
            self._reachable = True

    def observe(self, scope: Scope) -> Observation:
        """All objects of the scope's types."""
        self._must_answer()
        keys = [key for key in self.objects if key.type in scope]
        return Observation(self.read(keys, scope), {key: self.protected[key] for key in keys if key in self.protected})

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of the keys that exist."""
        self._must_answer()
        return {key: self._owned(key, scope) for key in keys if key in self.objects and key.type in scope}

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """By place and name."""
        self._must_answer()
        held = {(key.type, record.get(PARENT), record.get(NAME)): key for key, record in self.objects.items()}
        wanted = {change.key: (change.key.type, change.after.get(PARENT), change.after.get(NAME)) for change in creates}
        return {new: held[place] for new, place in wanted.items() if place in held}

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """What is protected."""
        self._must_answer()
        return {key: self.protected[key] for key in keys if key in self.protected}

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """The whole objects, and the groups that they are in."""
        self._must_answer()
        return {key: self._whole(key) for key in keys if key in self.objects}

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make the changes one after the other."""
        self._must_answer()
        return [self._make(change, secret) for change in changes]

    def _must_answer(self) -> None:
        if not self._reachable:
            raise SystemUnreachable("memory.gone", system=self.name)

    def _owned(self, key: Key, scope: Scope) -> dict[str, Value]:
        record = self.objects[key]
        return {name: record.get(name) for name in scope[key.type].attributes}

    def _whole(self, key: Key) -> dict[str, Value]:
        groups = frozenset(
            str(group) for group, record in self.objects.items() if str(key) in members(record.get(MEMBER))
        )
        return {**self.objects[key], MEMBER_OF: groups} if groups else dict(self.objects[key])

    def _make(self, change: Change, secret: SecretMaker) -> Result:
        if error := self._objection(change):
            return Result(change.key, error)
        if change.action is Action.DELETE:
            self._delete(change.key)
        elif change.action is Action.CREATE:
            return Result(self._create(change, secret))
        else:
            self.objects[change.key] = _written(self.objects[change.key], change)
        return Result(change.key)

    def _objection(self, change: Change) -> Message | None:
        key = change.key
        if why := self.refuse.get(key) or self.protected.get(key):
            return why
        if change.action is Action.DELETE:
            children = [str(child) for child, record in self.objects.items() if record.get(PARENT) == str(key)]
            return message("memory.not_empty", object=str(key), children=", ".join(children)) if children else None
        if change.action is not Action.CREATE and key not in self.objects:
            return message("memory.no_object", object=str(key))
        return self._missing(change) or self._conflict(change) or self._taken(change)

    def _missing(self, change: Change) -> Message | None:
        references = [*members(change.after.get(MEMBER)), *([change.after[PARENT]] if change.after.get(PARENT) else [])]
        missing = [str(one) for one in references if Key.parse(str(one)) not in self.objects]
        return message("memory.no_reference", object=str(change.key), reference=missing[0]) if missing else None

    def _conflict(self, change: Change) -> Message | None:
        now = self.objects.get(change.key, {})
        for name, before in change.before.items():
            if by_value(before, change.after.get(name)):
                continue
            if now.get(name) not in (before, change.after.get(name)):
                return message("memory.moved", object=str(change.key), attribute=name, now=str(now.get(name)))
        return None

    def _taken(self, change: Change) -> Message | None:
        after = applied(self.objects.get(change.key), change) or {}
        place = (after.get(PARENT), after.get(NAME))
        for key, record in self.objects.items():
            if key.type == change.key.type and key != change.key and (record.get(PARENT), record.get(NAME)) == place:
                return message("memory.taken", object=str(change.key), holder=str(key))
        return None

    def _delete(self, key: Key) -> None:
        self.objects.pop(key, None)
        for record in self.objects.values():
            if str(key) in members(record.get(MEMBER)):
                record[MEMBER] = members(record[MEMBER]) - {str(key)}

    def _create(self, change: Change, secret: SecretMaker) -> Key:
        key = Key(change.key.type, str(uuid.uuid4())) if change.key.is_new else change.key
        self.objects[key] = {
            name: value for name, value in _written(self.objects.get(key, {}), change).items() if name != MEMBER_OF
        }
        if change.secrets:
            self.secrets[key] = {name: secret(change, name) for name in change.secrets}
        self._join(key, members(change.after.get(MEMBER_OF)))
        return key

    def _join(self, key: Key, groups: Iterable[str]) -> None:
        for group in groups:
            record = self.objects[Key.parse(group)]
            record[MEMBER] = members(record.get(MEMBER)) | {str(key)}


def _written(record: Record, change: Change) -> dict[str, Value]:
    """The record with the change made; what a create finds there already stays unless the create says otherwise."""
    update = replace(change, action=Action.UPDATE)
    return dict(applied(record, update) or {})
