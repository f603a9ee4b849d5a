"""The ledger's tables, made of the one list of fields."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, MetaData, Table, Text

from chonai.systems.ipam.fields import FIELDS, FIRST_VLAN, LAST_VLAN, TYPES, Field, Kind

VERSION = 2

NAMES = {type_: f"{type_}es" if type_.endswith(("x", "s")) else f"{type_}s" for type_ in TYPES}
"""The table of each type."""

TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared byte by byte everywhere."""

_POSITION = (
    "((length({0}) = 33 AND substr({0}, 1, 1) = '4') OR (length({0}) = 129 AND substr({0}, 1, 1) = '6'))"
    " AND ltrim(substr({0}, 2), '01') = ''"
)
_NETWORK = (
    "bits BETWEEN 0 AND length(first) - 1 AND ltrim(substr(first, bits + 2), '0') = ''"
    " AND last = substr(first, 1, bits + 1) || replace(substr(first, bits + 2), '0', '1')"
)
_DAY = "{0} LIKE '____-__-__' AND length({0}) = 10"

METADATA = MetaData()
VERSION_TABLE = Table("ledger_version", METADATA, Column("version", Integer, primary_key=True, autoincrement=False))


def columns_of(name: str, field: Field) -> tuple[str, ...]:
    """The columns that an attribute is kept in."""
    return ("first", "last", "bits") if field.kind is Kind.NETWORK else (name,)


def _columns(type_: str) -> Iterator[Column[object]]:
    yield Column("id", TEXT, primary_key=True)
    kinds = {Kind.FLAG: Boolean, Kind.NUMBER: Integer}
    for name, field in FIELDS[type_].items():
        for column in columns_of(name, field):
            kind = Integer if column == "bits" else kinds.get(field.kind, TEXT)
            yield Column(column, kind, nullable=field.optional)


def _checks(type_: str) -> Iterator[CheckConstraint]:
    table = NAMES[type_]
    for name, field in FIELDS[type_].items():
        if field.kind is Kind.ADDRESS:
            yield CheckConstraint(_POSITION.format(name), f"{table}_{name}_position")
        elif field.kind is Kind.NETWORK:
            yield CheckConstraint(_POSITION.format("first"), f"{table}_first_position")
            yield CheckConstraint(_NETWORK, f"{table}_network")
        elif field.kind is Kind.WORD:
            words = ", ".join(f"'{word}'" for word in field.words)
            yield CheckConstraint(f"{name} IN ({words})", f"{table}_{name}_word")
        elif field.kind is Kind.DAY:
            yield CheckConstraint(_DAY.format(name), f"{table}_{name}_day")
        elif field.kind is Kind.TEXT:
            yield CheckConstraint(f"{name} <> ''", f"{table}_{name}_text")
    if "until" in FIELDS[type_]:
        yield CheckConstraint("(until IS NOT NULL) = (status <> 'in_use')", f"{table}_until")


def _table(type_: str) -> Table:
    table = NAMES[type_]
    links = (
        ForeignKeyConstraint([name], [f"{NAMES[field.of]}.id"], f"{table}_{name}_exists")
        for name, field in FIELDS[type_].items()
        if field.kind is Kind.REFERENCE
    )
    return Table(table, METADATA, *_columns(type_), *_checks(type_), *links)


TABLES = {type_: _table(type_) for type_ in TYPES}
TABLES["vlan"].append_constraint(CheckConstraint(f"vid BETWEEN {FIRST_VLAN} AND {LAST_VLAN}", "vlans_vid_number"))
TABLES["range"].append_constraint(CheckConstraint("first <= last AND length(first) = length(last)", "ranges_order"))
TABLES["prefix"].append_constraint(
    CheckConstraint(
        "gateway IS NULL OR (gateway BETWEEN first AND last AND kind = 'assignable')", "prefixes_gateway_inside"
    )
)
Index("prefixes_place", TABLES["prefix"].c.vrf, TABLES["prefix"].c.first)
Index("addresses_interface", TABLES["address"].c.interface)
Index("interfaces_device", TABLES["interface"].c.device)
