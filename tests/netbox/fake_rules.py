"""What the fake NetBox checks before it takes an object, as NetBox 4.7.3 does; nothing more than that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import IPv4Interface, IPv6Interface, ip_interface, ip_network
from typing import Any

from tests.netbox.fake_models import ADDRESSES, INTERFACES, PREFIXES, RANGES, VLANS, VRFS, Spec

Stored = dict[str, Any]
Tables = Mapping[str, dict[int, Stored]]
Errors = dict[str, Any]

_DNS = re.compile(r"^([0-9A-Za-z_-]+|\*)(\.[0-9A-Za-z_-]+)*\.?$")


def errors_of(tables: Tables, path: str, spec: Spec, id_: int, one: Stored) -> Errors:
    """What is wrong with an object, by field; empty when nothing is."""
    found: Errors = {}
    for name, why in (*_required(spec, one), *_links(tables, spec, one), *_choices(spec, one)):
        found.setdefault(name, []).append(why)
    if not found:
        for name, why in (*_unique(tables[path], spec, id_, one), *_RULES.get(path, _nothing)(tables, id_, one)):
            found.setdefault(name, []).append(why)
    return found


def _nothing(tables: Tables, id_: int, one: Stored) -> Iterator[tuple[str, str]]:
    yield from ()


def _required(spec: Spec, one: Stored) -> Iterator[tuple[str, str]]:
    for name in (*(name for name, value in spec.plain.items() if value is ...), *spec.needed):
        if name not in one:
            yield name, "This field is required."
        elif one[name] is None:
            yield name, "This field may not be null."
        elif one[name] == "":
            yield name, "This field may not be blank."


def _links(tables: Tables, spec: Spec, one: Stored) -> Iterator[tuple[str, str]]:
    for name, path in spec.links.items():
        if one.get(name) is not None and one[name] not in tables[path]:
            yield name, f"Related object not found using the provided numeric ID: {one[name]}"


def _choices(spec: Spec, one: Stored) -> Iterator[tuple[str, str]]:
    for name, known in spec.choices.items():
        if one.get(name, "") not in known:
            yield name, f"{one[name]} is not a valid choice."


def _unique(others: Mapping[int, Stored], spec: Spec, id_: int, one: Stored) -> Iterator[tuple[str, str]]:
    kind = spec.kind.partition(".")[2]
    for group in spec.unique:
        mine = [one.get(name) for name in group]
        if None in mine:
            continue
        if any(own != id_ and [other.get(name) for name in group] == mine for own, other in others.items()):
            if len(group) == 1:
                yield group[0], f"{kind} with this {group[0]} already exists."
            else:
                yield "__all__", f"{kind} with this {' and '.join(group)} already exists."


def _vlan(tables: Tables, id_: int, one: Stored) -> Iterator[tuple[str, str]]:
    if one["vid"] < 1:
        yield "vid", "Ensure this value is greater than or equal to 1."
    if one["vid"] > 4094:
        yield "vid", "Ensure this value is less than or equal to 4094."
    if len(one["name"]) > 64:
        yield "name", "Ensure this field has no more than 64 characters."


def _prefix(tables: Tables, id_: int, one: Stored) -> Iterator[tuple[str, str]]:
    try:
        network = ip_network(one["prefix"], strict=False)
    except ValueError:
        yield "prefix", f"Invalid IP address format: {one['prefix']}"
        return
    one["prefix"] = str(network)
    if not network.prefixlen:
        yield "prefix", "Cannot create prefix with /0 mask."
    others = (other for own, other in tables[PREFIXES].items() if own != id_)
    if _is_strict(tables, one) and any((o["vrf"], o["prefix"]) == (one["vrf"], one["prefix"]) for o in others):
        yield "prefix", f"Duplicate prefix found in {_table(tables, one)}: {one['prefix']}"


def _range(tables: Tables, id_: int, one: Stored) -> Iterator[tuple[str, str]]:
    first, last = _interface(one["start_address"]), _interface(one["end_address"])
    if last.ip < first.ip:  # type: ignore[operator]  # of one family here
        yield "end_address", "Ending address must be greater than or equal to the starting address"
    for own, other in tables[RANGES].items():
        start, end = int(_interface(other["start_address"]).ip), int(_interface(other["end_address"]).ip)
        if own != id_ and other["vrf"] == one["vrf"] and start <= int(last.ip) and int(first.ip) <= end:
            yield "__all__", f"Defined addresses overlap with range {other['start_address']} in VRF"


def _address(tables: Tables, id_: int, one: Stored) -> Iterator[tuple[str, str]]:
    try:
        host = _interface(one["address"])
    except ValueError:
        yield "address", f"Invalid IP address format: {one['address']}"
        return
    one["dns_name"] = one["dns_name"].lower()
    if one["dns_name"] and not _DNS.match(one["dns_name"]):
        yield (
            "dns_name",
            "Only alphanumeric characters, asterisks, hyphens, periods, and underscores are allowed in DNS names",
        )
    same = [o for own, o in tables[ADDRESSES].items() if own != id_ and o["vrf"] == one["vrf"]]
    if _is_strict(tables, one) and any(_interface(other["address"]).ip == host.ip for other in same):
        yield "address", f"Duplicate IP address found in {_table(tables, one)}: {one['address']}"
    for other in [] if id_ else tables[RANGES].values():
        start, end = int(_interface(other["start_address"]).ip), int(_interface(other["end_address"]).ip)
        if other["mark_populated"] and other["vrf"] == one["vrf"] and start <= int(host.ip) <= end:
            yield "address", f"Cannot create IP address {one['address']} inside range {other['start_address']}."
    kind, port = one["assigned_object_type"], one["assigned_object_id"]
    if kind == "dcim.interface" and port not in tables[INTERFACES]:
        yield "assigned_object_id", "Invalid object"


def _port(tables: Tables, id_: int, one: Stored) -> Iterator[tuple[str, str]]:
    if one["untagged_vlan"] is not None and not one["mode"]:
        yield "untagged_vlan", "Interface mode does not support an untagged vlan."


def _is_strict(tables: Tables, one: Stored) -> bool:
    return one["vrf"] is None or bool(tables[VRFS][one["vrf"]]["enforce_unique"])


def _table(tables: Tables, one: Stored) -> str:
    return "global table" if one["vrf"] is None else f"VRF {tables[VRFS][one['vrf']]['name']}"


def _interface(text: str) -> IPv4Interface | IPv6Interface:
    return ip_interface(text)


_RULES: Mapping[str, Callable[[Tables, int, Stored], Iterator[tuple[str, str]]]] = {
    VLANS: _vlan,
    PREFIXES: _prefix,
    RANGES: _range,
    ADDRESSES: _address,
    INTERFACES: _port,
}
