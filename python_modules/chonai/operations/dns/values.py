"""What a record may contain, and how it is written: as the presentation format of RFC 1035 section 5.1 has it, names in
small letters with a dot at the end, so that what is wanted and what a server holds can be compared as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

from chonai.operations.dns.names import absolute_target

LONGEST_STRING = 255
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
_TAG = re.compile(r"[a-z0-9]{1,15}")
_TARGETS = {"CNAME": 0, "NS": 0, "PTR": 0, "MX": 1, "SRV": 3}
TYPES = ("A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT")
"""What a request may ask for."""


class BadValue(ValueError):
    """The text is no content of this type; `code` names the sentence that says what is."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def canonical(type_: str, text: str, domain: str, zones: frozenset[str]) -> str:
    """The content as a server gives it. `domain` is what names without one get. Raises `BadValue`."""
    return _WRITERS[type_](text.strip(), domain, zones)


def target_of(type_: str, data: str) -> str | None:
    """The name that a record points to; None for a type that points nowhere."""
    place = _TARGETS.get(type_)
    return None if place is None else data.split(" ")[place]


def _ipv4(text: str, _domain: str, _zones: frozenset[str]) -> str:
    try:
        return str(IPv4Address(text))
    except ValueError:
        raise BadValue("dns_request.wanted_ipv4") from None


def _ipv6(text: str, _domain: str, _zones: frozenset[str]) -> str:
    """Not one that holds an IPv4 address (RFC 4291 section 2.5.5), which no host has, or a scope (RFC 4007),
    which counts on one machine only.
    """
    try:
        found = IPv6Address(text)
    except ValueError:
        raise BadValue("dns_request.wanted_ipv6") from None
    if found.scope_id is not None or found.ipv4_mapped is not None or int(found) < 1 << 32:
        raise BadValue("dns_request.wanted_ipv6")
    return str(found)


def _name(text: str, domain: str, zones: frozenset[str]) -> str:
    try:
        return absolute_target(text, domain, zones)
    except ValueError:
        raise BadValue("dns_request.wanted_name") from None


def _mx(text: str, domain: str, zones: frozenset[str]) -> str:
    return _numbers_and_name(text, 1, "dns_request.wanted_mx", domain, zones)


def _srv(text: str, domain: str, zones: frozenset[str]) -> str:
    return _numbers_and_name(text, 3, "dns_request.wanted_srv", domain, zones)


def _numbers_and_name(text: str, count: int, code: str, domain: str, zones: frozenset[str]) -> str:
    words = text.split()
    numbers = words[:count]
    if len(words) != count + 1 or not all(re.fullmatch(r"[0-9]{1,5}", n) and int(n) < 1 << 16 for n in numbers):
        raise BadValue(code)
    return " ".join([*(str(int(n)) for n in numbers), _name(words[count], domain, zones)])


def _txt(text: str, _domain: str, _zones: frozenset[str]) -> str:
    """Quoted strings as they are, anything else as one text, cut where it is longer than a string may be."""
    if text.startswith('"'):
        parts = [_unescaped(part) for part in _QUOTED.findall(text)]
        if _QUOTED.sub("", text):
            raise BadValue("dns_request.wanted_txt")
    else:
        data = text.encode()
        parts = [data[at : at + LONGEST_STRING] for at in range(0, len(data), LONGEST_STRING)]
    if not parts or any(len(part) > LONGEST_STRING for part in parts):
        raise BadValue("dns_request.wanted_txt")
    return " ".join(f'"{_escaped(part)}"' for part in parts)


def _caa(text: str, _domain: str, _zones: frozenset[str]) -> str:
    """Flags, tag and value (RFC 8659 section 4.1.1)."""
    words = text.split(maxsplit=2)
    if len(words) != 3 or words[0] not in ("0", "128") or not _TAG.fullmatch(words[1].lower()):
        raise BadValue("dns_request.wanted_caa")
    value = words[2].removeprefix('"').removesuffix('"')
    return f'{words[0]} {words[1].lower()} "{_escaped(value.encode())}"'


def _unescaped(text: str) -> bytes:
    """Of what stands between quotes: `\\DDD` is an octet, `\\X` is X."""

    def octet(found: re.Match[bytes]) -> bytes:
        if len(found[1]) == 1:
            return found[1]
        if int(found[1]) > 0xFF:
            raise BadValue("dns_request.wanted_txt")
        return bytes([int(found[1])])

    return re.sub(rb"\\([0-9]{3}|.)", octet, text.encode(), flags=re.DOTALL)


def _escaped(data: bytes) -> str:
    return "".join(_escape(octet) for octet in data)


def _escape(octet: int) -> str:
    character = chr(octet)
    if character in '"\\':
        return f"\\{character}"
    return character if 0x20 <= octet < 0x7F else f"\\{octet:03d}"


_WRITERS: dict[str, Callable[[str, str, frozenset[str]], str]] = {
    "A": _ipv4,
    "AAAA": _ipv6,
    "CAA": _caa,
    "CNAME": _name,
    "MX": _mx,
    "NS": _name,
    "PTR": _name,
    "SRV": _srv,
    "TXT": _txt,
}
