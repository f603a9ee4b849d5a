"""Records of the ledger's objects, read a table at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Select, and_, or_, select

from chonai.change.model import Change, Key, Value
from chonai.systems.ipam.fields import FIELDS, TYPES, UNIQUE
from chonai.systems.ipam.schema import TABLES
from chonai.systems.ipam.values import shown, stored
from chonai.systems.refused import NotDone

Records = dict[Key, dict[str, Value]]
T = TypeVar("T")

_AT_ONCE = 200
"""Objects in one question: an SQLite of before 3.32 takes 999 values at most."""


def load(connection: Connection, types: Iterable[str] = TYPES) -> Records:
    """All objects of these types."""
    return {key: record for type_ in types for key, record in _rows(connection, type_, select(TABLES[type_]))}


def load_keys(connection: Connection, keys: Collection[Key], *, locked: bool = False) -> Records:
    """Those of the keys that exist; `locked` until the end of the transaction, in one order for all writers."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for key in sorted(keys):
        if key.type in TABLES and not key.is_new:
            wanted[key.type].append(key.id)
    found: Records = {}
    for type_, ids in wanted.items():
        column = TABLES[type_].c.id
        for some in _chunks(ids):
            query = select(TABLES[type_]).where(column.in_(some)).order_by(column)
            found.update(_rows(connection, type_, query.with_for_update(key_share=True) if locked else query))
    return found


def located(connection: Connection, creates: Sequence[Change]) -> dict[Key, Key]:
    """For creates whose object is there already, told by what is unique in it, its key."""
    found: dict[Key, Key] = {}
    for type_ in {change.key.type for change in creates} & TABLES.keys():
        wanted = {identity: change.key for change in creates if (identity := _identity(type_, change))}
        for some in _chunks(wanted):
            for key, record in _rows(connection, type_, _alike(type_, some)):
                identity = tuple(record[name] for name in UNIQUE[type_])
                if identity in wanted:
                    found[wanted[identity]] = key
    return found


def _identity(type_: str, change: Change) -> tuple[Value, ...] | None:
    """What tells the object of a create; None where that is of another type, or names what is not there yet."""
    identity = tuple(change.after.get(name) for name in UNIQUE[type_])
    is_new = any(isinstance(value, str) and Key.parse(value).is_new for value in identity)
    return None if change.key.type != type_ or is_new else identity


def _alike(type_: str, identities: Iterable[tuple[Value, ...]]) -> Select[tuple[object, ...]]:
    table, fields = TABLES[type_], FIELDS[type_]
    alternatives = []
    for identity in identities:
        columns: dict[str, object] = {}
        try:
            for name, value in zip(UNIQUE[type_], identity, strict=True):
                columns |= stored("", name, fields[name], value)
        except NotDone:  # what is no value is nowhere
            continue
        alternatives.append(and_(*(table.c[name].is_not_distinct_from(value) for name, value in columns.items())))
    return select(table).where(or_(False, *alternatives))


def _rows(
    connection: Connection, type_: str, query: Select[tuple[object, ...]]
) -> Iterator[tuple[Key, dict[str, Value]]]:
    fields = FIELDS[type_].items()
    for row in connection.execute(query).mappings():
        yield Key(type_, str(row["id"])), {name: shown(name, field, dict(row)) for name, field in fields}


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while some := list(islice(left, _AT_ONCE)):
        yield some
