"""The tables, and the triggers that make a recorded fact stay as it is. Times are text, as hashed."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)

VERSION = 4
"""1: without disclosures and given IDs. 2: without holds. 3: without runs of jobs."""

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, String, nullable=False)


schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True, autoincrement=False))

plans = Table(
    "plans",
    metadata,
    Column("id", String, primary_key=True),
    _text("system"),
    _text("operation"),
    _text("created_at"),
    _text("body"),
)

change_sets = Table(
    "change_sets",
    metadata,
    Column("id", String, primary_key=True),
    _text("operation"),
    _text("author"),
    _text("created_at"),
    Column("undo_of", String, ForeignKey("change_sets.id")),
    _text("digest"),
    _text("body"),
)

seals = Table(
    "seals",
    metadata,
    Column("change_set", String, ForeignKey("change_sets.id"), primary_key=True),
    _text("author"),
    _text("signature"),
)

# The content of change sets that were closed until their announcement, once it may be read.
disclosures = Table(
    "disclosures",
    metadata,
    Column("change_set", String, ForeignKey("change_sets.id"), primary_key=True),
    _text("body"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("change_set", String, ForeignKey("change_sets.id"), nullable=False),
    Column("number", Integer, nullable=False),
    _text("principal"),
    _text("releases"),
    _text("signature"),
    _text("at"),
    PrimaryKeyConstraint("change_set", "number"),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("event"),
    _text("change_set"),
    _text("system"),
    _text("actor"),
    _text("at"),
    _text("data"),
    _text("previous"),
    _text("digest"),
    Index("journal_of", "change_set", "system", "seq"),
)

locks = Table(
    "locks",
    metadata,
    Column("system", String, primary_key=True),
    _text("who"),
    _text("what"),
    _text("host"),
    Column("pid", Integer, nullable=False),
    _text("process"),
    _text("since"),
    _text("token"),
)

secrets = Table(
    "secrets",
    metadata,
    _text("change_set"),
    _text("system"),
    _text("key"),
    Column("ciphertext", LargeBinary, nullable=False),
    PrimaryKeyConstraint("change_set", "system", "key"),
)

given_ids = Table(
    "given_ids",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("system"),
    _text("attribute"),
    _text("value"),
    _text("owner"),
    _text("person"),
    _text("since"),
    _text("change_set"),
    _text("formerly"),
    Index("given_ids_of", "system", "value"),
)

# What change sets want for themselves until they are decided, and which of them want nothing any more.
holds = Table(
    "holds",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _text("system"),
    _text("type"),
    _text("value"),
    _text("space"),
    _text("first"),
    _text("last"),
    Column("change_set", String, ForeignKey("change_sets.id"), nullable=False),
    _text("since"),
    Index("holds_of", "change_set"),
)
hold_ends = Table(
    "hold_ends",
    metadata,
    Column("change_set", String, ForeignKey("change_sets.id"), primary_key=True),
    _text("at"),
)

# Up to which hold a plan knew what others want.
plan_marks = Table(
    "plan_marks",
    metadata,
    Column("plan", String, ForeignKey("plans.id"), primary_key=True),
    Column("seq", Integer, nullable=False),
)

# Runs of jobs that were asked for. What became of them stands in the journal.
runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    _text("job"),
    _text("due"),
    _text("created_at"),
    _text("body"),
    Index("runs_by_time", "created_at"),
)

# What people want of a run that is under way.
run_orders = Table(
    "run_orders",
    metadata,
    Column("run", String, ForeignKey("runs.id"), primary_key=True),
    _text("wanted"),
    _text("who"),
    _text("at"),
)

# What somebody holds only as long as they say so again and again: the place of the scheduler, the watch over a run.
leases = Table(
    "leases",
    metadata,
    Column("name", String, primary_key=True),
    _text("who"),
    _text("host"),
    Column("pid", Integer, nullable=False),
    _text("process"),
    _text("until"),
    _text("mark"),
    _text("token"),
)

ADDED = {
    2: (disclosures, given_ids),
    3: (holds, hold_ends, plan_marks),
    4: (runs, run_orders, leases),
}
"""Tables that a version has and the one before it has not."""

FINAL = (journal, change_sets, seals, approvals, given_ids, disclosures, holds, hold_ends, runs)
"""Tables whose rows are never changed and never deleted."""

_SQLITE_FINAL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

# INSERT OR REPLACE deletes without firing a delete trigger.
_SQLITE_NO_REPLACE = """
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

_POSTGRESQL_FUNCTION = """
CREATE FUNCTION chonai_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$
"""

_POSTGRESQL_FINAL = """
CREATE TRIGGER {table}_final BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION chonai_refuse()
"""


def create(connection: Connection) -> None:
    """Make tables and triggers in an empty database, inside the caller's transaction."""
    metadata.create_all(connection, checkfirst=False)
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(_POSTGRESQL_FUNCTION)
    for table in FINAL:
        _make_final(connection, table)
    connection.execute(schema_version.insert(), {"version": VERSION})


def upgrade(connection: Connection, version: int) -> None:
    """Add to a database of an earlier version what it lacks, inside the caller's transaction. Nothing in it is
    changed.
    """
    for table in (table for newer in range(version + 1, VERSION + 1) for table in ADDED[newer]):
        table.create(connection)
        if table in FINAL:
            _make_final(connection, table)
    connection.execute(schema_version.update().values(version=VERSION))


def _make_final(connection: Connection, table: Table) -> None:
    statements = _sqlite(table) if connection.dialect.name == "sqlite" else [_POSTGRESQL_FINAL.format(table=table.name)]
    for statement in statements:
        connection.exec_driver_sql(statement)


def _sqlite(table: Table) -> list[str]:
    same = " AND ".join(f"{column.name} = NEW.{column.name}" for column in table.primary_key)
    never = [_SQLITE_FINAL.format(table=table.name, verb=verb) for verb in ("update", "delete")]
    return [*never, _SQLITE_NO_REPLACE.format(table=table.name, same=same)]
