"""The ledger of IDs in the database: append-only, each row once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from chonai.change.ids import GivenId
from chonai.store.database import Database
from chonai.store.schema import given_ids

_SAME = ("system", "attribute", "value", "owner", "person", "formerly")
"""What makes two rows say the same."""
_AT_ONCE = 500
"""Values in one question: an SQLite of before 3.32 takes 999 at most."""


class SqlIdLedger:
    """Implements `chonai.change.ports.IdLedger`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, ids: Sequence[GivenId]) -> None:
        """Keep those that no row says yet, in order, in one transaction; on disk when this returns."""
        told: dict[tuple[str, ...], GivenId] = {}
        for one in ids:
            told.setdefault(_key(one), one)
        with self._database.write() as connection:
            known = _known(connection, sorted({one.value for one in ids}))
            last = connection.scalar(select(func.max(given_ids.c.seq))) or 0
            new = [one for key, one in told.items() if key not in known]
            rows = [{**asdict(one), "since": one.since.isoformat(), "seq": n} for n, one in enumerate(new, last + 1)]
            if rows:
                connection.execute(insert(given_ids), rows)

    def rows(self, system: str | None = None) -> tuple[GivenId, ...]:
        """All that is known, in the order in which it was learned; of one system where it is named."""
        query = select(given_ids).order_by(given_ids.c.seq)
        if system is not None:
            query = query.where(given_ids.c.system == system)
        with self._database.read() as connection:
            return _read(connection, query)


def _read(connection: Connection, query: Select[Any]) -> tuple[GivenId, ...]:
    """What a query finds; nothing in a store of before that can only be read."""
    if not connection.dialect.has_table(connection, given_ids.name):
        return ()
    return tuple(_given(row) for row in connection.execute(query))


def _known(connection: Connection, values: Sequence[str]) -> set[tuple[str, ...]]:
    found = set()
    for start in range(0, len(values), _AT_ONCE):
        query = select(given_ids).where(given_ids.c.value.in_(values[start : start + _AT_ONCE]))
        found |= {_key(one) for one in _read(connection, query)}
    return found


def _key(one: GivenId) -> tuple[str, ...]:
    return tuple(getattr(one, name) for name in _SAME)


def _given(row: Row[Any]) -> GivenId:
    stored = {name: value for name, value in row._mapping.items() if name != "seq"}
    return GivenId(**{**stored, "since": date.fromisoformat(row.since)})
