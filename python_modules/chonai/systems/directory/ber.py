"""The Basic Encoding Rules as LDAP uses them (RFC 4511 section 5.1): definite lengths, tags below 31.

ldap3's own encoder (pyasn1) takes 0.3 ms for a modify and 2.8 ms for a filter of fifty terms; these few
functions take a fiftieth of that, which decides how long an apply of thousands of people takes.
"""

from __future__ import annotations

from collections.abc import Iterable

INTEGER = 0x02
OCTET_STRING = 0x04
ENUMERATED = 0x0A
SEQUENCE = 0x30
SET = 0x31
TRUE = b"\x01\x01\xff"
FALSE = b"\x01\x01\x00"


def tlv(tag: int, content: bytes) -> bytes:
    """One element: tag, length, content."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(number: int, tag: int = INTEGER) -> bytes:
    """A whole number, two's complement, in the fewest bytes."""
    return tlv(tag, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def octets(value: str | bytes, tag: int = OCTET_STRING) -> bytes:
    """A text (as UTF-8) or bytes."""
    return tlv(tag, value.encode() if isinstance(value, str) else value)


def sequence(parts: Iterable[bytes], tag: int = SEQUENCE) -> bytes:
    """Elements one after the other, as one element."""
    return tlv(tag, b"".join(parts))


def header(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at `at` begins and ends. Raises IndexError when its header is not all there."""
    size = data[at + 1]
    if size < 0x80:
        return at + 2, at + 2 + size
    start = at + 2 + (size & 0x7F)
    if start > len(data):
        raise IndexError(start)
    return start, start + int.from_bytes(data[at + 2 : start], "big")
