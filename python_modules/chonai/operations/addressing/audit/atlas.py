"""Where an address lies in the ledger: in which prefix of which VRF, with which record."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from functools import cached_property
from ipaddress import ip_address

from chonai.change.model import Key, Record, State
from chonai.operations.addressing.book import Book
from chonai.operations.addressing.model import ASSIGNABLE, text
from chonai.operations.addressing.spaces import Network, host_span, numbered, span_of
from chonai.text.macs import mac_address


class Atlas:
    """The assignable prefixes of a ledger on a day. `within`: only what lies in these prefixes matters; nothing: all
    does.
    """

    def __init__(self, state: State, day: date, within: Collection[Key] = ()) -> None:
        self.state, self.day = state, day
        self.book = Book(state, day, ())
        self._within = [(self.vrf(key), self.book.network(key)) for key in within]
        self._spans: dict[tuple[str, int], list[tuple[int, int, Key]]] = defaultdict(list)
        for key in self.book.prefixes():
            network = self.book.network(key)
            if state[key].get("kind") == ASSIGNABLE:
                self._spans[self.vrf(key), network.version].append((*span_of(network), key))

    @cached_property
    def prefixes(self) -> list[Key]:
        """Those that matter, by VRF and network."""
        found = [key for spans in self._spans.values() for _, _, key in spans if self.matters(key)]
        return sorted(found, key=self.rank)

    def rank(self, prefix: Key) -> tuple[str, int, int]:
        """The order of prefixes."""
        network = self.book.network(prefix)
        return self.vrf(prefix), network.version, span_of(network)[0]

    def matters(self, prefix: Key) -> bool:
        """Whether a prefix is among those that were asked for."""
        vrf, network = self.vrf(prefix), self.book.network(prefix)
        return not self._within or any(vrf == other and _holds(whole, network) for other, whole in self._within)

    @property
    def is_whole(self) -> bool:
        """Whether all of the ledger was asked for."""
        return not self._within

    def holding(self, address: str, vrf: str) -> list[Key]:
        """The prefixes that an address lies in: at most one in a VRF; of all VRFs when none is named."""
        parsed = ip_address(address)
        spaces = [space for space in self._spans if space[1] == parsed.version and vrf in ("", space[0])]
        return [key for space in sorted(spaces) if (key := self._at(space, int(parsed))) is not None]

    def _at(self, space: tuple[str, int], number: int) -> Key | None:
        spans = self._spans[space]  # they come sorted by their beginnings, and do not overlap
        place = bisect_right(spans, number, key=lambda span: span[0]) - 1
        return spans[place][2] if place >= 0 and spans[place][1] >= number else None

    def hosts(self, prefix: Key) -> Iterator[str]:
        """What a sweep of a prefix asks: every host address of IPv4; of IPv6 those that the ledger has."""
        network = self.book.network(prefix)
        if network.version == 6:
            yield from (numbered(network, number) for number in sorted(self.book.addresses(prefix)))
        else:
            first, last = host_span(network)
            yield from (numbered(network, number) for number in range(first, last + 1))

    # -- names of things

    def vrf(self, prefix: Key) -> str:
        """The name of a prefix's VRF."""
        return self._named(prefix, "vrf")

    def site(self, prefix: Key) -> str:
        """The name of a prefix's site; blank where it has none."""
        return self._named(prefix, "site")

    def gateway(self, prefix: Key) -> str:
        """The address of a prefix's gateway; blank where it has none."""
        return text(self.state[prefix], "gateway")

    def mac(self, address: Record) -> str:
        """The MAC address of the interface that has an address; blank where the ledger does not tell."""
        port = self.state.get(Key.parse(text(address, "interface")), {})
        return mac_address(text(port, "mac")) or ""

    def called(self, type_: str) -> list[str]:
        """The names of all objects of a type: VRFs, sites."""
        return sorted(text(record, "name") for key, record in self.state.items() if key.type == type_)

    def _named(self, prefix: Key, place: str) -> str:
        return text(self.state.get(Key.parse(text(self.state[prefix], place)), {}), "name")


def _holds(whole: Network, part: Network) -> bool:
    return (
        whole.version == part.version
        and span_of(whole)[0] <= span_of(part)[0]
        and span_of(part)[1] <= span_of(whole)[1]
    )
