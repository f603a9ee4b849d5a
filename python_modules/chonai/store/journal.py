"""The journal's rows in the database: appended at the head by one writer at a time, read in order."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from types import MappingProxyType
from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from chonai.change.codec import time_to_json
from chonai.change.errors import JournalBroken, UsageError
from chonai.change.journal import START, Anchor, link, text_of, verify
from chonai.change.ports import Entry, Event, Row
from chonai.store.archived import Archive, archives_of
from chonai.store.database import Database
from chonai.store.schema import journal

_PAGE = 2_000

Archived: TypeAlias = Mapping[str, Iterable[Row]]
"""Rows of the journal that archives hold, by the SHA-256 of the file."""


class SqlJournal:
    """Implements `chonai.change.ports.Journal`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries at the head, in order, in one transaction; on disk when this returns."""
        if entries:
            with self._database.write() as connection:
                append(connection, entries)

    def rows(self, change_set: str | None = None, system: str | None = None, after: int = 0) -> Iterator[Row]:
        """Rows in order, of one change set and system where given, behind a place; also what is appended meanwhile."""
        query = select(journal).order_by(journal.c.seq).limit(_PAGE)
        if change_set is not None:
            query = query.where(journal.c.change_set == change_set)
        if system is not None:
            query = query.where(journal.c.system == system)
        last = after
        while True:
            with self._database.read() as connection:
                page = connection.execute(query.where(journal.c.seq > last)).all()
            for stored in page:
                yield row_of(stored)
            if len(page) < _PAGE:
                return
            last = page[-1].seq

    def head(self) -> Anchor:
        """The anchor of the last row, to be kept outside."""
        with self._database.read() as connection:
            return head_of(connection)

    def verify(self, *anchors: Anchor, archived: Archived = MappingProxyType({})) -> Anchor:
        """Check the whole chain, as it is at one moment; the head. `archived`: what files of this store's archives
        hold, by their SHA-256; of those that are not handed in only the ends of their runs are known.

        Raises `JournalBroken`, see `chonai.change.journal.verify`; `UsageError` for a file that is none of them.
        """
        with self._database.snapshot() as connection:
            return whole(connection, *anchors, archived=archived)

    def archives(self) -> tuple[Archive, ...]:
        """The files that hold what went out of this store."""
        with self._database.read() as connection:
            return archives_of(connection)


def whole(connection: Connection, *anchors: Anchor, archived: Archived = MappingProxyType({})) -> Anchor:
    """As `SqlJournal.verify`, inside a transaction."""
    known = archives_of(connection)
    if strange := archived.keys() - {archive.sha256 for archive in known}:
        raise UsageError("archive.not_of_this_store", sha256=", ".join(sorted(strange)))
    told: set[str] = set()
    here = (_noted(row_of(stored), told) for stored in _all(connection))
    rows = merge(here, *archived.values(), key=lambda row: row.seq)
    gone = [segment for archive in known if archive.sha256 not in archived for segment in archive.segments]
    head = verify(rows, *anchors, gone=gone)
    refuse_unnoted(known, told)
    return head


def _all(connection: Connection) -> Iterator[Any]:
    return iter(connection.execute(select(journal).order_by(journal.c.seq).execution_options(yield_per=_PAGE)))


def _noted(row: Row, told: set[str]) -> Row:
    if digest := archive_in(row):
        told.add(digest)
    return row


def archive_in(row: Row) -> str | None:
    """The SHA-256 of the archive that a row of the journal tells of."""
    archived = row.entry.data.get("archived") if row.entry.event is Event.NOTE else None
    return str(archived["sha256"]) if isinstance(archived, Mapping) and "sha256" in archived else None


def refuse_unnoted(archives: Iterable[Archive], told: Collection[str]) -> None:
    """Raise `JournalBroken` if rows are said to be in an archive that the journal tells nothing of."""
    for archive in archives:
        if archive.sha256 not in told:
            raise JournalBroken("archive.not_journaled", file=archive.file)


def append(connection: Connection, entries: Sequence[Entry]) -> None:
    """Add entries at the head inside a write transaction."""
    head = head_of(connection)
    stored = []
    for seq, entry in enumerate(entries, head.seq + 1):
        stored.append(_stored(head.digest, seq, entry))
        head = Anchor(seq, stored[-1]["digest"])
    connection.execute(journal.insert(), stored)


def head_of(connection: Connection) -> Anchor:
    """The anchor of the last row, inside a transaction."""
    query = select(journal.c.seq, journal.c.digest).order_by(journal.c.seq.desc()).limit(1)
    last = connection.execute(query).first()
    return Anchor(last.seq, last.digest) if last else START


def _stored(previous: str, seq: int, entry: Entry) -> dict[str, Any]:
    data = text_of(entry.data)
    return {
        "seq": seq,
        "event": entry.event.value,
        "change_set": entry.change_set,
        "system": entry.system,
        "actor": entry.actor,
        "at": time_to_json(entry.at),
        "data": data,
        "previous": previous,
        "digest": link(previous, seq, entry, data),
    }


def row_of(stored: Any) -> Row:
    """A stored row as a value; raises `JournalBroken` where it cannot be one."""
    try:
        at, data = datetime.fromisoformat(stored.at), json.loads(stored.data)
        event = Event(stored.event)
    except ValueError:
        raise JournalBroken("identity.journal_edited", seq=stored.seq) from None
    entry = Entry(event, stored.change_set, stored.system, stored.actor, at, data)
    return Row(stored.seq, entry, stored.previous, stored.digest)
