"""Search filters (RFC 4511 section 4.5.1.7), encoded as they are put together."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.systems.directory import ber


def equals(attribute: str, value: str | bytes) -> bytes:
    """`(attribute=value)`"""
    return ber.sequence((ber.octets(attribute), ber.octets(value)), 0xA3)


def present(attribute: str) -> bytes:
    """`(attribute=*)`"""
    return ber.octets(attribute, 0x87)


def any_of(terms: Iterable[bytes]) -> bytes:
    """`(|…)`"""
    return ber.sequence(terms, 0xA1)


def all_of(terms: Iterable[bytes]) -> bytes:
    """`(&…)`"""
    return ber.sequence(terms, 0xA0)


def below(attribute: str, dn: str) -> bytes:
    """The DN in the attribute is `dn` or below it (OpenLDAP's dnSubtreeMatch)."""
    return _matches("dnSubtreeMatch", attribute, dn)


def has_bits(attribute: str, bits: int) -> bytes:
    """All of `bits` are set in the whole number ([MS-ADTS] 3.1.1.3.4.4.1)."""
    return _matches("1.2.840.113556.1.4.803", attribute, str(bits))


def _matches(rule: str, attribute: str, value: str) -> bytes:
    """`(attribute:rule:=value)`"""
    return ber.sequence((ber.octets(rule, 0x81), ber.octets(attribute, 0x82), ber.octets(value, 0x83)), 0xA9)
