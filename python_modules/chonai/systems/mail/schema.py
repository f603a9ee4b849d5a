"""The tables that a mail server's accounts live in, and which attribute of a record is which column.

What Postfix, Dovecot and web mail read. docs/systems/mail.md tells it to people; the lab's role `lab_mail` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Boolean, Column, Date, FetchedValue, Integer, MetaData, Table, Text, Uuid

USER, GROUP = "user", "group"
NAME, ALIASES, ALIAS_ENDS, NOTES, MEMBER, MEMBER_OF = "name", "aliases", "aliasEnds", "notes", "member", "memberOf"

TABLES = MetaData()
DOMAIN = Table("domain", TABLES, Column("name", Text, primary_key=True), Column("active", Boolean))
MAILBOX = Table(
    "mailbox",
    TABLES,
    Column("id", Uuid(as_uuid=False), primary_key=True, server_default=FetchedValue()),
    Column("domain", Text),
    Column("type", Text),
    Column("name", Text),
    Column("password", Text),
    Column("display_name", Text),
    Column("family_name", Text),
    Column("given_name", Text),
    Column("kana", Text),
    Column("department", Text),
    Column("title", Text),
    Column("staff_key", Text),
    Column("section_code", Text),
    Column("enabled", Boolean),
    Column("when_disabled", Text),
    Column("listed", Boolean),
    Column("quota_mb", Integer),
    Column("forward", Text),
    Column("forward_until", Date),
)
ALIAS = Table(
    "alias",
    TABLES,
    Column("domain", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("mailbox", Uuid(as_uuid=False)),
    Column("until", Date),
)
MEMBERS = Table(
    "member",
    TABLES,
    Column("section", Uuid(as_uuid=False), primary_key=True),
    Column("member", Uuid(as_uuid=False), primary_key=True),
)
NOTE = Table(
    "note",
    TABLES,
    Column("mailbox", Uuid(as_uuid=False), primary_key=True),
    Column("note", Text, primary_key=True),
)


class Kind(StrEnum):
    """What a value of a column may be."""

    TEXT = "text"
    LOCAL_PART = "local_part"
    ADDRESS = "address"
    FLAG = "flag"
    NUMBER = "number"
    DATE = "date"
    ALIAS_END = "alias_end"
    WHEN_DISABLED = "when_disabled"


@dataclass(frozen=True, slots=True)
class Field:
    """A scalar attribute: its column, what it may be, and whether it may be nothing."""

    column: str
    kind: Kind = Kind.TEXT
    optional: bool = True


_COMMON = {
    NAME: Field("name", Kind.LOCAL_PART, optional=False),
    "displayName": Field("display_name"),
    "enabled": Field("enabled", Kind.FLAG, optional=False),
    "listed": Field("listed", Kind.FLAG, optional=False),
}
FIELDS: Mapping[str, Mapping[str, Field]] = {
    USER: _COMMON
    | {
        "sn": Field("family_name"),
        "givenName": Field("given_name"),
        "kana": Field("kana"),
        "department": Field("department"),
        "title": Field("title"),
        "sectionCode": Field("section_code"),
        "staffKey": Field("staff_key"),
        "whenDisabled": Field("when_disabled", Kind.WHEN_DISABLED, optional=False),
        "quotaMb": Field("quota_mb", Kind.NUMBER),
        "forward": Field("forward", Kind.ADDRESS),
        "forwardUntil": Field("forward_until", Kind.DATE),
    },
    GROUP: _COMMON | {"sectionCode": Field("section_code")},
}
SETS: Mapping[str, frozenset[str]] = {
    USER: frozenset({ALIASES, ALIAS_ENDS, NOTES}),
    GROUP: frozenset({ALIASES, ALIAS_ENDS, NOTES, MEMBER}),
}


def attributes(type_: str) -> frozenset[str]:
    """All attributes that a record of a type can have."""
    return frozenset(FIELDS[type_]) | SETS[type_]
