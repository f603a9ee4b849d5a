"""Where in NetBox the types of a ledger are, what is asked for of them, and which custom fields hold the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chonai.systems.ipam.fields import ADDRESS, DEVICE, INTERFACE, LIFE, PREFIX, RANGE, SITE, VLAN, VRF, ZONE

ZONE_SLUG = "zone-"
"""A zone is a tag whose slug begins so; all other tags are none of our business."""
OWN = "chonai_"
"""Stands before the name of each custom field that is ours."""
GLOBAL = "global"
"""The id of the VRF that NetBox calls Global: objects without one are in it, and it is no object itself."""

RESERVED, ACTIVE, DEPRECATED, CONTAINER_STATUS = "reserved", "active", "deprecated", "container"
STATUSES = {"reserved": RESERVED, "in_use": ACTIVE, "retired": DEPRECATED}
"""What the ledger's states of what is issued are called in NetBox."""

_LIFE = tuple(name for name in LIFE if name != "status")


@dataclass(frozen=True, slots=True)
class Model:
    """One kind of NetBox's objects.

    path      where the API has it
    name      what NetBox calls it
    fields    what is asked for beside `id`
    customs   attributes of the ledger that stand in custom fields
    only      the query that leaves out what is not the ledger's
    """

    path: str
    name: str
    fields: tuple[str, ...]
    customs: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What custom fields and links to any kind of object call it."""
        return ".".join((self.path.partition("/")[0], self.name))

    @property
    def asked(self) -> str:
        """The fields, as a query names them."""
        return ",".join(("id", *self.fields, *(("custom_fields",) if self.customs else ())))


MODELS: Mapping[str, Model] = {
    ZONE: Model("extras/tags", "tag", ("name", "slug", "description"), only={"slug__isw": ZONE_SLUG}),
    SITE: Model("dcim/sites", "site", ("name", "description")),
    VRF: Model("ipam/vrfs", "vrf", ("name", "description", "tags", "enforce_unique")),
    VLAN: Model("ipam/vlans", "vlan", ("vid", "name", "site", "group", "status", "tags"), _LIFE),
    PREFIX: Model(
        "ipam/prefixes",
        "prefix",
        ("prefix", "description", "vrf", "status", "vlan", "scope_type", "scope_id", "tags"),
        ("gateway", "kind", *_LIFE),
    ),
    RANGE: Model(
        "ipam/ip-ranges",
        "iprange",
        ("start_address", "end_address", "vrf", "status", "mark_populated"),
        ("purpose", "note"),
    ),
    ADDRESS: Model(
        "ipam/ip-addresses",
        "ipaddress",
        ("address", "vrf", "status", "dns_name", "assigned_object_type", "assigned_object_id"),
        ("dns_zone", *_LIFE),
    ),
    DEVICE: Model(
        "dcim/devices", "device", ("name", "site", "device_type", "platform", "serial", "tags"), ("owner", "note")
    ),
    INTERFACE: Model(
        "dcim/interfaces", "interface", ("device", "name", "untagged_vlan", "mac_address", "mgmt_only"), ("note",)
    ),
}

DATES = ("until",)
"""Custom fields that hold a day; all others hold a text."""


def custom_fields() -> dict[str, list[str]]:
    """The custom fields that chonai needs, and the kinds of objects that each is for."""
    found: dict[str, list[str]] = {}
    for model in MODELS.values():
        for name in model.customs:
            found.setdefault(OWN + name, []).append(model.kind)
    return found
