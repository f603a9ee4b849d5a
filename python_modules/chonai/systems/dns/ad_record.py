"""The attribute `dnsRecord` of Active Directory ([MS-DNSP] section 2.3.2.2): one record of a name."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

import dns.rdata
import dns.rdataclass
import dns.rdatatype

_HEAD = struct.Struct("<HHBBHI")
_TTL = struct.Struct(">I")
_TAIL = 8
TOMBSTONE = 0
"""The type of what stands in the place of records that are gone."""
_SOA = 20
"""Octets of numbers in a SOA record. Active Directory has them first, DNS last."""
_COUNT = 2
"""Octets before a name: its length and how many labels it has (section 2.2.2.2.2). DNS has none of them."""


class AdRecord(NamedTuple):
    """One record: its type, how many seconds it may be kept, and its content in presentation format."""

    type: str
    ttl: int
    data: str


def read(blob: bytes) -> AdRecord | None:
    """The record; None for a tombstone. Raises `struct.error` and a DNSException for what is none."""
    length, type_, _version, _rank, _flags, _serial = _HEAD.unpack_from(blob)
    (ttl,) = _TTL.unpack_from(blob, _HEAD.size)
    if type_ == TOMBSTONE:
        return None
    start = _HEAD.size + _TTL.size + _TAIL
    wire = _wire(type_, blob[start : start + length])
    kind = dns.rdatatype.RdataType.make(type_)
    text = dns.rdata.from_wire(dns.rdataclass.IN, kind, wire, 0, len(wire)).to_text()
    return AdRecord(dns.rdatatype.to_text(kind), ttl, text.lower() if type_ in _NAMES else text)


def _wire(type_: int, data: bytes) -> bytes:
    """The content as DNS has it (RFC 1035 section 3.3)."""
    return _NAMES[type_](data) if type_ in _NAMES else data


def _after(octets: int) -> Callable[[bytes], bytes]:
    """How to read numbers of so many octets and a name behind them."""
    return lambda data: data[:octets] + data[octets + _COUNT :]


def _soa(data: bytes) -> bytes:
    primary = data[_SOA + _COUNT :]
    end = _SOA + _COUNT + data[_SOA]
    return primary[: data[_SOA]] + data[end + _COUNT :] + data[:_SOA]


_NAMES: dict[int, Callable[[bytes], bytes]] = {
    dns.rdatatype.CNAME: _after(0),
    dns.rdatatype.DNAME: _after(0),
    dns.rdatatype.NS: _after(0),
    dns.rdatatype.PTR: _after(0),
    dns.rdatatype.MX: _after(2),
    dns.rdatatype.SRV: _after(6),
    dns.rdatatype.SOA: _soa,
}
"""Types whose content has names, which are written in small letters."""
