"""How far a change set has come, from what the journal says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chonai.change.model import Key, Plan
from chonai.change.ports import Event, Row


class State(StrEnum):
    """How far a change set has come."""

    SEALED = "sealed"
    APPROVED = "approved"
    APPLYING = "applying"
    INTERRUPTED = "interrupted"
    PARTLY_FAILED = "partly_failed"
    APPLIED = "applied"
    PARTLY_UNDONE = "partly_undone"
    UNDONE = "undone"


@dataclass(slots=True)
class Progress:
    """What the rows of a change set say: the changes of each system, which are done, which runs are open."""

    changes: Mapping[str, int] = field(default_factory=dict)
    is_approved: bool = False
    started: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)
    done: dict[str, set[int]] = field(default_factory=dict)
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
        if not self.started:
            return State.APPROVED if self.is_approved else State.SEALED
        if self.is_complete:
            return State.APPLIED
        if is_running:
            return State.APPLYING
        return State.INTERRUPTED if self.open else State.PARTLY_FAILED

    def objects(self, plans: Iterable[Plan]) -> set[tuple[str, Key]]:
        """The objects that these plans change, under the keys that they have since."""
        made = ((plan.system, change.key) for plan in plans for change in plan.changes)
        return {(system, self.keys.get((system, key), key)) for system, key in made}

    def _take(self, row: Row) -> None:
        event, system, data = row.entry.event, row.entry.system, row.entry.data
        if event is Event.SEALED:
            self.changes = _counts(data)
        elif event is Event.APPROVED:
            self.is_approved = True
        elif event is Event.STARTED:
            self.started.add(system)
            self.open.add(system)
        elif event is Event.FINISHED:
            self.open.discard(system)
        elif event is Event.OUTCOME:
            self._outcome(system, data)

    def _outcome(self, system: str, data: Mapping[str, Any]) -> None:
        done = self.done.setdefault(system, set())
        done.difference_update(int(n) for name in ("failed", "skipped") for n in data.get(name, ()))
        done.update(data.get("done", ()))
        self.keys.update(((system, Key.parse(old)), Key.parse(new)) for old, new in data.get("keys", {}).items())


def _counts(data: Mapping[str, Any]) -> dict[str, int]:
    return dict(data.get("changes", {}))
