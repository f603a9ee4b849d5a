"""Every type of object that the ledger knows, and every attribute of it. The one list that tables, records, documents
and files are made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ZONE, SITE, VRF, VLAN, PREFIX, RANGE, ADDRESS, DEVICE, INTERFACE = TYPES = (
    "zone", "site", "vrf", "vlan", "prefix", "range", "address", "device", "interface",
)  # fmt: skip

STATUSES = ("reserved", "in_use", "retired")
"""What an object that is issued can be. What is free is not there."""
CONTAINER, ASSIGNABLE = PREFIX_KINDS = ("container", "assignable")
HOST, GATEWAY = ROLES = ("host", "gateway")
FIRST_VLAN, LAST_VLAN = 1, 4094
"""IEEE 802.1Q-2018, 9.6: 0 and 4095 name no VLAN."""


class Kind(StrEnum):
    """What a value may be."""

    TEXT = "text"
    FLAG = "flag"
    NUMBER = "number"
    DAY = "day"
    WORD = "word"
    ADDRESS = "address"
    NETWORK = "network"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute: what it may be, and whether it may be nothing.

    of      the type of object that a reference names
    words   those that a WORD may be
    """

    kind: Kind = Kind.TEXT
    optional: bool = True
    of: str = ""
    words: tuple[str, ...] = ()


def _to(type_: str, *, optional: bool = True) -> Field:
    return Field(Kind.REFERENCE, optional, of=type_)


def _word(words: tuple[str, ...]) -> Field:
    return Field(Kind.WORD, optional=False, words=words)


_NAME = Field(optional=False)
LIFE: Mapping[str, Field] = {
    "status": _word(STATUSES),
    "until": Field(Kind.DAY),
    "owner": Field(),
    "purpose": Field(),
    "request": Field(),
    "item": Field(),
    "ended_by": Field(),
    "note": Field(),
}
"""What everything that is issued has. `until`: the last day of a reservation, or of a quarantine. `owner` and `request`
of something retired are those of the last owner. `ended_by`: request and item that gave it back last.
"""

FIELDS: Mapping[str, Mapping[str, Field]] = {
    ZONE: {"name": _NAME, "description": Field()},
    SITE: {"name": _NAME, "description": Field()},
    VRF: {"name": _NAME, "zone": _to(ZONE), "description": Field()},
    VLAN: {
        "vid": Field(Kind.NUMBER, optional=False),
        "name": Field(),
        "site": _to(SITE),
        "vlan_group": Field(),
        "zone": _to(ZONE),
        **LIFE,
    },
    PREFIX: {
        "network": Field(Kind.NETWORK, optional=False),
        "name": Field(),
        "vrf": _to(VRF, optional=False),
        "kind": _word(PREFIX_KINDS),
        "gateway": Field(Kind.ADDRESS),
        "vlan": _to(VLAN),
        "site": _to(SITE),
        "zone": _to(ZONE),
        **LIFE,
    },
    RANGE: {
        "prefix": _to(PREFIX, optional=False),
        "first": Field(Kind.ADDRESS, optional=False),
        "last": Field(Kind.ADDRESS, optional=False),
        "issuable": Field(Kind.FLAG, optional=False),
        "purpose": Field(),
        "note": Field(),
    },
    ADDRESS: {
        "address": Field(Kind.ADDRESS, optional=False),
        "prefix": _to(PREFIX, optional=False),
        "role": _word(ROLES),
        "hostname": Field(),
        "dns_zone": Field(),
        "interface": _to(INTERFACE),
        **LIFE,
    },
    DEVICE: {
        "name": _NAME,
        "site": _to(SITE),
        "zone": _to(ZONE),
        "product": Field(),
        "platform": Field(),
        "serial": Field(),
        "owner": Field(),
        "note": Field(),
    },
    INTERFACE: {
        "device": _to(DEVICE, optional=False),
        "name": _NAME,
        "vlan": _to(VLAN),
        "mac": Field(),
        "management": Field(Kind.FLAG, optional=False),
        "note": Field(),
    },
}

UNIQUE: Mapping[str, tuple[str, ...]] = {
    ZONE: ("name",),
    SITE: ("name",),
    VRF: ("name",),
    VLAN: ("site", "vlan_group", "vid"),
    PREFIX: ("vrf", "network"),
    RANGE: ("prefix", "first"),
    ADDRESS: ("prefix", "address"),
    DEVICE: ("name",),
    INTERFACE: ("device", "name"),
}
"""What tells an object from all others of its type. Two VLANs of one `vlan_group` share it whatever their sites are."""


def references(type_: str) -> dict[str, str]:
    """The attributes of a type that name other objects, and the types of those."""
    return {name: field.of for name, field in FIELDS[type_].items() if field.kind is Kind.REFERENCE}
