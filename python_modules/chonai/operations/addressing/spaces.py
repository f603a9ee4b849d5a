"""Numbers of addresses: which part of a network is free. Knows no ledger."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Network = IPv4Network | IPv6Network
Span = tuple[int, int]
"""First and last number; both belong to it."""


def span_of(network: Network) -> Span:
    """The numbers of a network."""
    return int(network.network_address), int(network.broadcast_address)


def is_special(network: Network) -> bool:
    """Whether no host of a city has an address of it: all there are, loopback, link-local, multicast, reserved (RFC
    6890).
    """
    special = (network.is_loopback, network.is_multicast, network.is_link_local, network.is_unspecified)
    return network.prefixlen == 0 or any(special) or (network.version == 4 and network.is_reserved)


def within(network: Network, other: Network) -> bool:
    """Whether all of a network lies in another one."""
    (first, last), (start, end) = span_of(network), span_of(other)
    return network.version == other.version and start <= first and last <= end


def host_span(network: Network) -> Span:
    """The numbers that hosts may have: without the network's own and the broadcast address, but where there are none.

    RFC 3021 for a /31; RFC 4291 2.6.1 and RFC 6164 for IPv6, whose last address is a host's.
    """
    first, last = span_of(network)
    if network.max_prefixlen - network.prefixlen < 2:
        return first, last
    return first + 1, last - 1 if network.version == 4 else last


def numbered(network: Network, number: int) -> str:
    """The address of a number of the network, in its usual form."""
    return str(IPv4Address(number) if network.version == 4 else IPv6Address(number))


def sortable(network: Network, number: int) -> str:
    """An address of the network as text that compares as addresses do."""
    return f"{network.version}{number:0{network.max_prefixlen // 4}x}"


def sorted_as(mark: str) -> tuple[int, int]:
    """The version and number of what `sortable` wrote."""
    return int(mark[0]), int(mark[1:], 16)


def free_numbers(spans: Iterable[Span], taken: Collection[int]) -> Iterator[int]:
    """The numbers of the spans that are not taken, in the order of the spans."""
    for first, last in spans:
        number = first
        while number <= last:
            if number not in taken:
                yield number
            number += 1


def without(span: Span, holes: Iterable[Span]) -> Iterator[Span]:
    """What is left of a span when holes are cut out of it, ascending."""
    at, end = span
    for first, last in sorted(holes):
        if last < at or first > end:
            continue
        if first > at:
            yield at, first - 1
        at = max(at, last + 1)
    if at <= end:
        yield at, end


def free_block(container: Network, length: int, taken: Sequence[Span]) -> Network | None:
    """The lowest network of this length in the container that meets none of the taken spans; None if there is none."""
    size = 1 << (container.max_prefixlen - length)
    at, end = span_of(container)
    blocked = sorted(taken)
    while at + size - 1 <= end:
        blocker = _meeting(blocked, (at, at + size - 1))
        if blocker is None:
            return type(container)((at, length))
        at = (blocker[1] // size + 1) * size
    return None


def _meeting(blocked: Sequence[Span], span: Span) -> Span | None:
    """One of the spans, in ascending order, that meets a span."""
    place = bisect_left(blocked, (span[1] + 1, 0))
    return next((one for one in reversed(blocked[:place]) if one[1] >= span[0]), None)
