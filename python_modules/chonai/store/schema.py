"""The tables as programs use them; `migrations` makes them. Times are text, as hashed."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, String, nullable=False)


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
    "job_runs",
    metadata,
    Column("id", String, primary_key=True),
    _text("job"),
    _text("due"),
    _text("created_at"),
    _text("body"),
    Index("job_runs_by_time", "created_at"),
)

# What people want of a run that is under way.
run_orders = Table(
    "run_orders",
    metadata,
    Column("run", String, ForeignKey("job_runs.id"), primary_key=True),
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

# What went into files: which files, which runs of the journal (first and last row, the digest before and the last one),
# which change sets and runs of jobs.
archives = Table(
    "archives",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("file"),
    _text("sha256"),
    _text("actor"),
    _text("at"),
)
segments = Table(
    "segments",
    metadata,
    Column("first", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    _text("previous"),
    _text("digest"),
    Column("archive", Integer, ForeignKey("archives.number"), nullable=False),
)
archived = Table(
    "archived",
    metadata,
    Column("id", String, primary_key=True),
    Column("archive", Integer, ForeignKey("archives.number"), nullable=False),
)

FINAL = (
    journal,
    change_sets,
    seals,
    approvals,
    given_ids,
    disclosures,
    holds,
    hold_ends,
    runs,
    archives,
    segments,
    archived,
)
"""Tables whose rows are never changed, and never deleted but by `archiving`, which puts them into a file first."""

PASSING = (locks, leases)
"""Tables of what is so just now, on the machines that work with this store: no part of a backup."""
