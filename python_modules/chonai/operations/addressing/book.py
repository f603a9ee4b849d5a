"""The ledger as it will be, looked up in the ways in which a request asks. What is planned is written into it at once,
so that the next item finds it taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from ipaddress import ip_address, ip_network
from types import MappingProxyType

from chonai.change.holds import Held
from chonai.change.model import Key, Record, State
from chonai.operations.addressing.claims import INSIDE, OBJECT, is_whole, vlan_mark, vlan_space
from chonai.operations.addressing.identity import Identity, identity, mark_of, tags
from chonai.operations.addressing.model import (
    ADDRESS,
    ASSIGNABLE,
    CONTAINER,
    ISSUED,
    PREFIX,
    RANGE,
    RESERVED,
    VLAN,
    is_free,
    is_live,
    text,
)
from chonai.operations.addressing.spaces import Network, Span, host_span, sorted_as, span_of, without


class Book:
    """`held`: what other change sets want that nobody has decided on yet. `closed`: networks in which nothing is given
    by anybody's plan. `avoided`: by prefix, numbers that are only given to who names them.
    """

    def __init__(
        self,
        state: State,
        day: date,
        held: Collection[Held],
        closed: Sequence[Network] = (),
        avoided: Mapping[Key, Collection[int]] = MappingProxyType({}),
    ) -> None:
        self.day, self.closed, self.avoided = day, closed, avoided
        self.objects: dict[Key, Record] = {}
        self._identities: dict[Identity, Key] = {}
        self._ended: dict[tuple[str, str], dict[Key, None]] = defaultdict(dict)
        self._on_vlans: dict[str, dict[Key, None]] = defaultdict(dict)
        self._names: dict[tuple[str, str], list[Key]] = defaultdict(list)
        self._vlans: dict[tuple[str, int], Key] = {}
        self._networks: dict[Key, Network] = {}
        self._addresses: dict[str, dict[int, Key]] = defaultdict(dict)
        self._ranges: dict[str, list[tuple[Span, Record]]] = defaultdict(list)
        self._taken: dict[str, set[int]] = {}
        self._held_keys = {each.hold.first: each for each in held if each.hold.space == OBJECT}
        self._held: dict[tuple[str, str], list[Held]] = defaultdict(list)
        for each in held:
            if each.hold.space != OBJECT:
                self._held[each.hold.type, each.hold.space].append(each)
        for key, record in state.items():
            self.write(key, record)

    def write(self, key: Key, record: Record) -> None:
        """An object as it is or will be."""
        self.objects[key] = record
        names = {text(record, name) for name in ("name", "hostname")} - {""}
        for name in names:
            if key not in self._names[key.type, name]:
                self._names[key.type, name].append(key)
        if key.type in ISSUED and record.get("request"):
            self._identities[identity(key.type, text(record, "request"), text(record, "item"))] = key
        for each in tags(text(record, "ended_by")):
            self._ended[key.type, mark_of(each)][key] = None
        if key.type == VLAN:
            self._vlans[vlan_space(record), int(text(record, "vid"))] = key
        elif key.type == PREFIX:
            self._networks[key] = ip_network(text(record, "network"))
            self._on_vlans[text(record, "vlan")][key] = None
        elif key.type == ADDRESS:
            number, prefix = int(ip_address(text(record, "address"))), text(record, "prefix")
            self._addresses[prefix][number] = key
            if prefix in self._taken and not self.may_take(key):
                self._taken[prefix].add(number)
        elif key.type == RANGE:
            first, last = (int(ip_address(text(record, end))) for end in ("first", "last"))
            self._ranges[text(record, "prefix")].append(((first, last), record))

    # -- finding

    def known(self, wanted: Identity) -> Key | None:
        """What an item of a request was given before."""
        key = self._identities.get(wanted)
        record = self.objects[key] if key else {}
        is_theirs = key and identity(key.type, text(record, "request"), text(record, "item")) == wanted
        return key if is_theirs else None

    def ended(self, type_: str, mark: str) -> list[Key]:
        """What an item of a request gave back before, whoever has it since."""
        return list(self._ended.get((type_, mark), ()))

    def named(self, type_: str, name: str) -> list[Key]:
        """Objects of this name, or addresses of this host name."""
        return [key for key in self._names.get((type_, name), ()) if self._is_called(key, name)]

    def _is_called(self, key: Key, name: str) -> bool:
        record = self.objects[key]
        return name in (record.get("name"), record.get("hostname"))

    def vlan(self, space: str, vid: int) -> Key | None:
        """The VLAN of this id in a site or group."""
        return self._vlans.get((space, vid))

    def vlans(self, vid: int) -> list[Key]:
        """All VLANs of this id."""
        return [key for (_, other), key in self._vlans.items() if other == vid]

    def prefixes(self, network: str = "", vrf: str = "") -> list[Key]:
        """Prefixes of this network and in this VRF, by their networks."""
        found = [
            key
            for key, own in self._networks.items()
            if network in ("", str(own)) and vrf in ("", self.objects[key].get("vrf"))
        ]
        return sorted(found, key=self._rank)

    def _rank(self, prefix: Key) -> tuple[int, int, int]:
        """A container comes before what is in it."""
        network = self._networks[prefix]
        return network.version, span_of(network)[0], network.prefixlen

    def network(self, prefix: Key) -> Network:
        """Its network."""
        return self._networks[prefix]

    def addresses(self, prefix: Key) -> dict[int, Key]:
        """The addresses in a prefix by number."""
        return self._addresses[str(prefix)]

    def addresses_called(self, address: str) -> list[Key]:
        """All addresses of this number, whatever their VRF."""
        number = int(ip_address(address))
        found = (numbers.get(number) for numbers in self._addresses.values())
        return [key for key in found if key is not None and self.objects[key].get("address") == address]

    def live(self, key: Key) -> bool:
        """Whether somebody has it."""
        return is_live(self.objects[key], self.day)

    # -- what is free

    def holder(self, key: Key) -> Held | None:
        """Whose undecided change set wants to change an object."""
        return self._held_keys.get(str(key))

    def may_take(self, key: Key) -> bool:
        """Whether an object that is there can be given to somebody else."""
        return is_free(self.objects[key], self.day) and self.holder(key) is None and self.coming_into(key) is None

    def coming_into(self, key: Key) -> Held | None:
        """Whose undecided change set gives something in a prefix, or puts a prefix on a VLAN."""
        return next((each for each in self._held_inside(key) if not is_whole(each.hold)), None)

    def taking_away(self, key: Key) -> Held | None:
        """Whose undecided change set takes a prefix or VLAN from who has it."""
        return next((each for each in self._held_inside(key) if is_whole(each.hold)), None)

    def _held_inside(self, key: Key) -> Sequence[Held]:
        return self._held.get((INSIDE.get(key.type, ""), str(key)), ())

    def on_vlan(self, vlan: Key) -> list[Key]:
        """The prefixes on a VLAN that somebody has."""
        found = self._on_vlans.get(str(vlan), ())
        return [key for key in found if self.objects[key].get("vlan") == str(vlan) and self.live(key)]

    def held_at(self, type_: str, space: str, first: str, last: str) -> Held | None:
        """Whose undecided change set wants something in a place."""
        around = self._held.get((type_, space), ())
        return next((each for each in around if each.hold.first <= last and first <= each.hold.last), None)

    def vlan_is_free(self, space: str, vid: int) -> bool:
        """Whether an id can be given."""
        key = self.vlan(space, vid)
        mark = vlan_mark(vid)
        is_open = key is None or (self.may_take(key) and not self.on_vlan(key))
        return is_open and self.held_at(VLAN, space, mark, mark) is None

    def blocked(self, vrf: str, length: int, version: int) -> list[Span]:
        """Where in a VRF no new prefix of this length can be: what is given, held, or too small to hold it."""
        spans = [
            span_of(network)
            for key, network in self._networks.items()
            if network.version == version and self.objects[key].get("vrf") == vrf and not self._leaves_room(key, length)
        ]
        held = (each.hold for each in self._held.get((PREFIX, vrf), ()))
        ends = ((sorted_as(one.first), sorted_as(one.last)) for one in held)
        spans += [(first, last) for (kind, first), (_, last) in ends if kind == version]
        return spans + [span_of(each) for each in self.closed if each.version == version]

    def _leaves_room(self, key: Key, length: int) -> bool:
        """A bigger container does; and what is free again, as a whole and with nobody in it."""
        record, network = self.objects[key], self._networks[key]
        if record.get("kind") == CONTAINER:
            return network.prefixlen < length
        return network.prefixlen == length and self.may_take(key) and not self.people(key)

    def people(self, prefix: Key) -> list[Key]:
        """The addresses in a prefix that somebody has."""
        return [key for _, key in sorted(self.addresses(prefix).items()) if self.live(key)]

    def taken(self, prefix: Key) -> set[int]:
        """The numbers in a prefix that cannot be given: somebody's, in quarantine, or held."""
        place = str(prefix)
        if place not in self._taken:
            own = {number for number, key in self._addresses[place].items() if not self.may_take(key)}
            held = (each.hold for each in self._held.get((ADDRESS, place), ()))
            own |= {sorted_as(one.first)[1] for one in held if not is_whole(one)}
            gateway = text(self.objects[prefix], "gateway")
            self._taken[place] = own | ({int(ip_address(gateway))} if gateway else set())
        return self._taken[place]

    def spans(self, prefix: Key, purpose: str, leave_free: int) -> Iterator[Span]:
        """Where in a prefix addresses for a purpose are: in the ranges for it, else outside of all ranges."""
        ranges = self._ranges.get(str(prefix), [])
        own = [span for span, record in ranges if record.get("issuable") and record.get("purpose") == purpose]
        network = self._networks[prefix]
        first, last = host_span(network)
        closed = [span_of(each) for each in self.closed if each.version == network.version]
        if own:
            for start, end in sorted(own):
                yield from without((max(start, first), min(end, last)), closed)
        else:
            yield from without((first + leave_free, last), [*closed, *(span for span, _ in ranges)])

    def is_closed(self, prefix: Key, number: int) -> bool:
        """Whether a number is no host's, or in a range that is not issued from."""
        first, last = host_span(self._networks[prefix])
        closed = any(
            start <= number <= end and not record.get("issuable")
            for (start, end), record in self._ranges.get(str(prefix), ())
        )
        return closed or not first <= number <= last

    def is_assignable(self, prefix: Key) -> bool:
        """Whether addresses are given from it."""
        return self.objects[prefix].get("kind") == ASSIGNABLE and self.live(prefix)

    def is_reserved_for(self, key: Key, owner: str) -> bool:
        """Whether an object is reserved for this owner."""
        record = self.objects[key]
        return record.get("status") == RESERVED and bool(owner) and record.get("owner") == owner and self.live(key)
