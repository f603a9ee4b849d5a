"""What went into archives: which files, which runs of the journal, which change sets and runs of jobs."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String

from chonai.store.migrations.parts import make_final, text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Three tables more."""
    op.create_table(
        "archives",
        Column("number", Integer, primary_key=True, autoincrement=False),
        *map(text, ("file", "sha256", "actor", "at")),
    )
    make_final("archives", "number")
    op.create_table(
        "segments",
        Column("first", Integer, primary_key=True, autoincrement=False),
        Column("last", Integer, nullable=False),
        *map(text, ("previous", "digest")),
        Column("archive", Integer, ForeignKey("archives.number"), nullable=False),
    )
    make_final("segments", "first")
    op.create_table(
        "archived",
        Column("id", String, primary_key=True),
        Column("archive", Integer, ForeignKey("archives.number"), nullable=False),
    )
    make_final("archived", "id")
