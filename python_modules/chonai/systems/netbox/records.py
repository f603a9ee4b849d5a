"""NetBox's objects as records of a ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_interface, ip_network

from chonai.change.model import Key, Value
from chonai.systems.ipam.fields import (
    ADDRESS,
    ASSIGNABLE,
    CONTAINER,
    DEVICE,
    GATEWAY,
    HOST,
    INTERFACE,
    PREFIX,
    RANGE,
    SITE,
    VLAN,
    VRF,
    ZONE,
)
from chonai.systems.netbox.connection import Document
from chonai.systems.netbox.models import (
    ACTIVE,
    CONTAINER_STATUS,
    GLOBAL,
    MODELS,
    OWN,
    STATUSES,
    ZONE_SLUG,
)

INTERFACE_KIND, SITE_KIND = MODELS[INTERFACE].kind, MODELS[SITE].kind
UNNAMED = "unnamed"
"""What stands in NetBox, which wants one, for the product of a device or the name of a VLAN that has none."""

_STATES = {status: state for state, status in STATUSES.items()}

Fields = dict[str, Value]


def key_of(type_: str, document: Document) -> Key:
    """The key of an object: the id that NetBox gave it."""
    return Key(type_, str(document["id"]))


def record(type_: str, document: Document) -> Fields:
    """What an object says by itself: all but what follows from the prefixes around it (`prefix`, `role`)."""
    customs = document.get("custom_fields") or {}
    common: Fields = {name: customs.get(OWN + name) or None for name in MODELS[type_].customs}
    return common | _READERS[type_](document)


def vrf_of(document: Document) -> str:
    """The key of an object's VRF as text."""
    return _link(VRF, document.get("vrf")) or f"{VRF}:{GLOBAL}"


def placed(found: Fields, prefix: Key, gateway: Value) -> Fields:
    """A range or an address with its prefix, and an address with its role."""
    role: Fields = {"role": GATEWAY if found["address"] == gateway else HOST} if "address" in found else {}
    return {**found, "prefix": str(prefix), **role}


def zone_tags(document: Document) -> list[Document]:
    """The tags of an object that are zones."""
    return [tag for tag in document.get("tags") or () if str(tag["slug"]).startswith(ZONE_SLUG)]


def vlan_name(vid: Value) -> str:
    """What a VLAN without a name is called in NetBox, which wants one."""
    return f"{UNNAMED}-{vid}"


def _named(document: Document) -> Fields:
    return {"name": document["name"], "description": document.get("description") or None}


def _vrf(document: Document) -> Fields:
    return {**_named(document), "zone": _zone(document)}


def _vlan(document: Document) -> Fields:
    name, vid = document["name"], document["vid"]
    return {
        "vid": vid,
        "name": None if name == vlan_name(vid) else name,
        "site": _link(SITE, document.get("site")),
        "vlan_group": _name(document.get("group")),
        "zone": _zone(document),
        "status": _state(document),
    }


def _prefix(document: Document) -> Fields:
    """NetBox keeps in one status whether a prefix is a container and whether it is in use; one that is a container and
    not in use says so in a custom field.
    """
    status = _choice(document["status"])
    kind = (document.get("custom_fields") or {}).get(f"{OWN}kind")
    is_container = status == CONTAINER_STATUS or (status != ACTIVE and kind == CONTAINER)
    at_site = document.get("scope_type") == SITE_KIND
    return {
        "network": str(ip_network(document["prefix"])),
        "name": document.get("description") or None,
        "vrf": vrf_of(document),
        "kind": CONTAINER if is_container else ASSIGNABLE,
        "vlan": _link(VLAN, document.get("vlan")),
        "site": f"{SITE}:{document['scope_id']}" if at_site else None,
        "zone": _zone(document),
        "status": _state(document),
    }


def _range(document: Document) -> Fields:
    return {
        "first": _host(document["start_address"]),
        "last": _host(document["end_address"]),
        "issuable": _choice(document["status"]) == ACTIVE and not document["mark_populated"],
    }


def _address(document: Document) -> Fields:
    name = document.get("dns_name") or ""
    zone = (document.get("custom_fields") or {}).get(f"{OWN}dns_zone")
    hostname = name.removesuffix(f".{zone.lower()}") if zone else name
    at_interface = document.get("assigned_object_type") == INTERFACE_KIND
    return {
        "address": _host(document["address"]),
        "hostname": hostname or None,
        "interface": f"{INTERFACE}:{document['assigned_object_id']}" if at_interface else None,
        "status": _state(document),
    }


def _device(document: Document) -> Fields:
    product = (document.get("device_type") or {}).get("model")
    return {
        "name": document.get("name") or f"{UNNAMED}-{document['id']}",
        "site": _link(SITE, document.get("site")),
        "zone": _zone(document),
        "product": None if product == UNNAMED else product,
        "platform": _name(document.get("platform")),
        "serial": document.get("serial") or None,
    }


def _interface(document: Document) -> Fields:
    return {
        "device": _link(DEVICE, document["device"]),
        "name": document["name"],
        "vlan": _link(VLAN, document.get("untagged_vlan")),
        "mac": document.get("mac_address") or None,
        "management": bool(document["mgmt_only"]),
    }


_READERS: Mapping[str, Callable[[Document], Fields]] = {
    ZONE: _named,
    SITE: _named,
    VRF: _vrf,
    VLAN: _vlan,
    PREFIX: _prefix,
    RANGE: _range,
    ADDRESS: _address,
    DEVICE: _device,
    INTERFACE: _interface,
}


def _choice(value: object) -> str:
    """A choice is an object with `value` and `label`."""
    return str(value["value"] if isinstance(value, dict) else value)


def _state(document: Document) -> str:
    """What NetBox calls otherwise (a container, dhcp, slaac) is in use."""
    return _STATES.get(_choice(document["status"]), "in_use")


def _link(type_: str, nested: Document | None) -> str | None:
    return f"{type_}:{nested['id']}" if nested else None


def _name(nested: Document | None) -> str | None:
    return nested["name"] if nested else None


def _zone(document: Document) -> str | None:
    tags = sorted(int(tag["id"]) for tag in zone_tags(document))
    return f"{ZONE}:{tags[0]}" if tags else None


def _host(address: str) -> str:
    return str(ip_interface(address).ip)
