"""Writes the journal of one apply and keeps the ledger in step with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from chonai.change.codec import record_to_json
from chonai.change.ledger import Ledger, Status
from chonai.change.model import Key, Record
from chonai.change.ports import Entry, Event, Journal
from chonai.text.messages import Message

NOTHING: Mapping[int, Message] = MappingProxyType({})
NO_KEYS: Mapping[Key, Key] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Scribe:
    """Every line that an apply journals goes through here, so that ledger and journal cannot disagree."""

    journal: Journal
    ledger: Ledger
    change_set: str
    system: str
    actor: str
    now: Callable[[], datetime]

    def intent(self, positions: Sequence[int], preimages: Mapping[Key, Record]) -> None:
        """These changes are about to be made; objects about to be deleted are kept whole."""
        data: dict[str, object] = {"changes": list(positions)}
        if preimages:
            data["preimages"] = {str(key): record_to_json(record) for key, record in preimages.items()}
            self.ledger.preimages.update(preimages)
        self.write(Event.INTENT, data)
        self._mark(positions, Status.OPEN)

    def outcome(
        self,
        *,
        done: Sequence[int] = (),
        failed: Mapping[int, Message] = NOTHING,
        skipped: Sequence[int] = (),
        keys: Mapping[Key, Key] = NO_KEYS,
    ) -> None:
        """What became of changes, by position in the plan, and the real keys of what was created."""
        for positions, status in ((done, Status.DONE), (failed, Status.FAILED), (skipped, Status.SKIPPED)):
            self._mark(list(positions), status)
        self.ledger.keys.update(keys)
        parts = {
            "done": list(done),
            "failed": {str(n): error.as_json() for n, error in failed.items()},
            "skipped": list(skipped),
            "keys": {str(old): str(new) for old, new in keys.items()},
        }
        if any(parts.values()):
            self.write(Event.OUTCOME, {name: part for name, part in parts.items() if part})

    def write(self, event: Event, data: Mapping[str, object]) -> None:
        """One journal row, durable when this returns."""
        self.journal.append([Entry(event, self.change_set, self.system, self.actor, self.now(), data)])

    def _mark(self, positions: Sequence[int], status: Status) -> None:
        for n in positions:
            self.ledger.status[n] = status
