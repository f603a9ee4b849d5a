"""Names of addresses, from the RRsets of a name server as `chonai.systems.dns` observes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import dns.exception
import dns.name
import dns.reversename

from chonai.change.model import Record, State, members
from chonai.systems.dns.records import DATA, owner_of, type_of
from chonai.systems.sightings.seen import Seen, address_of

ADDRESSES, POINTER, START = ("A", "AAAA"), "PTR", "SOA"


def zones(state: State) -> frozenset[str]:
    """The zones that a server has, without a dot at the end."""
    return frozenset(owner_of(key.id).rstrip(".") for key in state if type_of(key.id) == START)


def forward(state: State, at: datetime) -> Iterator[Seen]:
    """Addresses that names have. Wildcards are no names."""
    for owner, record in _of_type(state, ADDRESSES):
        if not owner.startswith("*."):
            yield from (Seen(address_of(data), "", at, name=owner) for data in sorted(_data(record)))


def reverse(state: State, at: datetime) -> Iterator[Seen]:
    """Names that addresses have. What is in a reverse zone and is no address of a host (RFC 2317) is passed over."""
    for owner, record in _of_type(state, (POINTER,)):
        try:
            address = address_of(dns.reversename.to_address(dns.name.from_text(owner)))
        except (ValueError, dns.exception.DNSException):
            continue
        yield from (Seen(address, "", at, name=data.rstrip(".")) for data in sorted(_data(record)))


def _of_type(state: State, types: Iterable[str]) -> Iterator[tuple[str, Record]]:
    for key, record in state.items():
        if type_of(key.id) in types:
            yield owner_of(key.id).rstrip("."), record


def _data(record: Record) -> frozenset[str]:
    return members(record[DATA])
