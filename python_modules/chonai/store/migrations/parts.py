"""What revisions are made of. Revisions of long ago call it: what it does is not changed, only added to."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

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


def text(name: str) -> Column[str]:
    """A column of text that is always there."""
    return Column(name, String, nullable=False)


def make_refusal() -> None:
    """What the triggers of `make_final` call, once for a database; SQLite needs nothing."""
    if not _is_sqlite():
        op.execute(_POSTGRESQL_FUNCTION)


def make_final(table: str, *key: str) -> None:
    """From now on rows of this table, told apart by `key`, are never changed and never deleted."""
    for statement in _sqlite(table, key) if _is_sqlite() else [_POSTGRESQL_FINAL.format(table=table)]:
        op.execute(statement)


def _is_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _sqlite(table: str, key: tuple[str, ...]) -> list[str]:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    never = [_SQLITE_FINAL.format(table=table, verb=verb) for verb in ("update", "delete")]
    return [*never, _SQLITE_NO_REPLACE.format(table=table, same=same)]
