"""Keys made of Kerberos tickets (GSS-TSIG, RFC 3645), as the name servers of Active Directory want them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any, cast

import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TKEY
import dns.tsig
import gssapi
from gssapi.raw.misc import GSSError

from chonai.systems.directory import kerberos
from chonai.systems.directory.settings import DirectorySettings, KerberosBind

BY_GSS = 3
"""The mode of a TKEY record whose key comes from a GSS context (RFC 2930 section 2.5)."""
LIFETIME = 86400
"""Seconds that we ask the server to keep the key; no command takes as long."""
LENGTH = 2
FLAGS = (
    gssapi.RequirementFlag.mutual_authentication
    | gssapi.RequirementFlag.integrity
    | gssapi.RequirementFlag.replay_detection
)
# dnspython gives these classes no types.
_TKEY: Callable[..., Any] = dns.rdtypes.ANY.TKEY.TKEY
_refused: Callable[[str], dns.exception.DNSException] = dns.exception.DNSException
Ask = Callable[[dns.message.Message], bytes]
"""Sends a message and gives the answer as it came."""


class Context:
    """A GSS context in the form in which dnspython signs and verifies with it."""

    def __init__(self, context: gssapi.SecurityContext) -> None:
        self._context = context

    def get_signature(self, data: bytes) -> bytes:
        """The signature of what is sent. Raises a DNSException when the ticket does not last any more."""
        try:
            return bytes(self._context.get_signature(data))
        except GSSError as error:
            raise _refused(str(error)) from error

    def verify_signature(self, data: bytes, signature: bytes) -> None:
        """Return if this is the server's signature; raises GSSError.

        An answer is signed together with the signature of its question, whose length stands before it (RFC 8945 section
        5.3.1). Samba (4.17) leaves the length out: what it signs proves the same.
        """
        try:
            self._context.verify_signature(data, signature)
        except GSSError:
            self._context.verify_signature(data[LENGTH:], signature)


def negotiate(directory: DirectorySettings, bind: KerberosBind, ask: Ask) -> dns.tsig.Key:
    """A key that the server has agreed to, for the ticket's owner. Raises SystemUnreachable when Kerberos refuses, and
    a DNSException when the server does.
    """
    # The name ends like no zone: Samba takes the record of the signature for as long as it is without compression.
    name = dns.name.from_text(f"{secrets.token_hex(8)}.gss.chonai.")
    ticket = cast(gssapi.Credentials, kerberos.ticket(directory, bind))
    with kerberos.configured(directory):
        context = gssapi.SecurityContext(
            name=gssapi.Name(f"DNS@{bind.host}", gssapi.NameType.hostbased_service),
            creds=ticket,
            usage="initiate",
            flags=FLAGS,
        )
        # dnspython takes a context for the secret of this algorithm, and does not say so.
        key = dns.tsig.Key(name, cast(bytes, Context(context)), dns.tsig.GSS_TSIG)
        token = context.step()
        while token:
            question = _question(name, token)
            answer = ask(question)
            token = context.step(_token(answer, name))
        _must_be_proved(context, answer, key)
    return key


def _question(name: dns.name.Name, token: bytes) -> dns.message.Message:
    now = int(time.time())
    record = _TKEY(
        dns.rdataclass.ANY, dns.rdatatype.TKEY, dns.tsig.GSS_TSIG, now, now + LIFETIME, BY_GSS, 0, token, b""
    )
    query = dns.message.make_query(name, dns.rdatatype.TKEY, dns.rdataclass.ANY)
    query.find_rrset(query.additional, name, dns.rdataclass.ANY, dns.rdatatype.TKEY, create=True).add(record)
    return query


def _token(answer: bytes, name: dns.name.Name) -> bytes:
    """What the server says to ours. It is signed with the key that only it makes possible to check."""
    reply = dns.message.from_wire(answer, continue_on_error=True)
    found = reply.get_rrset(reply.answer, name, dns.rdataclass.ANY, dns.rdatatype.TKEY)
    error = found[0].error if found else reply.rcode()
    if found is None or error != dns.rcode.NOERROR:
        raise _refused(f"TKEY: {dns.rcode.to_text(dns.rcode.Rcode.make(error), tsig=True)}")
    return bytes(found[0].key)


def _must_be_proved(context: Any, answer: bytes, key: dns.tsig.Key) -> None:
    """Return if the server has proved who it is, by the context (mutual authentication) and by its signature."""
    if not context.complete:
        raise dns.tsig.PeerBadKey
    dns.message.from_wire(answer, keyring=key)
