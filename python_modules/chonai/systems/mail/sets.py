"""What an account has several of: addresses, notes, members. Changed value by value, so that others' stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, update
from sqlalchemy.dialects.postgresql import insert as insert_unless

from chonai.change.model import Action, Change, Key, Record, members
from chonai.systems.mail.schema import (
    ALIAS,
    ALIAS_ENDS,
    ALIASES,
    MEMBER,
    MEMBER_OF,
    MEMBERS,
    NOTE,
    NOTES,
    Field,
    Kind,
)
from chonai.systems.mail.values import BadValue, Stored, as_date, stored

_NAME, _TEXT = Field("name", Kind.LOCAL_PART, optional=False), Field("note", optional=False)

Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class SetEdits:
    """By attribute: values that are there and have to go, and values that are lacking."""

    gone: Values
    come: Values


def set_edits(change: Change, record: Record) -> SetEdits:
    """What a change does to an account's sets as they are now; a create takes nothing away."""
    gone: dict[str, frozenset[str]] = {}
    come: dict[str, frozenset[str]] = {}
    for name in (ALIASES, ALIAS_ENDS, NOTES, MEMBER, MEMBER_OF):
        now, new = members(record.get(name)), members(change.after.get(name))
        old = frozenset() if change.action is Action.CREATE else members(change.before.get(name))
        gone[name], come[name] = (old - new) & now, new - now
    return SetEdits(gone, come)


@dataclass(frozen=True, slots=True)
class Sets:
    """The sets of the account `id`."""

    connection: Connection
    domain: str
    id: str

    def take_away(self, gone: Values) -> None:
        """Take values away; what is not there any more is no matter."""
        for name, end in _ends(gone):
            self.connection.execute(update(ALIAS).where(*self._alias(name), ALIAS.c.until == end).values(until=None))
        if names := gone.get(ALIASES):
            mine = (ALIAS.c.domain == self.domain, ALIAS.c.mailbox == self.id)
            self.connection.execute(delete(ALIAS).where(*mine, ALIAS.c.name.in_(names)))
        if notes := gone.get(NOTES):
            self.connection.execute(delete(NOTE).where(NOTE.c.mailbox == self.id, NOTE.c.note.in_(notes)))
        if members := gone.get(MEMBER):
            ids = [Key.parse(text).id for text in members]
            self.connection.execute(delete(MEMBERS).where(MEMBERS.c.section == self.id, MEMBERS.c.member.in_(ids)))

    def add(self, come: Values) -> None:
        """Add values. Raises BadValue for what is no address, note or date, and what the database raises."""
        if names := sorted(come.get(ALIASES, ())):
            rows = [{"domain": self.domain, "name": stored(ALIASES, _NAME, name), "mailbox": self.id} for name in names]
            self.connection.execute(insert(ALIAS), rows)
        for name, end in _ends(come):
            self._end(name, end)
        notes = [{"mailbox": self.id, "note": stored(NOTES, _TEXT, note)} for note in sorted(come.get(NOTES, ()))]
        self._unless_there(NOTE, notes)
        self._unless_there(MEMBERS, [{"section": self.id, "member": id_} for id_ in _ids(come.get(MEMBER, ()))])
        self._unless_there(MEMBERS, [{"section": id_, "member": self.id} for id_ in _ids(come.get(MEMBER_OF, ()))])

    def _end(self, name: str, end: date) -> None:
        if self.connection.execute(update(ALIAS).where(*self._alias(name)).values(until=end)).rowcount != 1:
            raise BadValue(ALIAS_ENDS, f"{name}={end}", Kind.ALIAS_END)

    def _alias(self, name: str) -> tuple[ColumnElement[bool], ...]:
        return ALIAS.c.domain == self.domain, ALIAS.c.name == name, ALIAS.c.mailbox == self.id

    def _unless_there(self, table: Table, rows: Sequence[Mapping[str, Stored]]) -> None:
        if rows:
            self.connection.execute(insert_unless(table).on_conflict_do_nothing(), list(rows))


def _ids(references: Iterable[str]) -> list[str]:
    return sorted(Key.parse(reference).id for reference in references)


def _ends(values: Values) -> list[tuple[str, date]]:
    """Addresses and the last day of each, from values such as `ka-050600=2026-09-30`."""
    pairs = (value.partition("=") for value in sorted(values.get(ALIAS_ENDS, ())))
    return [(name, as_date(ALIAS_ENDS, end)) for name, _, end in pairs]
