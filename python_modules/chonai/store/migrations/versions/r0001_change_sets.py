"""Plans, change sets with their approvals, the journal, locks and secrets."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, PrimaryKeyConstraint, String

from chonai.store.migrations.parts import make_final, make_refusal, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """From an empty database."""
    _make_change_sets()
    _make_journal()
    op.create_table(
        "locks",
        Column("system", String, primary_key=True),
        *map(text, ("who", "what", "host")),
        Column("pid", Integer, nullable=False),
        *map(text, ("process", "since", "token")),
    )
    op.create_table(
        "secrets",
        *map(text, ("change_set", "system", "key")),
        Column("ciphertext", LargeBinary, nullable=False),
        PrimaryKeyConstraint("change_set", "system", "key"),
    )
    make_refusal()
    make_final("journal", "seq")
    make_final("change_sets", "id")
    make_final("seals", "change_set")
    make_final("approvals", "change_set", "number")
    _refuse_old_programs()


def _make_change_sets() -> None:
    op.create_table(
        "plans",
        Column("id", String, primary_key=True),
        *map(text, ("system", "operation", "created_at", "body")),
    )
    op.create_table(
        "change_sets",
        Column("id", String, primary_key=True),
        *map(text, ("operation", "author", "created_at")),
        Column("undo_of", String, ForeignKey("change_sets.id")),
        *map(text, ("digest", "body")),
    )
    op.create_table(
        "seals",
        Column("change_set", String, ForeignKey("change_sets.id"), primary_key=True),
        *map(text, ("author", "signature")),
    )
    op.create_table(
        "approvals",
        Column("change_set", String, ForeignKey("change_sets.id"), nullable=False),
        Column("number", Integer, nullable=False),
        *map(text, ("principal", "releases", "signature", "at")),
        PrimaryKeyConstraint("change_set", "number"),
    )


def _make_journal() -> None:
    op.create_table(
        "journal",
        Column("seq", Integer, primary_key=True, autoincrement=False),
        *map(text, ("event", "change_set", "system", "actor", "at", "data", "previous", "digest")),
    )
    op.create_index("journal_of", "journal", ["change_set", "system", "seq"])


def _refuse_old_programs() -> None:
    """Programs of before there were revisions look here, and do nothing with a version that they do not know."""
    op.create_table("schema_version", Column("version", Integer, primary_key=True, autoincrement=False))
    op.execute("INSERT INTO schema_version VALUES (9999)")
