"""Records of accounts, read from the tables in four statements whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, RowMapping, Uuid, any_, literal, select, true

from chonai.change.model import Key, Value
from chonai.systems.mail.schema import (
    ALIAS,
    ALIAS_ENDS,
    ALIASES,
    FIELDS,
    GROUP,
    MAILBOX,
    MEMBER,
    MEMBERS,
    NOTE,
    NOTES,
    SETS,
)

Records = dict[Key, dict[str, Value]]
Pairs = Iterable[tuple[str, str]]


def ids(keys: Iterable[Key]) -> list[str]:
    """Those ids among the keys that the database could have given."""
    return [key.id for key in keys if _is_uuid(key.id)]


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def among(column: Column[str], wanted: Sequence[str]) -> ColumnElement[bool]:
    """The column holds one of these ids, however many they are."""
    return column == any_(literal(list(wanted), ARRAY(Uuid(as_uuid=False))))


def load(connection: Connection, domain: str, keys: Collection[Key] | None = None) -> Records:
    """Whole records of the domain's accounts: of all, or of those of the keys that exist."""
    wanted = None if keys is None else ids(keys)
    if wanted is not None and not wanted:
        return {}
    query = select(*(column for column in MAILBOX.c if column.name != "password"))
    rows = connection.execute(query.where(MAILBOX.c.domain == domain, _if_wanted(MAILBOX.c.id, wanted))).mappings()
    records = {Key(row["type"], row["id"]): _record(row) for row in rows}
    by_id = {key.id: record for key, record in records.items()}
    for name, pairs in _sets(connection, domain, wanted):
        _add_set(by_id, name, pairs)
    return records if keys is None else {key: records[key] for key in keys if key in records}


def _if_wanted(column: Column[str], wanted: Sequence[str] | None) -> ColumnElement[bool]:
    return true() if wanted is None else among(column, wanted)


def _record(row: RowMapping) -> dict[str, Value]:
    scalars = {name: _shown(row[field.column]) for name, field in FIELDS[row["type"]].items()}
    return scalars | dict.fromkeys(SETS[row["type"]], frozenset())


def _shown(stored: object) -> Value:
    return stored if stored is None or isinstance(stored, str | bool | int) else str(stored)


def _sets(connection: Connection, domain: str, wanted: Sequence[str] | None) -> list[tuple[str, Pairs]]:
    aliases = select(ALIAS.c.mailbox, ALIAS.c.name, ALIAS.c.until)
    notes = select(NOTE.c.mailbox, NOTE.c.note).join(MAILBOX, MAILBOX.c.id == NOTE.c.mailbox)
    members = select(MEMBERS.c.section, MEMBERS.c.member, MAILBOX.c.type)
    members = members.join(MAILBOX, MAILBOX.c.id == MEMBERS.c.member)
    mine = MAILBOX.c.domain == domain
    held = connection.execute(aliases.where(ALIAS.c.domain == domain, _if_wanted(ALIAS.c.mailbox, wanted))).all()
    written = connection.execute(notes.where(mine, _if_wanted(NOTE.c.mailbox, wanted))).all()
    belonging = connection.execute(members.where(mine, _if_wanted(MEMBERS.c.section, wanted))).all()
    return [
        (ALIASES, [(row.mailbox, row.name) for row in held]),
        (ALIAS_ENDS, [(row.mailbox, f"{row.name}={row.until}") for row in held if row.until]),
        (NOTES, [(row.mailbox, row.note) for row in written]),
        (MEMBER, [(row.section, str(Key(row.type, row.member))) for row in belonging]),
    ]


def _add_set(by_id: Mapping[str, dict[str, Value]], name: str, pairs: Pairs) -> None:
    """Give each account the set of what stands beside its id."""
    gathered: dict[str, set[str]] = {}
    for id_, value in pairs:
        gathered.setdefault(id_, set()).add(value)
    for id_, values in gathered.items():
        if id_ in by_id:
            by_id[id_][name] = frozenset(values)


def sections_of(connection: Connection, members: Iterable[Key]) -> dict[str, frozenset[str]]:
    """For each id, the keys of the section addresses that it belongs to."""
    query = select(MEMBERS.c.member, MEMBERS.c.section).where(among(MEMBERS.c.member, ids(members)))
    gathered: dict[str, set[str]] = {}
    for row in connection.execute(query):
        gathered.setdefault(row.member, set()).add(str(Key(GROUP, row.section)))
    return {id_: frozenset(values) for id_, values in gathered.items()}
