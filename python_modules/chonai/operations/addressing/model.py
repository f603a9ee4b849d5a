"""What the operation knows of a ledger: its types, their attributes, and when something is free again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chonai import operations
from chonai.change.model import Key, Record, Scope, TypeScope

OPERATION, ADDRESS = operations.ADDRESSING, operations.ADDRESS

ZONE, SITE, VRF, VLAN, PREFIX, RANGE, INTERFACE, DEVICE = (
    "zone", "site", "vrf", "vlan", "prefix", "range", "interface", "device",
)  # fmt: skip
ISSUED = (VLAN, PREFIX, ADDRESS)
RESERVED, IN_USE, RETIRED = "reserved", "in_use", "retired"
CONTAINER, ASSIGNABLE = "container", "assignable"
HOST, GATEWAY = "host", "gateway"
VALUES = {VLAN: "vid", PREFIX: "network", ADDRESS: "address"}
"""The attribute that is what was issued."""

_LIFE = frozenset({"status", "until", "owner", "purpose", "request", "item", "ended_by", "note"})


def _type(attributes: str, references: str, unique: str, label: str, more: str | None = None) -> TypeScope:
    """`more`: of what is issued, what its changes tell besides whose it is and what is unique in it."""
    names, links, alone = (frozenset(words.split()) for words in (attributes, references, unique))
    life = _LIFE if more is not None else frozenset[str]()
    told = alone.union(["request", "item"], more.split()) if more is not None else frozenset[str]()
    group = (tuple(unique.split()),)
    return TypeScope(names | links | life, links, unique=group, label=tuple(label.split()), told=told)


SCOPE: Scope = {
    ZONE: _type("name description", "", "name", "name"),
    SITE: _type("name description", "", "name", "name"),
    VRF: _type("name description", "zone", "name", "name"),
    VLAN: _type("vid name vlan_group", "site zone", "site vlan_group vid", "vid name", ""),
    PREFIX: _type("network name kind gateway", "vrf vlan site zone", "vrf network", "network name", "vlan"),
    RANGE: _type("first last issuable purpose note", "prefix", "prefix first", "first last"),
    ADDRESS: _type("address role hostname dns_zone", "prefix interface", "prefix address", "address hostname", ""),
    DEVICE: _type("name product platform serial owner note", "site zone", "name", "name"),
    INTERFACE: _type("name mac management note", "device vlan", "device name", "name"),
}
"""All of a ledger is read. Of what is issued all is written; the rest stays as it is observed."""


def is_free(record: Record, day: date) -> bool:
    """Whether somebody else may have it: its reservation or quarantine ended before that day. What is in use is
    somebody's, whatever day another program left beside it.
    """
    until = record.get("until")
    return record.get("status") != IN_USE and isinstance(until, str) and until < day.isoformat()


def is_live(record: Record, day: date) -> bool:
    """Whether somebody has it: in use, or reserved until that day or a later one."""
    return record.get("status") != RETIRED and not is_free(record, day)


def zone_of(state: Mapping[Key, Record], network: Record) -> str:
    """The zone that a prefix or VLAN is in, else that of its VRF: a key as text; blank where neither says one."""
    return text(network, "zone") or text(state.get(Key.parse(text(network, "vrf")), {}), "zone")


def text(record: Mapping[str, object], name: str) -> str:
    """An attribute as text; nothing is blank."""
    value = record.get(name)
    return "" if value is None else str(value)
