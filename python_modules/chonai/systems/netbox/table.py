"""What is known of a NetBox at one moment, as records of a ledger, found in the ways in which its rules ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from chonai.change.model import Key, Record, Value
from chonai.systems.ipam.fields import ADDRESS, ASSIGNABLE, PREFIX, RANGE, UNIQUE, VLAN
from chonai.systems.ipam.shield import Network

Address = IPv4Address | IPv6Address
Identity = tuple[object, ...]


class Places:
    """The prefixes of all VRFs: in which one an address lies."""

    def __init__(self) -> None:
        self._networks: dict[tuple[str, int, int], dict[int, Key]] = defaultdict(dict)

    def put(self, key: Key, vrf: str, network: Network) -> None:
        """A prefix."""
        self._networks[vrf, network.version, network.prefixlen][int(network.network_address)] = key

    def drop(self, key: Key, vrf: str, network: Network) -> None:
        """One that is there no more."""
        at = self._networks[vrf, network.version, network.prefixlen]
        if at.get(int(network.network_address)) == key:
            del at[int(network.network_address)]

    def around(self, vrf: str, address: Address) -> Key | None:
        """The smallest prefix that an address lies in."""
        number, bits = int(address), address.max_prefixlen
        lengths = (length for own, version, length in self._networks if (own, version) == (vrf, address.version))
        for length in sorted(lengths, reverse=True):
            start = number >> (bits - length) << (bits - length)
            found = self._networks[vrf, address.version, length].get(start)
            if found is not None:
                return found
        return None


class Table:
    """Records by key. `places` knows all prefixes, also where their records are not in it."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.records: dict[Key, Record] = {}
        self._alike: dict[tuple[str, Identity], set[Key]] = defaultdict(set)
        self._inside: dict[tuple[str, str], set[Key]] = defaultdict(set)

    def put(self, key: Key, record: Record) -> None:
        """An object as it is, or will be."""
        self.drop(key)
        self.records[key] = record
        self._alike[key.type, identity(key.type, record)].add(key)
        if key.type in (RANGE, ADDRESS):
            self._inside[key.type, str(record["prefix"])].add(key)
        elif key.type == PREFIX:
            self.places.put(key, str(record["vrf"]), ip_network(str(record["network"])))

    def drop(self, key: Key) -> None:
        """An object that is there no more."""
        record = self.records.pop(key, None)
        if record is None:
            return
        self._alike[key.type, identity(key.type, record)].discard(key)
        if key.type in (RANGE, ADDRESS):
            self._inside[key.type, str(record["prefix"])].discard(key)
        elif key.type == PREFIX:
            self.places.drop(key, str(record["vrf"]), ip_network(str(record["network"])))

    def twins(self, key: Key, record: Record) -> list[Key]:
        """Others that are told by the same."""
        return sorted(self._alike[key.type, identity(key.type, record)] - {key})

    def inside(self, type_: str, prefix: Key | str) -> Iterator[tuple[Key, Record]]:
        """The ranges or addresses of a prefix."""
        return ((key, self.records[key]) for key in sorted(self._inside[type_, str(prefix)]))

    def of(self, type_: str) -> Iterator[tuple[Key, Record]]:
        """All of a type."""
        return ((key, record) for key, record in self.records.items() if key.type == type_)

    def prefix_at(self, vrf: str, address: str) -> Key | None:
        """The assignable prefix that an address belongs to; None where the smallest around it is none, or there is
        none.
        """
        found = self.places.around(vrf, ip_address(address))
        return found if found and self.records.get(found, {}).get("kind") == ASSIGNABLE else None


def identity(type_: str, record: Record) -> Identity:
    """What tells an object from all others of its type. Two VLANs of one group share it whatever their sites are."""
    values: list[Value] = [record.get(name) for name in UNIQUE[type_]]
    if type_ == VLAN and record.get("vlan_group"):
        return (record["vlan_group"], record["vid"])
    return tuple(values)
