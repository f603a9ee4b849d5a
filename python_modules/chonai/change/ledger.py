"""What the journal knows about one plan:

which changes are done, failed or open, and which real keys the new objects have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from chonai.change.codec import record_from_json
from chonai.change.errors import JournalBroken, Refused
from chonai.change.model import Action, Key, Plan, Record
from chonai.change.ports import Event, Row


class Status(StrEnum):
    """What the journal says of one change.

    `open`: an intent without an outcome; only the system itself can tell.
    """

    UNTOUCHED = "untouched"
    OPEN = "open"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


UNMADE = (Status.UNTOUCHED, Status.FAILED, Status.SKIPPED)


@dataclass
class Ledger:
    """Status by position in the plan, real keys of created objects, full records saved before deletes."""

    plan: Plan
    status: list[Status]
    keys: dict[Key, Key] = field(default_factory=dict)
    preimages: dict[Key, Record] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, rows: Iterable[Row]) -> Ledger:
        """Read the journal rows of this plan's change set and system, in order.

        Raises `JournalBroken` for a row that no apply of this plan writes: a key given to what the plan does not
        create, an outcome of something that was never tried, an object that cannot be read.
        """
        ledger = cls(plan, [Status.UNTOUCHED] * len(plan.changes))
        for row in rows:
            try:
                if row.entry.event is Event.INTENT:
                    ledger._intent(row.entry.data)
                elif row.entry.event is Event.OUTCOME:
                    ledger._outcome(row.entry.data)
            except (LookupError, ValueError, TypeError, AttributeError, Refused) as error:
                raise JournalBroken("identity.journal_does_not_fit", seq=row.seq) from error
        return ledger

    @property
    def is_fresh(self) -> bool:
        """Nothing of this plan has been tried yet."""
        return all(status is Status.UNTOUCHED for status in self.status)

    def positions(self, *wanted: Status) -> list[int]:
        """Positions in the plan whose status is one of `wanted`, ascending."""
        return [n for n, status in enumerate(self.status) if status in wanted]

    def _intent(self, data: Mapping[str, Any]) -> None:
        for n in data["changes"]:
            self._set(n, Status.OPEN)
        for key, record in data.get("preimages", {}).items():
            self.preimages.setdefault(Key.parse(key), record_from_json(record))

    def _outcome(self, data: Mapping[str, Any]) -> None:
        for name in (Status.DONE, Status.FAILED, Status.SKIPPED):
            for n in data.get(name.value, ()):
                if name is Status.DONE and self.status[int(n)] is Status.UNTOUCHED:
                    raise ValueError(n)
                self._set(int(n), name)
        for provisional, real in data.get("keys", {}).items():
            self._name(Key.parse(provisional), Key.parse(real))

    def _set(self, position: int, status: Status) -> None:
        if position < 0:
            raise IndexError(position)
        self.status[position] = status

    def _name(self, provisional: Key, real: Key) -> None:
        """The key that a server gave to an object that the plan makes. It is none that the plan speaks of."""
        may_be_named = provisional in self._made or provisional in self.keys.values()
        if not may_be_named or provisional.type != real.type or real in self._known or real.is_new:
            raise ValueError(provisional)
        self.keys[provisional] = real

    @cached_property
    def _made(self) -> frozenset[Key]:
        return frozenset(change.key for change in self.plan.changes if change.action is Action.CREATE)

    @cached_property
    def _known(self) -> frozenset[Key]:
        return frozenset(change.key for change in self.plan.changes)
