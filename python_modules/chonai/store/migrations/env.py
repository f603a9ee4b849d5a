"""What Alembic runs around the revisions. The connection is the store's, which is in a transaction already."""

from __future__ import annotations

from alembic import context

from chonai.store.migrations import REVISION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=REVISION_TABLE)
context.run_migrations()
