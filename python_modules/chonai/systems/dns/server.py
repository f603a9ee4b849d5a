"""Talks to one name server over TCP: questions and updates by dnspython, zone transfers by our own reader. Everything
that the primary says is signed, and the signature is checked.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from io import BufferedReader
from typing import Any, TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.update

from chonai.change.errors import Fault, SystemUnreachable
from chonai.systems.directory.settings import KerberosBind
from chonai.systems.dns.keys import TsigKey
from chonai.systems.dns.settings import DnsSettings, Endpoint
from chonai.systems.dns.wire import Answer, Wire

_LENGTH = struct.Struct("!H")
Context: TypeAlias = Any
"""What dnspython keeps of the messages of a transfer that were signed so far; None before the first."""
# dnspython gives this function no types.
_validate: Callable[..., Context] = dns.tsig.validate
_DAMAGED = (IndexError, struct.error, RecursionError, dns.exception.DNSException)


class Server:
    """The primary of the settings' zones."""

    def __init__(self, settings: DnsSettings) -> None:
        self._settings = settings

    def serial(self, zone: str) -> int:
        """The serial number of a zone now. Raises SystemUnreachable, and Fault when the server does not have it."""
        query = dns.message.make_query(zone, dns.rdatatype.SOA)
        query.use_tsig(self._key)
        with self._watched():
            reply = self._exchange(query)
        found = serial_of(reply, zone)
        if found is None:
            raise Fault("dns.no_zone", system=self._settings.name, server=str(self._settings.server), zone=zone)
        return found

    def update(self, message: dns.update.UpdateMessage) -> dns.rcode.Rcode:
        """Send an update; what the server says to it. Raises SystemUnreachable; then it may have been made or not.

        Raises `dns.exception.TooBig` for more than one message holds, before anything is sent. Where the server does
        not prove its refusals, one is believed only until it is looked at what became of the update.
        """
        message.use_tsig(self._key)
        with self._watched():
            wire = self._answer(message)
            try:
                return self._read(message, wire).rcode()
            except dns.tsig.BadSignature:
                refusal = Wire(wire)
                if self.proves_refusals or refusal.id != message.id or refusal.rcode == dns.rcode.NOERROR:
                    raise
                return dns.rcode.Rcode(refusal.rcode)

    @property
    def proves_refusals(self) -> bool:
        """Whether what refuses is signed. Samba sends our own signature back."""
        return not isinstance(self._settings.key, KerberosBind)

    def transfer(self, zone: str, since: int | None = None) -> Generator[list[Answer], None, None]:
        """The records of a whole zone, or with `since` (a serial) of what has changed from then on (RFC 1995), message
        by message; whoever reads them stops at the end. They have been checked before they are given out.

        Raises SystemUnreachable, and Fault when the server does not hand over the zone.
        """
        query = dns.message.make_query(zone, dns.rdatatype.AXFR if since is None else dns.rdatatype.IXFR)
        if since is not None:
            soa = dns.rrset.from_text(zone, 0, "IN", "SOA", f". . {since} 0 0 0 0")
            query.authority.append(soa)
        query.use_tsig(self._key)
        with self._watched(), self._connected() as connection:
            wire = query.to_wire()
            connection.sendall(_LENGTH.pack(len(wire)) + wire)
            yield from self._received(connection, query, zone)

    def _received(self, connection: socket.socket, query: dns.message.Message, zone: str) -> Iterator[list[Answer]]:
        """Messages without a signature may stand before a signed one (RFC 8945 section 5.3.1): they wait for it."""
        context: Context = None
        unproven: list[Answer] = []
        with connection.makefile("rb") as stream:
            while True:
                wire = Wire(_message(stream))
                if wire.id != query.id:
                    raise dns.query.BadResponse
                unproven += wire.answers()
                if wire.rcode:
                    self._refuse(zone, wire.rcode)
                if wire.signature_at is not None:
                    context = self._checked(wire, wire.signature_at, query, context)
                    yield unproven
                    unproven = []
                elif context is None:
                    raise dns.tsig.BadSignature
                else:
                    context.update(wire.wire)

    def _checked(self, wire: Wire, begin: int, query: dns.message.Message, context: Context) -> Context:
        owner, data = wire.signature(begin)
        now = int(time.time())
        return _validate(wire.wire, self._key, owner, data, now, query.mac, begin, context, multi=True)

    def _refuse(self, zone: str, rcode: int) -> None:
        said = dns.rcode.to_text(dns.rcode.Rcode(rcode))
        raise Fault(
            "dns.no_transfer", system=self._settings.name, server=str(self._settings.server), zone=zone, why=said
        )

    @cached_property
    def _key(self) -> dns.tsig.Key:
        """What signs. That of a ticket is agreed on with the server first. Raises SystemUnreachable."""
        own, directory = self._settings.key, self._settings.directory
        if isinstance(own, TsigKey):
            return dns.tsig.Key(own.name, own.secret, own.algorithm)
        from chonai.systems.dns import gss  # the Kerberos library is not everybody's

        if directory is None:
            raise TypeError("a ticket comes with a directory")
        with self._watched():
            return gss.negotiate(replace(directory, bind=own), own, self._answer)

    def _exchange(self, message: dns.message.Message) -> dns.message.Message:
        return self._read(message, self._answer(message))

    def _answer(self, message: dns.message.Message) -> bytes:
        """Send a message; the answer as it came."""
        with self._connected() as connection, connection.makefile("rb") as stream:
            dns.query.send_tcp(connection, message, time.time() + self._settings.reply_timeout)
            return _message(stream)

    def _read(self, message: dns.message.Message, wire: bytes) -> dns.message.Message:
        """The answer, its signature checked."""
        reply = dns.message.from_wire(wire, keyring=message.keyring, request_mac=message.mac)
        if not message.is_response(reply) or not reply.had_tsig:
            raise dns.query.BadResponse
        return reply

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        server = self._settings.server
        with socket.create_connection((server.address, server.port), self._settings.connect_timeout) as connection:
            connection.settimeout(self._settings.reply_timeout)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield connection

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Turns what goes wrong on the way into SystemUnreachable."""
        try:
            yield
        except dns.exception.TooBig:
            raise
        except (OSError, EOFError, *_DAMAGED) as error:
            raise SystemUnreachable(
                "dns.unreachable",
                system=self._settings.name,
                server=str(self._settings.server),
                key=self._settings.key_name,
                why=_why(error),
            ) from error


def ask_serial(server: Endpoint, zone: str, seconds: float) -> int | None:
    """The serial that a secondary has of a zone; None when it does not have it. Unsigned: a secondary need not know our
    key, and nothing is written by what it says. Raises OSError, EOFError or a DNSException.
    """
    query = dns.message.make_query(zone, dns.rdatatype.SOA)
    return serial_of(dns.query.tcp(query, server.address, timeout=seconds, port=server.port), zone)


def serial_of(reply: dns.message.Message, zone: str) -> int | None:
    """The serial of an authoritative answer; None when it is none."""
    rrset = reply.get_rrset(reply.answer, dns.name.from_text(zone), dns.rdataclass.IN, dns.rdatatype.SOA)
    return int(rrset[0].serial) if rrset and reply.flags & dns.flags.AA else None


def _message(stream: BufferedReader) -> bytes:
    head = stream.read(_LENGTH.size)
    body = stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
    if len(head) < _LENGTH.size or len(body) < _LENGTH.unpack(head)[0]:
        raise EOFError
    return body


def _why(error: BaseException) -> str:
    return str(error) or type(error).__name__
