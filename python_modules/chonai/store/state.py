"""How far a change set has come, from what the journal says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from chonai.change.model import Action, Change, Key, Plan, by_value, members
from chonai.change.ports import Event, Row

Mark: TypeAlias = tuple[str, str, str, str]
"""System, object, attribute, and of a set the value; the attribute is WHOLE for an object that was made or deleted."""
WHOLE = ""

Keys: TypeAlias = Mapping[tuple[str, Key], Key]
"""What objects are called since, by system and the key that they had."""


class State(StrEnum):
    """How far a change set has come."""

    SEALED = "sealed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    GIVEN_UP = "given_up"
    APPLYING = "applying"
    INTERRUPTED = "interrupted"
    PARTLY_FAILED = "partly_failed"
    APPLIED = "applied"
    PARTLY_UNDONE = "partly_undone"
    UNDONE = "undone"


WAITING = (State.SEALED, State.APPROVED)
"""States of what may still be applied for the first time."""

UNFINISHED = (State.PARTLY_FAILED, State.INTERRUPTED)
"""States of what was begun and may go on."""

MAKING_SECRETS = (State.APPLYING, State.INTERRUPTED)
"""States in which an apply may still make secrets, or has to make them again."""

UNDOABLE = (State.APPLIED, State.PARTLY_FAILED, State.INTERRUPTED, State.GIVEN_UP)
"""States in which something was done that an undo takes back."""


@dataclass(slots=True)
class Progress:
    """What the rows of a change set say: the changes of each system, which are done, which runs are open, and what was
    begun on which systems without an outcome: only the system itself can tell what became of it.
    """

    changes: Mapping[str, int] = field(default_factory=dict)
    is_approved: bool = False
    is_withdrawn: bool = False
    started: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    done: dict[str, set[int]] = field(default_factory=dict)
    unsettled: dict[str, set[int]] = field(default_factory=dict)
    keys: dict[tuple[str, Key], Key] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Progress:
        """Read the rows of one change set, in order."""
        progress = cls()
        for row in rows:
            progress._take(row)
        return progress

    @property
    def is_complete(self) -> bool:
        """Every change of every system is done."""
        return all(len(self.done.get(system, ())) == count for system, count in self.changes.items())

    def state(self, *, is_running: bool) -> State:
        """The state without regard to undos; `is_running`: an apply of it holds a lock now."""
        if self.is_withdrawn:
            return State.GIVEN_UP if self.started else State.WITHDRAWN
        if not self.started:
            return State.APPROVED if self.is_approved else State.SEALED
        if self.is_complete:
            return State.APPLIED
        if is_running:
            return State.APPLYING
        return State.INTERRUPTED if self.open else State.PARTLY_FAILED

    @property
    def left(self) -> dict[str, int]:
        """How many changes of each system are not done, where there are any."""
        found = {system: count - len(self.done.get(system, ())) for system, count in self.changes.items()}
        return {system: count for system, count in found.items() if count}

    def marks(self, plans: Iterable[Plan], since: Keys | None = None) -> frozenset[Mark]:
        """What the done changes of these plans left behind, object by object under the keys that they have since:
        so that a change set and the undos of it can be compared. `since`: keys that objects got later, when somebody
        brought them back.
        """
        keys = {old: (since or {}).get((old[0], new), new) for old, new in self.keys.items()}
        return frozenset(
            mark
            for plan in plans
            for n in sorted(self.done.get(plan.system, ()))
            for mark in _marks(plan.system, plan.changes[n], {**(since or {}), **keys})
        )

    def _take(self, row: Row) -> None:
        event, system, data = row.entry.event, row.entry.system, row.entry.data
        if event is Event.SEALED:
            self.changes = _counts(data)
        elif event is Event.APPROVED:
            self.is_approved = True
        elif event is Event.WITHDRAWN:
            self.is_withdrawn = True
        elif event is Event.STARTED:
            self.started.add(system)
            self.open.add(system)
        elif event is Event.FINISHED:
            self.open.discard(system)
        elif event is Event.INTENT:
            self.unsettled.setdefault(system, set()).update(_positions(data, "changes"))
        elif event is Event.OUTCOME:
            self._outcome(system, data)

    def _outcome(self, system: str, data: Mapping[str, Any]) -> None:
        done = self.done.setdefault(system, set())
        done.difference_update(_positions(data, "failed", "skipped"))
        done.update(data.get("done", ()))
        self.unsettled.setdefault(system, set()).difference_update(_positions(data, "done", "failed", "skipped"))
        self.keys.update(((system, Key.parse(old)), Key.parse(new)) for old, new in data.get("keys", {}).items())


def _marks(system: str, change: Change, keys: Keys) -> Iterator[Mark]:
    def now(text: str) -> str:
        """What a key or a reference is called since. Any other text comes back as it is."""
        key = Key.parse(text)
        return str(keys.get((system, key), key))

    key = now(str(change.key))
    if change.action in (Action.CREATE, Action.DELETE):
        yield system, key, WHOLE, ""
        return
    for name in change.before.keys() | change.after.keys():
        before, after = change.before.get(name), change.after.get(name)
        if by_value(before, after):
            for value in members(before) ^ members(after):
                yield system, key, name, now(value)
        else:
            yield system, key, name, ""


def covered(marks: Iterable[Mark], by: Collection[Mark]) -> bool:
    """Whether all that was left behind has been taken back. With an object all that was done to it goes or comes, its
    memberships elsewhere too.
    """
    wholes = {(system, key) for system, key, name, _ in by if name == WHOLE}
    return all(
        mark in by or (system, key) in wholes or (system, value) in wholes
        for mark in marks
        for system, key, _, value in [mark]
    )


def _positions(data: Mapping[str, Any], *names: str) -> set[int]:
    return {int(n) for name in names for n in data.get(name, ())}


def _counts(data: Mapping[str, Any]) -> dict[str, int]:
    return dict(data.get("changes", {}))
