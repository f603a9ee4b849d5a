"""The ledger of IDs that were given, and what was confidential until its announcement."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String

from chonai.store.migrations.parts import make_final, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Two tables more."""
    op.create_table(
        "disclosures",
        Column("change_set", String, ForeignKey("change_sets.id"), primary_key=True),
        text("body"),
    )
    make_final("disclosures", "change_set")
    op.create_table(
        "given_ids",
        Column("seq", Integer, primary_key=True, autoincrement=False),
        *map(text, ("system", "attribute", "value", "owner", "person", "since", "change_set", "formerly")),
    )
    op.create_index("given_ids_of", "given_ids", ["system", "value"])
    make_final("given_ids", "seq")
