"""What the journal knows about one plan:

which changes are done, failed or open, and which real keys the new objects have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chonai.change.codec import record_from_json
from chonai.change.model import Key, Plan, Record
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


@dataclass(slots=True)
class Ledger:
    """Status by position in the plan, real keys of created objects, full records saved before deletes."""

    status: list[Status]
    keys: dict[Key, Key] = field(default_factory=dict)
    preimages: dict[Key, Record] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan, rows: Iterable[Row]) -> Ledger:
        """Read the journal rows of this plan's change set and system, in order."""
        ledger = cls([Status.UNTOUCHED] * len(plan.changes))
        for row in rows:
            if row.entry.event is Event.INTENT:
                ledger._intent(row.entry.data)
            elif row.entry.event is Event.OUTCOME:
                ledger._outcome(row.entry.data)
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
            self.status[n] = Status.OPEN
        for key, record in data.get("preimages", {}).items():
            self.preimages.setdefault(Key.parse(key), record_from_json(record))

    def _outcome(self, data: Mapping[str, Any]) -> None:
        for name in (Status.DONE, Status.FAILED, Status.SKIPPED):
            for n in data.get(name.value, ()):
                self.status[int(n)] = name
        for provisional, real in data.get("keys", {}).items():
            self.keys[Key.parse(provisional)] = Key.parse(real)
