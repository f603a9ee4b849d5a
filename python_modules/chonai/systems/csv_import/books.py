"""How the product is now: its exports or our ledger, and the imports that were confirmed since."""

from __future__ import annotations

from datetime import datetime

from chonai.change.errors import SystemUnreachable
from chonai.change.model import Key, Record
from chonai.systems.csv_import import ledger
from chonai.systems.csv_import.exports import edition, read_exports
from chonai.systems.csv_import.ledger import Ledger
from chonai.systems.csv_import.outbox import Batch, Outbox
from chonai.systems.csv_import.settings import Settings, Source


class Books:
    """Reads the product's state. Only `take`, called by an apply, writes."""

    def __init__(self, settings: Settings, outbox: Outbox) -> None:
        self._settings, self._outbox = settings, outbox

    def state(self) -> dict[Key, Record]:
        """All objects with all attributes of their files.

        Batches are looked at before the ledger: what an apply takes over meanwhile is then seen twice and not never.
        """
        batches = self._outbox.batches()
        book = self._ledger()
        for batch in batches:
            _take(book, batch)
        if book.objects is not None:
            return dict(book.objects)
        return self._since_export(book)

    def take(self, batch: Batch) -> None:
        """Take an answered batch into the ledger."""
        book = self._ledger()
        book.sequence = max(book.sequence, _number(batch.id))
        _take(book, batch)
        book.imported = {key: entry for key, entry in book.imported.items() if self._counts(key, entry[0])}
        try:
            ledger.save(self._settings, book)
        except OSError as error:
            file = self._settings.ledger
            raise SystemUnreachable(
                "csv_import.bad_ledger", system=self._settings.name, file=file, cause=error
            ) from None

    def next_id(self, now: datetime) -> str:
        """The name of the next batch: the day and a number that was not used before."""
        return f"{now:%Y%m%d}-{self._ledger().sequence + 1:03}"

    def _ledger(self) -> Ledger:
        """The ledger; one that begins with the product's exports holds them."""
        found = ledger.load(self._settings)
        return found if found is not None else Ledger(objects=read_exports(self._settings))

    def _since_export(self, book: Ledger) -> dict[Key, Record]:
        state = read_exports(self._settings)
        for key, (at, record) in book.imported.items():
            if self._counts(key, at):
                state.pop(key, None)
                if record is not None:
                    state[key] = record
        return state

    def _counts(self, key: Key, at: datetime) -> bool:
        """Whether an import is younger than the export, which does not show it then."""
        exported = edition(self._settings, key.type)
        return self._settings.observed is Source.LEDGER or exported is None or exported.at <= at


def _take(book: Ledger, batch: Batch) -> None:
    for file in batch.files:
        if file.answer is not None and file.answer.confirmed:
            book.take(file.effects, file.answer.at)


def _number(batch: str) -> int:
    return int(batch.rpartition("-")[2])
