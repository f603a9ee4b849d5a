"""Records of a ledger as what NetBox is sent: only the fields that the attributes stand in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from chonai.change.model import Key, Record, Value
from chonai.systems.ipam.fields import (
    ADDRESS,
    CONTAINER,
    DEVICE,
    INTERFACE,
    PREFIX,
    RANGE,
    SITE,
    VLAN,
    VRF,
    ZONE,
)
from chonai.systems.netbox.connection import Document
from chonai.systems.netbox.models import ACTIVE, CONTAINER_STATUS, GLOBAL, MODELS, OWN, STATUSES, ZONE_SLUG
from chonai.systems.netbox.named import GROUPS, PLATFORMS, PRODUCTS, ROLES, Named, slug
from chonai.systems.netbox.records import INTERFACE_KIND, SITE_KIND, UNNAMED, vlan_name, zone_tags
from chonai.systems.netbox.table import Table
from chonai.systems.refused import NotDone
from chonai.text.hostnames import joined
from chonai.text.messages import message

Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class Writer:
    """`table`: what the records name."""

    table: Table
    named: Named

    def whole(self, type_: str, record: Record) -> Fields:
        """A new object. Raises NotDone for what NetBox cannot hold."""
        names = {name for name, value in record.items() if value is not None}
        return {**self.part(type_, record, names, {}), **self._new(type_, record)}

    def part(self, type_: str, record: Record, names: Collection[str], now: Document) -> Fields:
        """The fields in which these attributes stand. `record` is the object as it shall be, `now` as NetBox has it.
        Raises NotDone for what NetBox cannot hold.
        """
        fields: Fields = {}
        for name in sorted(names):
            if (how := _WRITERS.get((type_, name)) or _COMMON.get(name)) is not None:
                fields |= how(self, record, now)
        customs = {OWN + name: record[name] for name in MODELS[type_].customs if name in names and name != "kind"}
        if type_ == PREFIX and set(names) & {"status", "kind"}:
            customs[f"{OWN}kind"] = record["kind"] if record["kind"] == CONTAINER else None
        return {**fields, **({"custom_fields": customs} if customs else {})}

    def _new(self, type_: str, record: Record) -> Fields:
        """What NetBox wants of a new object beside what a ledger has."""
        name = str(record.get("name"))
        more: dict[str, Callable[[], Fields]] = {
            ZONE: lambda: {"slug": ZONE_SLUG + slug(name)},
            SITE: lambda: {"slug": slug(name)},
            VRF: lambda: {"enforce_unique": True},
            VLAN: lambda: self.vlan_name(record),
            DEVICE: lambda: {**self.product(record), "role": self.named.id(ROLES, UNNAMED)},
            INTERFACE: lambda: {"type": "other"},
        }
        return more[type_]() if type_ in more else {}

    def vlan_name(self, record: Record) -> Fields:
        """NetBox wants a name for each VLAN."""
        return {"name": record["name"] or vlan_name(record["vid"])}

    def product(self, record: Record) -> Fields:
        """NetBox wants a product for each device."""
        return {"device_type": self.named.id(PRODUCTS, str(record["product"] or UNNAMED))}

    def vlan_group(self, record: Record) -> Fields:
        """By its name."""
        group = record["vlan_group"]
        return {"group": self.named.id(GROUPS, str(group)) if group else None}

    def platform(self, record: Record) -> Fields:
        """By its name."""
        platform = record["platform"]
        return {"platform": self.named.id(PLATFORMS, str(platform)) if platform else None}

    def length(self, record: Record) -> int:
        """The length of the prefix that an address or range is in."""
        prefix = self.table.records[Key.parse(str(record["prefix"]))]
        return ip_network(str(prefix["network"])).prefixlen

    def vrf(self, record: Record) -> int | None:
        """The VRF of the prefix that an address or range is in."""
        return id_of(self.table.records[Key.parse(str(record["prefix"]))]["vrf"])


def id_of(value: Value) -> int | None:
    """What NetBox calls what a key names; nothing for the VRF that is none."""
    id_ = Key.parse(str(value)).id if value else GLOBAL
    return None if id_ == GLOBAL else int(id_)


def _zone(writer: Writer, record: Record, now: Document) -> Fields:
    """Tags that are no zones stay."""
    zones = {tag["id"] for tag in zone_tags(now)}
    others = [{"id": tag["id"]} for tag in now.get("tags") or () if tag["id"] not in zones]
    own = id_of(record["zone"])
    return {"tags": [*others, *([{"id": own}] if own is not None else [])]}


def _prefix_status(writer: Writer, record: Record, now: Document) -> Fields:
    status = STATUSES[str(record["status"])]
    return {"status": CONTAINER_STATUS if (record["kind"], status) == (CONTAINER, ACTIVE) else status}


def _scope(writer: Writer, record: Record, now: Document) -> Fields:
    site = id_of(record["site"])
    return {"scope_type": SITE_KIND if site is not None else None, "scope_id": site}


def _dns_name(writer: Writer, record: Record, now: Document) -> Fields:
    """One name; NetBox writes it in small letters."""
    host, zone = record["hostname"], record["dns_zone"]
    if host is not None and str(host) != str(host).lower():
        raise NotDone(message("netbox.capitals", hostname=str(host)))
    return {"dns_name": joined(str(host), str(zone or "")) if host else ""}


def _at_interface(writer: Writer, record: Record, now: Document) -> Fields:
    port = id_of(record["interface"])
    return {"assigned_object_type": INTERFACE_KIND if port is not None else None, "assigned_object_id": port}


def _ends(writer: Writer, record: Record, now: Document) -> Fields:
    length = writer.length(record)
    ends = {"start_address": f"{record['first']}/{length}", "end_address": f"{record['last']}/{length}"}
    return {**ends, "vrf": writer.vrf(record)}


def _issuable(writer: Writer, record: Record, now: Document) -> Fields:
    return {"mark_populated": not record["issuable"], **({"status": ACTIVE} if record["issuable"] else {})}


def _address(writer: Writer, record: Record, now: Document) -> Fields:
    return {"address": f"{record['address']}/{writer.length(record)}", "vrf": writer.vrf(record)}


def _untagged(writer: Writer, record: Record, now: Document) -> Fields:
    """NetBox takes a VLAN only on a port that says how it treats tags."""
    vlan = id_of(record["vlan"])
    return {"untagged_vlan": vlan, **({"mode": "access"} if vlan is not None else {})}


def _mac(writer: Writer, record: Record, now: Document) -> Fields:
    raise NotDone(message("netbox.no_mac", name=str(record["name"])))


How = Callable[[Writer, Record, Document], Fields]

_COMMON: Mapping[str, How] = {
    "name": lambda writer, record, now: {"name": record["name"]},
    "description": lambda writer, record, now: {"description": record["description"] or ""},
    "serial": lambda writer, record, now: {"serial": record["serial"] or ""},
    "zone": _zone,
    "site": lambda writer, record, now: {"site": id_of(record["site"])},
    "status": lambda writer, record, now: {"status": STATUSES[str(record["status"])]},
    "vid": lambda writer, record, now: {"vid": record["vid"], **writer.vlan_name(record)},
    "vlan_group": lambda writer, record, now: writer.vlan_group(record),
    "product": lambda writer, record, now: writer.product(record),
    "platform": lambda writer, record, now: writer.platform(record),
    "device": lambda writer, record, now: {"device": id_of(record["device"])},
    "management": lambda writer, record, now: {"mgmt_only": bool(record["management"])},
    "mac": _mac,
}
_WRITERS: Mapping[tuple[str, str], How] = {
    (VLAN, "name"): lambda writer, record, now: writer.vlan_name(record),
    (PREFIX, "network"): lambda writer, record, now: {"prefix": record["network"]},
    (PREFIX, "name"): lambda writer, record, now: {"description": record["name"] or ""},
    (PREFIX, "vrf"): lambda writer, record, now: {"vrf": id_of(record["vrf"])},
    (PREFIX, "vlan"): lambda writer, record, now: {"vlan": id_of(record["vlan"])},
    (PREFIX, "status"): _prefix_status,
    (PREFIX, "kind"): _prefix_status,
    (PREFIX, "site"): _scope,
    (RANGE, "first"): _ends,
    (RANGE, "last"): _ends,
    (RANGE, "prefix"): _ends,
    (RANGE, "issuable"): _issuable,
    (ADDRESS, "address"): _address,
    (ADDRESS, "prefix"): _address,
    (ADDRESS, "hostname"): _dns_name,
    (ADDRESS, "dns_zone"): _dns_name,
    (ADDRESS, "interface"): _at_interface,
    (INTERFACE, "vlan"): _untagged,
}
