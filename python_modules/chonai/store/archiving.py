"""The one way on which rows leave a store: whole change sets that nobody needs any more, into a file that was proved
first, in one transaction that gives the triggers back and leaves the journal's chain provable.

docs/decisions/0020-archive.md says why it is done like this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import Connection, Table, delete, func, insert, select

from chonai.change.codec import time_to_json
from chonai.change.errors import Refused
from chonai.change.journal import Segment, segments_of
from chonai.change.ports import Entry, Event
from chonai.store.backup import rows_of, tables_of
from chonai.store.database import Database
from chonai.store.journal import append, head_of, row_of, whole
from chonai.store.migrations import HEAD
from chonai.store.portable import ARCHIVE, Header, Part, Sum, Values, write
from chonai.store.schema import (
    FINAL,
    approvals,
    archived,
    archives,
    change_sets,
    disclosures,
    hold_ends,
    holds,
    journal,
    plan_marks,
    plans,
    run_orders,
    runs,
    seals,
    segments,
)

_AT_ONCE = 500
"""Values in one statement: an SQLite of before 3.32 takes 999 at most."""
_OF = {
    change_sets: "id",
    seals: "change_set",
    approvals: "change_set",
    disclosures: "change_set",
    holds: "change_set",
    hold_ends: "change_set",
    plans: "id",
    plan_marks: "plan",
    runs: "id",
    run_orders: "run",
    journal: "change_set",
}
"""Which column says of what a row is. Ids of change sets, plans and runs are never alike."""
_COLUMNS = {table.name: name for table, name in _OF.items()}


@dataclass(frozen=True, slots=True)
class Leaving:
    """What goes: change sets, plans that nobody sealed, and runs of jobs."""

    change_sets: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    runs: frozenset[str] = frozenset()

    @property
    def ids(self) -> frozenset[str]:
        """All of it."""
        return self.change_sets | self.plans | self.runs


@dataclass(frozen=True, slots=True)
class Last:
    """What happened last to a change set or a run, and when."""

    event: Event
    at: datetime


def last_events(connection: Connection) -> Mapping[str, Last]:
    """What happened last to each change set and each run."""
    newest = select(func.max(journal.c.seq)).where(journal.c.change_set != "").group_by(journal.c.change_set)
    query = select(journal).where(journal.c.seq.in_(newest))
    found = (row_of(stored).entry for stored in connection.execute(query))
    return {entry.change_set: Last(entry.event, entry.at) for entry in found}


def ended_runs(connection: Connection) -> frozenset[str]:
    """Runs that have ended, whatever was noted or refused afterwards: that a watcher left, that a report was sent."""
    aside = (Event.NOTE.value, Event.REFUSED.value)
    newest = select(func.max(journal.c.seq)).where(journal.c.event.not_in(aside)).group_by(journal.c.change_set)
    query = select(journal.c.change_set).where(journal.c.seq.in_(newest), journal.c.event == Event.RUN_ENDED.value)
    return frozenset(connection.scalars(query)) & frozenset(connection.scalars(select(runs.c.id)))


def anchored_sets(connection: Connection) -> frozenset[str]:
    """Change sets that stay whatever they are: that of the journal's first row, by which anchors know it, and that of
    the newest hold, from which holds are numbered on.
    """
    first = select(journal.c.change_set).where(journal.c.seq == 1)
    newest = select(holds.c.change_set).order_by(holds.c.seq.desc()).limit(1)
    return frozenset(one for query in (first, newest) if (one := connection.scalar(query)))


def old_plans(connection: Connection, before: datetime) -> frozenset[str]:
    """Plans on the shelf from before a moment."""
    query = select(plans.c.id, plans.c.created_at)
    return frozenset(row.id for row in connection.execute(query) if datetime.fromisoformat(row.created_at) < before)


def write_archive(database: Database, file: IO[bytes], leaving: Leaving, at: datetime) -> Mapping[str, Sum]:
    """Write all rows of what leaves into an open file, in the form of a backup; the sums of its tables."""
    with database.snapshot() as connection:
        found = [[*astuple(run)] for run in _segments(connection, leaving)]
        header = Header(ARCHIVE, HEAD, database.name, time_to_json(at), str(head_of(connection)), found)
        tables = [table for table in tables_of(connection) if table.name in _COLUMNS]
        return write(file, header, (_part(connection, table, leaving) for table in tables))


def _part(connection: Connection, table: Table, leaving: Leaving) -> Part:
    columns = tuple(column.name for column in table.c)
    place = columns.index(_COLUMNS[table.name])
    gone = leaving.ids
    rows: Iterator[Values] = (row for row in rows_of(connection, table) if row[place] in gone)
    return Part(table.name, columns, rows)


def _segments(connection: Connection, leaving: Leaving) -> Sequence[Segment]:
    query = select(journal).order_by(journal.c.seq).execution_options(yield_per=1_000)
    gone = leaving.ids
    return segments_of(row_of(stored) for stored in connection.execute(query) if stored.change_set in gone)


@dataclass(frozen=True, slots=True)
class Deed:
    """Who moves it, when, and into which file with which SHA-256."""

    file: str
    sha256: str
    actor: str
    at: datetime


def move_out(database: Database, leaving: Leaving, deed: Deed, still: Callable[[Connection], Leaving]) -> None:
    """Take out of the store what is in a proved file, in one transaction. `still` says what may leave now. The journal
    that is left is proved before that ends, and what that raises undoes everything.

    Raises `Refused` where something is needed now that was not when the file was written.
    """
    with database.write() as connection:
        now = still(connection)
        if needed := sorted(leaving.ids - now.ids):
            raise Refused("archive.needed_now", ids=", ".join(needed[:3]))
        gone = _segments(connection, leaving)
        _remember(connection, leaving, deed, gone)
        told = {
            "file": deed.file,
            "sha256": deed.sha256,
            "change_sets": len(leaving.change_sets),
            "runs": len(leaving.runs),
        }
        # Before anything goes: the journal's last row is what the next one is chained to.
        append(connection, [Entry(Event.NOTE, "", "", deed.actor, deed.at, {"archived": told})])
        with _deletable(connection):
            for table in reversed(_OF):
                _delete(connection, table, leaving)
        whole(connection)


def _remember(connection: Connection, leaving: Leaving, deed: Deed, gone: Sequence[Segment]) -> None:
    number = (connection.scalar(select(func.max(archives.c.number))) or 0) + 1
    row = {"number": number, "file": deed.file, "sha256": deed.sha256, "actor": deed.actor}
    connection.execute(insert(archives), {**row, "at": time_to_json(deed.at)})
    if gone:
        connection.execute(insert(segments), [{**asdict(run), "archive": number} for run in gone])
    for some in _some(leaving.change_sets | leaving.runs):
        connection.execute(insert(archived), [{"id": id_, "archive": number} for id_ in some])


def _delete(connection: Connection, table: Table, leaving: Leaving) -> None:
    if table is change_sets:  # one that undoes another goes before it
        for id_ in _undos_first(connection, leaving.change_sets):
            connection.execute(delete(table).where(table.c.id == id_))
        return
    for some in _some(leaving.ids):
        connection.execute(delete(table).where(table.c[_OF[table]].in_(some)))


def _undos_first(connection: Connection, gone: Collection[str]) -> list[str]:
    undone = {row.id: row.undo_of for row in connection.execute(select(change_sets.c.id, change_sets.c.undo_of))}

    def depth(id_: str | None) -> int:
        return 0 if id_ is None else 1 + depth(undone[id_])

    return sorted(gone, key=depth, reverse=True)


def _some(values: Collection[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


@contextmanager
def _deletable(connection: Connection) -> Iterator[None]:
    """Rows of the final tables can be deleted inside, by this transaction alone: nobody else sees the database without
    its triggers, and whatever ends the transaction early brings them back.
    """
    tables = [table.name for table in _OF if table in FINAL]
    if connection.dialect.name != "sqlite":
        for name in tables:
            connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER {name}_final")
        yield
        for name in tables:
            connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER {name}_final")
        return
    triggers = [f"{name}_no_delete" for name in tables]
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?"
    made = [connection.exec_driver_sql(query, (trigger,)).scalar_one() for trigger in triggers]
    for trigger in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
    yield
    for statement in made:
        connection.exec_driver_sql(statement)
