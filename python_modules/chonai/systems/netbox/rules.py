"""The rules of a ledger (docs/systems/ipam.md), asked before anything is written, because NetBox keeps few of them.

Each takes the object as it would be, and answers with the code of the sentence and what stands against it. What others
write between this and our own writing is not seen; `chonai.systems.netbox.write` looks for that afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from ipaddress import IPv4Network, ip_address, ip_network

from chonai.change.model import Key, Record
from chonai.systems.ipam.fields import (
    ADDRESS,
    ASSIGNABLE,
    CONTAINER,
    DEVICE,
    FIRST_VLAN,
    GATEWAY,
    INTERFACE,
    LAST_VLAN,
    PREFIX,
    RANGE,
    SITE,
    TYPES,
    UNIQUE,
    VLAN,
    VRF,
    ZONE,
    references,
)
from chonai.systems.ipam.shield import Network
from chonai.systems.netbox.table import Table

Against = tuple[str, str]
"""The code of a sentence, and what stands against the change."""


def against(table: Table, key: Key, record: Record, changed: Collection[str], *, named: bool = True) -> Against | None:
    """The first rule that a change of these attributes would break; None where it breaks none. What people left in
    NetBox against a rule stays as it is, and stops nobody who changes something else of it.

    named   whether what the object names is in the table, and has to be
    """
    return next(_broken(table, key, record, changed if named else (), changed), None)


def still_used(table: Table, key: Key) -> str | None:
    """What names an object that is to be deleted; None where nothing does."""
    for type_ in TYPES:
        names = [name for name, target in references(type_).items() if target == key.type]
        for other, record in table.of(type_) if names else ():
            if any(record.get(name) == str(key) for name in names):
                return str(other)
    return None


def _broken(
    table: Table, key: Key, record: Record, naming: Collection[str], changed: Collection[str]
) -> Iterator[Against]:
    for name, target in references(key.type).items():
        value = record.get(name) if name in naming else None
        if value is not None and (Key.parse(str(value)) not in table.records or Key.parse(str(value)).type != target):
            yield "ipam.no_reference", f"{name} {value}"
    if not _PLACING[key.type].isdisjoint(changed):
        yield from _RULES[key.type](table, key, record)
    is_ended = "until" in record and not {"until", "status"}.isdisjoint(changed)
    if is_ended and (record["until"] is not None) != (record["status"] != "in_use"):
        yield "ipam.until", f"{record['status']}, {record['until'] or '-'}"


def _taken(code: str) -> Callable[[Table, Key, Record], Iterator[Against]]:
    def rule(table: Table, key: Key, record: Record) -> Iterator[Against]:
        yield from ((code, str(other)) for other in table.twins(key, record))

    return rule


def _vlan(table: Table, key: Key, record: Record) -> Iterator[Against]:
    if not FIRST_VLAN <= int(str(record["vid"])) <= LAST_VLAN:
        yield "ipam.vlan_number", str(record["vid"])
    yield from _taken("ipam.vlan_taken")(table, key, record)


def _prefix(table: Table, key: Key, record: Record) -> Iterator[Against]:
    network = _network(record)
    for other, theirs in table.of(PREFIX):
        if other != key and theirs["vrf"] == record["vrf"] and _collide(network, record, _network(theirs), theirs):
            yield "ipam.prefix_overlaps", f"{theirs['network']} ({other})"
    yield from _of_full_prefix(table, key, record)
    gateway = record.get("gateway")
    if gateway and (record["kind"] != ASSIGNABLE or ip_address(str(gateway)) not in network):
        yield "ipam.gateway_outside", str(gateway)


def _of_full_prefix(table: Table, key: Key, record: Record) -> Iterator[Against]:
    """A prefix stays what it is while something is in it; what lies in the new one belongs to no other."""
    before = table.records.get(key)
    inside = [one for type_ in (RANGE, ADDRESS) for one, _ in table.inside(type_, key)]
    if before is None or not inside:
        return
    if any(before[name] != record[name] for name in ("vrf", "network", "kind")):
        yield "ipam.prefix_not_empty", str(inside[0])
    if before["gateway"] != record["gateway"]:
        for other, address in table.inside(ADDRESS, key):
            if address["address"] in (before["gateway"], record["gateway"]):
                yield "ipam.gateway_taken", f"{address['address']} ({other})"


def _collide(one: Network, record: Record, other: Network, theirs: Record) -> bool:
    """Whether two prefixes of a VRF overlap and neither is a container with the other in it."""
    if one.version != other.version or not one.overlaps(other):
        return False
    is_around = theirs["kind"] == CONTAINER and other.prefixlen < one.prefixlen
    return not is_around and not (record["kind"] == CONTAINER and one.prefixlen < other.prefixlen)


def _range(table: Table, key: Key, record: Record) -> Iterator[Against]:
    first, last = ip_address(str(record["first"])), ip_address(str(record["last"]))
    prefix = table.records[Key.parse(str(record["prefix"]))]
    network = _network(prefix)
    if prefix["kind"] != ASSIGNABLE or first not in network or last not in network or int(first) > int(last):
        yield "ipam.range_outside", str(network)
        return
    for other, theirs in table.inside(RANGE, str(record["prefix"])):
        if other != key and _meets(theirs, int(first), int(last)):
            yield "ipam.range_overlaps", f"{theirs['first']} - {theirs['last']} ({other})"
    for other, address in () if record["issuable"] else table.inside(ADDRESS, str(record["prefix"])):
        if int(first) <= int(ip_address(str(address["address"]))) <= int(last):
            yield "ipam.range_covers", f"{address['address']} ({other})"


def _address(table: Table, key: Key, record: Record) -> Iterator[Against]:
    own = Key.parse(str(record["prefix"]))
    prefix, address = table.records[own], ip_address(str(record["address"]))
    around = table.prefix_at(str(prefix["vrf"]), str(record["address"]))
    if around != own:
        yield "ipam.address_outside", str(around or "-")
        return
    network = _network(prefix)
    if _is_networks_own(network, int(address)):
        yield "ipam.address_of_network", str(network)
    if (record["role"] == GATEWAY) != (record["address"] == prefix["gateway"]):
        yield "ipam.address_of_gateway", str(prefix["gateway"] or "-")
    for other, theirs in table.inside(RANGE, own):
        if not theirs["issuable"] and _meets(theirs, int(address), int(address)):
            yield "ipam.address_blocked", f"{theirs['first']} - {theirs['last']} ({other})"
    yield from _taken("ipam.address_taken")(table, key, record)


def _is_networks_own(network: Network, number: int) -> bool:
    """RFC 3021: both addresses of a /31 are hosts'. RFC 4291 2.6.1 and RFC 6164: the first address of an IPv6 network
    is that of any of its routers, but not of a /127. A /32 or /128 is one host.
    """
    if network.max_prefixlen - network.prefixlen < 2:
        return False
    ends = (int(network.network_address), int(network.broadcast_address))
    return number in ends if isinstance(network, IPv4Network) else number == ends[0]


def _meets(range_: Record, first: int, last: int) -> bool:
    start, end = (int(ip_address(str(range_[name]))) for name in ("first", "last"))
    return start <= last and first <= end


def _network(record: Record) -> Network:
    return ip_network(str(record["network"]))


_RULES: Mapping[str, Callable[[Table, Key, Record], Iterator[Against]]] = {
    ZONE: _taken("ipam.name_taken"),
    SITE: _taken("ipam.name_taken"),
    VRF: _taken("ipam.name_taken"),
    VLAN: _vlan,
    PREFIX: _prefix,
    RANGE: _range,
    ADDRESS: _address,
    DEVICE: _taken("ipam.name_taken"),
    INTERFACE: _taken("ipam.name_taken"),
}

_PLACING: Mapping[str, frozenset[str]] = {
    **{type_: frozenset(names) for type_, names in UNIQUE.items()},
    VLAN: frozenset({"vid", "site", "vlan_group"}),
    PREFIX: frozenset({"network", "vrf", "kind", "gateway"}),
    RANGE: frozenset({"prefix", "first", "last", "issuable"}),
    ADDRESS: frozenset({"address", "prefix", "role"}),
}
"""Attributes that the rules of each type are about."""
