"""What change sets hold until they are decided."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String

from chonai.store.migrations.parts import make_final, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Three tables more."""
    op.create_table(
        "holds",
        Column("seq", Integer, primary_key=True, autoincrement=False),
        *map(text, ("system", "type", "value", "space", "first", "last")),
        Column("change_set", String, ForeignKey("change_sets.id"), nullable=False),
        text("since"),
    )
    op.create_index("holds_of", "holds", ["change_set"])
    make_final("holds", "seq")
    op.create_table(
        "hold_ends",
        Column("change_set", String, ForeignKey("change_sets.id"), primary_key=True),
        text("at"),
    )
    make_final("hold_ends", "change_set")
    op.create_table(
        "plan_marks",
        Column("plan", String, ForeignKey("plans.id"), primary_key=True),
        Column("seq", Integer, nullable=False),
    )
