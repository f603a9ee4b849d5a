"""Reads the answers of a zone transfer out of DNS messages (RFC 1035 section 4.1), fast: a zone has a hundred thousand
records, and an object for each of them would cost more than the transfer.

Names come in small letters with a dot at the end. What is rare is left to dnspython.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import TypeAlias

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

HEADER = struct.Struct("!HHHHHH")
_FIXED = struct.Struct("!HHIH")
_SHORT = struct.Struct("!H")
_SRV = struct.Struct("!HHH")
_PLAIN = bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123)) + b"-_*"
TSIG = int(dns.rdatatype.TSIG)
_RCODE, POINTER = 0xF, 0xC0


Answer: TypeAlias = tuple[str, int, str]
"""One record of an answer: the id of its RRset (the owner's name, a blank, the type), its TTL, its content."""


class Wire:
    """One message. Raises `IndexError`, `struct.error`, `RecursionError` or a `DNSException` when it is damaged."""

    def __init__(self, wire: bytes) -> None:
        self.wire = wire
        self._names: dict[int, str] = {}
        self.id, flags, self._questions, self._answers, self._authorities, self._additional = HEADER.unpack_from(wire)
        self.rcode = flags & _RCODE
        self.signature_at: int | None = None

    def answers(self) -> list[Answer]:
        """All records of the answer; afterwards `signature_at` says where the TSIG record begins, if there is one."""
        at = HEADER.size
        for _ in range(self._questions):
            at = self._name(at)[1] + 4
        wire, name, fixed, size, readers = self.wire, self._name, _FIXED.unpack_from, _FIXED.size, _READERS
        found: list[Answer] = []
        for _ in range(self._answers):
            owner, at = name(at)
            type_, _class, ttl, length = fixed(wire, at)
            at += size
            reader = readers.get(type_)
            data = reader(self, at) if reader else self._rare(type_, at, length)
            found.append((f"{owner} {_TYPES.get(type_) or _type(type_)}", ttl, data))
            at += length
        self._find_signature(at)
        return found

    def _find_signature(self, at: int) -> None:
        for _ in range(self._authorities + self._additional):
            begin = at
            _owner, at = self._name(begin)
            type_, _class, _ttl, length = _FIXED.unpack_from(self.wire, at)
            at += _FIXED.size + length
            if type_ == TSIG:
                self.signature_at = begin

    def signature(self, begin: int) -> tuple[dns.name.Name, dns.rdata.Rdata]:
        """Owner and content of the TSIG record that begins there."""
        owner, used = dns.name.from_wire(self.wire, begin)
        at = begin + used
        length = _FIXED.unpack_from(self.wire, at)[3]
        data = dns.rdata.from_wire(dns.rdataclass.ANY, dns.rdatatype.TSIG, self.wire, at + _FIXED.size, length)
        return owner, data

    def _name(self, at: int) -> tuple[str, int]:
        """The name there, and where it ends; a pointer (section 4.1.4) is followed."""
        wire = self.wire
        length = wire[at]
        if length >= POINTER:
            return self._pointed(at), at + 2
        if length == 0:
            return ".", at + 1
        after = at + 1 + length
        rest, end = (self._pointed(after), after + 2) if wire[after] >= POINTER else self._name(after)
        label = wire[at + 1 : after]
        text = label.decode("ascii").lower() if label.isalnum() else _label(label)
        found = self._names[at] = f"{text}." if rest == "." else f"{text}.{rest}"
        return found, end

    def _pointed(self, at: int) -> str:
        target = (self.wire[at] & ~POINTER) << 8 | self.wire[at + 1]
        return self._names.get(target) or self._name(target)[0]

    def target(self, at: int) -> str:
        """The name that a record points to."""
        return self._name(at)[0]

    def mx(self, at: int) -> str:
        """Preference and host."""
        return f"{_SHORT.unpack_from(self.wire, at)[0]} {self._name(at + 2)[0]}"

    def srv(self, at: int) -> str:
        """Priority, weight, port, host."""
        priority, weight, port = _SRV.unpack_from(self.wire, at)
        return f"{priority} {weight} {port} {self._name(at + _SRV.size)[0]}"

    def ipv4(self, at: int) -> str:
        """An address."""
        return socket.inet_ntoa(self.wire[at : at + 4])

    def ipv6(self, at: int) -> str:
        """An address."""
        return socket.inet_ntop(socket.AF_INET6, self.wire[at : at + 16])

    def _rare(self, type_: int, at: int, length: int) -> str:
        data = dns.rdata.from_wire(dns.rdataclass.IN, dns.rdatatype.RdataType.make(type_), self.wire, at, length)
        return data.to_text()


_READERS: dict[int, Callable[[Wire, int], str]] = {
    dns.rdatatype.A: Wire.ipv4,
    dns.rdatatype.AAAA: Wire.ipv6,
    dns.rdatatype.CNAME: Wire.target,
    dns.rdatatype.DNAME: Wire.target,
    dns.rdatatype.NS: Wire.target,
    dns.rdatatype.PTR: Wire.target,
    dns.rdatatype.MX: Wire.mx,
    dns.rdatatype.SRV: Wire.srv,
}
_TYPES: dict[int, str] = {}


def _type(number: int) -> str:
    found = _TYPES.get(number)
    if found is None:
        found = _TYPES[number] = dns.rdatatype.to_text(dns.rdatatype.RdataType.make(number))
    return found


def _label(label: bytes) -> str:
    if not label.translate(None, _PLAIN):
        return label.decode("ascii").lower()
    return dns.name.Name([label]).to_text().lower()
