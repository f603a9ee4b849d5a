"""A whole store in one file, and a store made of such a file, on whatever database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, MetaData, String, Table, collate, func, inspect, select

from chonai.change.codec import time_to_json
from chonai.change.errors import ChonaiError, Fault, InputError, UsageError
from chonai.change.ports import Entry
from chonai.store.database import Database, is_there
from chonai.store.journal import append, head_of
from chonai.store.migrations import HEAD, migrate, revision_of
from chonai.store.portable import BACKUP, Header, Part, Reader, Sum, Values, opened, sum_of, write
from chonai.store.schema import PASSING, change_sets, journal, metadata

_AT_ONCE, _BYTES_AT_ONCE = 1_000, 8_000_000
ORDER = [table.name for table in metadata.sorted_tables if table not in (*PASSING, journal)] + [journal.name]
"""What is kept, each table after those that it refers to; the journal last, which is held against all others."""


def dump(database: Database, file: IO[bytes], at: datetime) -> Mapping[str, Sum]:
    """Write the whole store, as it is at one moment, into an open file; the sums of its tables."""
    with database.snapshot() as connection:
        revision = revision_of(connection) or HEAD
        header = Header(BACKUP, revision, database.name, time_to_json(at), str(head_of(connection)))
        return write(file, header, (_part(connection, table) for table in tables_of(connection)))


def tables_of(connection: Connection) -> list[Table]:
    """The tables of this store that are kept, as its own revision has them."""
    there = set(inspect(connection).get_table_names())
    return [Table(name, MetaData(), autoload_with=connection) for name in ORDER if name in there]


def _part(connection: Connection, table: Table) -> Part:
    return Part(table.name, tuple(column.name for column in table.c), rows_of(connection, table))


def rows_of(connection: Connection, table: Table) -> Iterator[Values]:
    """All rows in the order of their keys, a few at a time."""
    is_sqlite = connection.dialect.name == "sqlite"  # it compares byte by byte by itself
    order = [
        column if is_sqlite or not isinstance(column.type, String) else collate(column, "C")
        for column in table.primary_key
    ]
    query = select(table).order_by(*order).execution_options(yield_per=_AT_ONCE)
    yield from (tuple(row) for row in connection.execute(query))


def restore(url: str, path: Path, told: Entry) -> None:
    """Make a store of a proved file, in one transaction: it is filled, compared with the file row by row, brought up to
    date, and its journal is told.

    Raises `UsageError` where there is a store with something in it already.
    """
    was_there, database = is_there(url), Database(url, as_it_is=True)
    try:
        with database.write() as connection, opened(path) as reader:
            _make_room(connection, reader, database.name)
            for part in reader.parts():
                _fill(connection, part, reader)
            _compare(connection, reader, database.name)
            if reader.header.revision != HEAD:
                migrate(connection, reader.header.revision)
            append(connection, [told])
    except ChonaiError:
        if not was_there:
            database.leave_nothing()
        raise
    finally:
        database.close()


def _make_room(connection: Connection, reader: Reader, name: str) -> None:
    """The tables of the file's revision, without rows."""
    found, wanted = revision_of(connection), reader.header.revision
    if found is None:
        migrate(connection, None, wanted)
        return
    filled = [
        table.name for table in tables_of(connection) if connection.scalar(select(func.count()).select_from(table))
    ]
    if filled:
        raise UsageError("backup.not_empty", store=name, tables=", ".join(filled))
    if found != wanted:
        raise UsageError("backup.other_revision", store=name, found=found, wanted=wanted)


def _fill(connection: Connection, part: Part, reader: Reader) -> None:
    table = Table(part.table, MetaData(), autoload_with=connection)
    if {column.name for column in table.c} != set(part.columns):
        raise InputError("backup.damaged", file=reader.path, line=reader.number, cause=f"columns ({part.table})")
    rows: Iterable[Values] = part.rows
    if part.table == change_sets.name:
        rows = _after_what_they_undo(part)
    for some in _batches(rows):
        connection.execute(table.insert(), [dict(zip(part.columns, row, strict=True)) for row in some])


def _after_what_they_undo(part: Part) -> Iterator[Values]:
    """Change sets, each after the one that it undoes: PostgreSQL looks at once."""
    own, other = part.columns.index("id"), part.columns.index("undo_of")
    known: set[str | None] = {None}
    waiting: dict[str, list[Values]] = {}
    for row in part.rows:
        ready = [row] if row[other] in known else []
        if not ready:
            waiting.setdefault(row[other], []).append(row)
        while ready:
            one = ready.pop()
            yield one
            known.add(one[own])
            ready += waiting.pop(one[own], [])


def _batches(rows: Iterable[Values]) -> Iterator[list[Values]]:
    some: list[Values] = []
    size = 0
    for row in rows:
        some.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(some) == _AT_ONCE or size > _BYTES_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


def _compare(connection: Connection, reader: Reader, name: str) -> None:
    """Raise `Fault` unless the database holds, row by row, what the file holds."""
    for table in tables_of(connection):
        found = sum_of(rows_of(connection, table))
        if found != reader.sums.get(table.name, Sum(0, found.sha256)):
            raise Fault("backup.not_restored", store=name, table=table.name)
