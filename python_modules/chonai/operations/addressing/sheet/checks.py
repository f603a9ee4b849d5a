"""What the database would refuse, found before: overlaps, addresses outside of their networks, gateways, closed ranges.
And what is held by others, or protected.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from chonai.change.model import Key, Record
from chonai.operations.addressing.book import Book
from chonai.operations.addressing.claims import places
from chonai.operations.addressing.model import ADDRESS, ASSIGNABLE, CONTAINER, PREFIX, RANGE, text
from chonai.operations.addressing.operation import Guard
from chonai.operations.addressing.sheet.draft import Draft
from chonai.operations.addressing.sheet.rows import Row
from chonai.operations.addressing.sheet.words import GATEWAY
from chonai.operations.addressing.spaces import Network, Span, host_span, span_of, within

_BEYOND = 1 << 128
"""More than any address."""


@dataclass(slots=True)
class Checks:
    """Looks over what a draft changes. `guard`: what no plan may touch, make or take."""

    draft: Draft
    guard: Guard
    changed: Mapping[Key, Record] = field(default_factory=dict)
    networks: dict[Key, Network] = field(default_factory=dict)
    ranges: dict[str, list[tuple[Span, Key]]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[str, list[Span]] = field(default_factory=dict)
    numbers: dict[str, dict[int, Key]] = field(default_factory=lambda: defaultdict(dict))

    def run(self) -> None:
        """Add what is wrong to the draft's problems."""
        objects = self.draft.objects
        self.changed = self.draft.changed()
        for key in self.draft.by_type[PREFIX]:
            self.networks[key] = ip_network(text(objects[key], "network"))
        for key in self.draft.by_type[RANGE]:
            first, last = (int(ip_address(text(objects[key], end))) for end in ("first", "last"))
            self.ranges[text(objects[key], "prefix")].append(((first, last), key))
        for place, ranges in self.ranges.items():
            self.closed[place] = sorted(span for span, key in ranges if objects[key]["issuable"] is False)
        for key in self.draft.by_type[ADDRESS]:
            self.numbers[text(objects[key], "prefix")][int(ip_address(text(objects[key], "address")))] = key
        self._overlaps()
        for prefix in self.networks:
            self._gateway(prefix)
            self._ranges(prefix)
        for key in self.changed:
            if key.type == ADDRESS:
                self._address(key)
            self._guarded(key)
        self._of_others()

    def _wrong(self, key: Key, word: str, code: str, /, **fields: object) -> None:
        row: Row = self.draft.rows[key]
        self.draft.problems.append(row.problem(word, code, **fields))

    # -- networks

    def _overlaps(self) -> None:
        """Two networks of a VRF touch only where the bigger one is a container."""
        order = sorted(self.networks, key=lambda key: (self._vrf(key), *self._place(key)))
        around: list[Key] = []
        for key in order:
            while around and not self._lies_in(key, around[-1]):
                around.pop()
            for other in around:
                bigger, smaller = self.networks[other], self.networks[key]
                is_fine = self.draft.objects[other]["kind"] == CONTAINER and bigger.prefixlen < smaller.prefixlen
                if not is_fine and (key in self.changed or other in self.changed):
                    self._overlap(key, other)
            around.append(key)

    def _overlap(self, key: Key, other: Key) -> None:
        one, two = (key, other) if key in self.changed else (other, key)
        fields = {"network": self.networks[one], "other": self.networks[two]}
        if two in self.changed:
            at = self.draft.rows[two].cell("prefix").at
            self._wrong(one, "prefix", "addressing.sheet_overlap_row", at=at, **fields)
        else:
            self._wrong(one, "prefix", "addressing.sheet_overlap", **fields)

    def _vrf(self, key: Key) -> str:
        return text(self.draft.objects[key], "vrf")

    def _place(self, key: Key) -> tuple[int, int, int]:
        network = self.networks[key]
        return network.version, span_of(network)[0], network.prefixlen

    def _lies_in(self, key: Key, other: Key) -> bool:
        return self._vrf(key) == self._vrf(other) and within(self.networks[key], self.networks[other])

    def _gateway(self, prefix: Key) -> None:
        """It lies in its network, and no host of the ledger has it."""
        gateway = text(self.draft.objects[prefix], "gateway")
        if not gateway or prefix not in self.changed:
            return
        fields = {"gateway": gateway, "prefix": self.networks[prefix]}
        is_container = self.draft.objects[prefix]["kind"] == CONTAINER
        if is_container or ip_address(gateway) not in self.networks[prefix]:
            self._wrong(prefix, "gateway", "addressing.sheet_gateway_outside", **fields)
        host = self.numbers.get(str(prefix), {}).get(int(ip_address(gateway)))
        if host is not None and host not in self.changed and self.draft.objects[host]["role"] != GATEWAY:
            owner = self.draft.owner(host)
            self._wrong(prefix, "gateway", "addressing.sheet_gateway_taken", gateway=gateway, owner=owner)

    # -- ranges and addresses

    def _ranges(self, prefix: Key) -> None:
        network = self.networks[prefix]
        before: tuple[Span, Key] | None = None
        for (first, last), key in sorted(self.ranges.get(str(prefix), ())):
            if key in self.changed:
                start, end = span_of(network)
                is_inside = start <= first <= last <= end
                if not is_inside or self.draft.objects[prefix]["kind"] != ASSIGNABLE:
                    self._wrong(key, "first", "addressing.sheet_range_outside", prefix=network)
            if before and first <= before[0][1] and {key, before[1]} & self.changed.keys():
                one, two = (key, before[1]) if key in self.changed else (before[1], key)
                record = self.draft.objects[two]
                other = f"{record['first']}-{record['last']}"
                self._wrong(one, "first", "addressing.sheet_range_overlap", other=other)
            if before is None or last > before[0][1]:
                before = ((first, last), key)
            if key in self.changed and self.draft.objects[key]["issuable"] is False:
                self._covered(prefix, key, (first, last))

    def _covered(self, prefix: Key, key: Key, span: Span) -> None:
        """A closed range has no address of the ledger in it; those of the workbook say so themselves."""
        numbers = self.numbers.get(str(prefix), {})
        inside = [numbers[number] for number in sorted(numbers) if span[0] <= number <= span[1]]
        for address in inside:
            if address not in self.changed:
                told = self.draft.objects[address]["address"]
                self._wrong(key, "first", "addressing.sheet_range_covers", address=told)

    def _address(self, key: Key) -> None:
        record = self.draft.objects[key]
        prefix = Key.parse(text(record, "prefix"))
        number = int(ip_address(text(record, "address")))
        network, place = self.networks[prefix], self.draft.objects[prefix]
        first, last = host_span(network)
        if place["kind"] != ASSIGNABLE:
            self._wrong(key, "address", "addressing.sheet_container", prefix=network)
        elif not first <= number <= last:
            self._wrong(key, "address", "addressing.sheet_no_host", prefix=network)
        elif (record["role"] == GATEWAY) != (record["address"] == place["gateway"]):
            gateway = text(place, "gateway") or "-"
            self._wrong(key, "address", "addressing.sheet_gateway", prefix=network, gateway=gateway)
        elif self._is_closed(str(prefix), number):
            self._wrong(key, "address", "addressing.sheet_closed", prefix=network)
        if prefix in self.guard.objects:
            self._wrong(key, "address", "addressing.protected", why=self.guard.objects[prefix])

    def _is_closed(self, prefix: str, number: int) -> bool:
        closed = self.closed.get(prefix, [])
        before = bisect_right(closed, (number, _BEYOND)) - 1
        return before >= 0 and number <= closed[before][1]

    def _guarded(self, key: Key) -> None:
        """What is protected is neither made nor changed, and nothing new reaches into a protected network."""
        record, word = self.changed[key], next(iter(self.draft.rows[key].cells))
        if why := self.guard.objects.get(key) or self.guard.forbids(record):
            self._wrong(key, word, "addressing.protected", why=why)
        elif self.draft.is_new(key):
            for network in self.guard.networks:
                if _reaches_into(key, record, network):
                    self._wrong(key, word, "addressing.closed", network=network)

    # -- others

    def _of_others(self) -> None:
        """What change sets want that nobody has decided on yet."""
        book = Book({}, self.draft.day, self.guard.held)
        for key, record in self.changed.items() if self.guard.held else ():
            holder = book.holder(key)
            for type_, _, space, first, last in places(key.type, record) if self.draft.is_new(key) else ():
                holder = holder or book.held_at(type_, space, first, last)
            if holder is not None:
                word = next(iter(self.draft.rows[key].cells))
                self._wrong(key, word, "addressing.held", change_set=holder.change_set)


def _reaches_into(key: Key, record: Record, network: Network) -> bool:
    """Whether an object stands for an address of a network."""
    ends = {PREFIX: ("network", "network"), RANGE: ("first", "last"), ADDRESS: ("address", "address")}.get(key.type)
    if ends is None:
        return False
    first, last = (ip_network(text(record, end)) for end in ends)
    start, end = span_of(network)
    return network.version == first.version and start <= span_of(last)[1] and span_of(first)[0] <= end
