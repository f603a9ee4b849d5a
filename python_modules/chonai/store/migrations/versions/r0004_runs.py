"""Runs of jobs, what people want of them, and what is held for a while."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String

from chonai.store.migrations.parts import make_final, text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Three tables more."""
    op.create_table(
        "job_runs",
        Column("id", String, primary_key=True),
        *map(text, ("job", "due", "created_at", "body")),
    )
    op.create_index("job_runs_by_time", "job_runs", ["created_at"])
    make_final("job_runs", "id")
    op.create_table(
        "run_orders",
        Column("run", String, ForeignKey("job_runs.id"), primary_key=True),
        *map(text, ("wanted", "who", "at")),
    )
    op.create_table(
        "leases",
        Column("name", String, primary_key=True),
        *map(text, ("who", "host")),
        Column("pid", Integer, nullable=False),
        *map(text, ("process", "until", "mark", "token")),
    )
