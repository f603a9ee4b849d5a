"""What the fake NetBox knows of NetBox's models: fields, choices, links, what is unique, and what NetBox 4.7.3 said to
each mistake when it was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TAGS, SITES, DEVICES, INTERFACES = "extras/tags", "dcim/sites", "dcim/devices", "dcim/interfaces"
VRFS, VLANS, GROUPS, PREFIXES = "ipam/vrfs", "ipam/vlans", "ipam/vlan-groups", "ipam/prefixes"
RANGES, ADDRESSES, CUSTOM_FIELDS = "ipam/ip-ranges", "ipam/ip-addresses", "extras/custom-fields"
TYPES, ROLES, MAKERS, PLATFORMS = "dcim/device-types", "dcim/device-roles", "dcim/manufacturers", "dcim/platforms"

_STATUSES = {"active": "Active", "reserved": "Reserved", "deprecated": "Deprecated"}
_SITE_STATUSES = {"active": "Active", "planned": "Planned"}


@dataclass(frozen=True, slots=True)
class Spec:
    """One model.

    plain     fields that hold a value, and what they hold when nothing is said; `...` says that they are required
    links     fields that hold the id of an object at a path
    needed    links that are required
    choices   fields that hold a word, first the one that is meant when nothing is said
    unique    groups of fields that two objects may not share; a group with nothing in it is shared by all
    brief     what is shown of an object where another one names it
    """

    kind: str
    plain: Mapping[str, object]
    links: Mapping[str, str] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unique: tuple[tuple[str, ...], ...] = ()
    brief: tuple[str, ...] = ("name", "slug", "description")
    tagged: bool = True


_NAMED = {"name": ..., "slug": ..., "description": ""}

SPECS: Mapping[str, Spec] = {
    TAGS: Spec("extras.tag", {**_NAMED, "color": "9e9e9e"}, unique=(("name",), ("slug",)), tagged=False),
    CUSTOM_FIELDS: Spec(
        "extras.customfield",
        {"name": ..., "type": ..., "object_types": ..., "label": "", "group_name": ""},
        unique=(("name",),),
        tagged=False,
    ),
    SITES: Spec(
        "dcim.site", _NAMED, choices={"status": _SITE_STATUSES}, unique=(("name",), ("slug",)), brief=(*_NAMED,)
    ),
    MAKERS: Spec("dcim.manufacturer", _NAMED, unique=(("name",), ("slug",))),
    PLATFORMS: Spec("dcim.platform", _NAMED, unique=(("name",), ("slug",))),
    ROLES: Spec("dcim.devicerole", _NAMED, unique=(("name",), ("slug",))),
    TYPES: Spec(
        "dcim.devicetype",
        {"model": ..., "slug": ...},
        {"manufacturer": MAKERS},
        ("manufacturer",),
        unique=(("manufacturer", "model"),),
        brief=("model", "slug"),
    ),
    VRFS: Spec("ipam.vrf", {"name": ..., "description": "", "enforce_unique": True}, brief=("name", "description")),
    GROUPS: Spec("ipam.vlangroup", _NAMED, unique=(("name",), ("slug",))),
    VLANS: Spec(
        "ipam.vlan",
        {"vid": ..., "name": ..., "description": ""},
        {"site": SITES, "group": GROUPS},
        choices={"status": _STATUSES},
        unique=(("group", "vid"), ("group", "name")),
        brief=("vid", "name", "description"),
    ),
    PREFIXES: Spec(
        "ipam.prefix",
        {"prefix": ..., "description": "", "scope_type": None, "scope_id": None},
        {"vrf": VRFS, "vlan": VLANS},
        choices={"status": {"active": "Active", "container": "Container", **_STATUSES}},
        brief=("prefix", "description"),
    ),
    RANGES: Spec(
        "ipam.iprange",
        {"start_address": ..., "end_address": ..., "mark_populated": False, "description": ""},
        {"vrf": VRFS},
        choices={"status": _STATUSES},
        brief=("start_address", "end_address"),
    ),
    ADDRESSES: Spec(
        "ipam.ipaddress",
        {"address": ..., "dns_name": "", "assigned_object_type": None, "assigned_object_id": None, "description": ""},
        {"vrf": VRFS},
        choices={"status": {**_STATUSES, "dhcp": "DHCP", "slaac": "SLAAC"}},
        brief=("address", "description"),
    ),
    DEVICES: Spec(
        "dcim.device",
        {"name": None, "serial": "", "description": ""},
        {"site": SITES, "device_type": TYPES, "role": ROLES, "platform": PLATFORMS},
        ("site", "device_type", "role"),
        choices={"status": _SITE_STATUSES},
        unique=(("site", "name"),),
        brief=("name", "description"),
    ),
    INTERFACES: Spec(
        "dcim.interface",
        {"name": ..., "mac_address": None, "mgmt_only": False, "description": ""},
        {"device": DEVICES, "untagged_vlan": VLANS},
        ("device",),
        choices={"type": {"": "", "other": "Other", "virtual": "Virtual"}, "mode": {"": "", "access": "Access"}},
        unique=(("device", "name"),),
        brief=("device", "name", "description"),
    ),
}
