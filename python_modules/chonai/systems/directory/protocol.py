"""LDAP requests as values, and what comes back (RFC 4511). Nothing here touches a socket."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple, TypeAlias

from chonai.systems.directory import ber

PAGED = "1.2.840.113556.1.4.319"
"""Simple paged results, RFC 2696."""
SHOW_DELETED = "1.2.840.113556.1.4.417"
"""Finds and reanimates tombstones, [MS-ADTS] 3.1.1.3.4.1.14."""
EXTENDED_DN = "1.2.840.113556.1.4.529"
"""DNs come with the GUID of what they name, [MS-ADTS] 3.1.1.3.4.1.5."""
RELAX = "1.3.6.1.4.1.4203.666.5.12"
"""Lets an administrator write entryUUID, draft-zeilenga-ldap-relax."""

ENTRY, REFERENCE = 0x64, 0x73
_LONG = 0x80
"""A length of this or more says how many bytes the length itself takes."""


class ResultCode(IntEnum):
    """The result codes that the adapter tells apart (RFC 4511 section 4.1.9)."""

    SUCCESS = 0
    SIZE_LIMIT = 4
    NO_SUCH_ATTRIBUTE = 16
    UNDEFINED_TYPE = 17
    CONSTRAINT = 19
    VALUE_EXISTS = 20
    NO_SUCH_OBJECT = 32
    INVALID_DN = 34
    ACCESS = 50
    UNWILLING = 53
    NOT_LEAF = 66
    ALREADY_EXISTS = 68


class Mod(IntEnum):
    """What a modification does with its values."""

    ADD = 0
    DELETE = 1
    REPLACE = 2


class SearchScope(IntEnum):
    """How deep a search looks."""

    BASE = 0
    ONE = 1
    SUBTREE = 2


class Control(NamedTuple):
    """An extension of one request."""

    oid: str
    critical: bool = True
    value: bytes | None = None


Attributes: TypeAlias = Sequence[tuple[str, Sequence[bytes]]]
Modification: TypeAlias = tuple[Mod, str, Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Add:
    """Makes an entry."""

    dn: str
    attributes: Attributes
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Modify:
    """Changes values of an entry, all or nothing."""

    dn: str
    changes: Sequence[Modification]
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Rename:
    """Gives an entry another RDN, or with `superior` another place."""

    dn: str
    rdn: str
    superior: str | None = None
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """Removes a leaf."""

    dn: str
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """Finds entries below `base`."""

    base: str
    filter: bytes
    attributes: tuple[str, ...]
    scope: SearchScope = SearchScope.SUBTREE
    controls: tuple[Control, ...] = ()


Request: TypeAlias = Add | Modify | Rename | Delete | Search


class Entry(NamedTuple):
    """One entry of a search: its DN as the server writes it, and values by attribute name in lower case."""

    dn: str
    values: dict[str, list[bytes]]


@dataclass(slots=True)
class Reply:
    """The server's answer to one request.

    cookie  what continues a paged search, empty at its end
    raw     where the entries are that a search found: the data, and the place in it
    """

    code: int
    text: str = ""
    cookie: bytes = b""
    raw: list[tuple[bytes, int]] = field(default_factory=list)

    def entries(self, names: dict[bytes, str]) -> list[Entry]:
        """The entries that a search found. `names` remembers the names of attributes from one entry to the next."""
        return [entry(data, at, names) for data, at in self.raw]

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return self.code == ResultCode.SUCCESS


# -- encoding


def encode(message_id: int, request: Request) -> bytes:
    """The request as one LDAP message."""
    return ber.sequence((ber.integer(message_id), _BODIES[type(request)](request), _controls(request.controls)))


def page(search: Search, size: int, cookie: bytes) -> Search:
    """The same search, asking for its next page."""
    value = ber.sequence((ber.integer(size), ber.octets(cookie)))
    return Search(
        search.base, search.filter, search.attributes, search.scope, (*search.controls, Control(PAGED, value=value))
    )


def _add(request: Add) -> bytes:
    return ber.sequence(
        (ber.octets(request.dn), ber.sequence(_attribute(name, values) for name, values in request.attributes)), 0x68
    )


def _modify(request: Modify) -> bytes:
    changes = (
        ber.sequence((ber.integer(mod, ber.ENUMERATED), _attribute(name, values)))
        for mod, name, values in request.changes
    )
    return ber.sequence((ber.octets(request.dn), ber.sequence(changes)), 0x66)


def _rename(request: Rename) -> bytes:
    superior = b"" if request.superior is None else ber.octets(request.superior, 0x80)
    return ber.sequence((ber.octets(request.dn), ber.octets(request.rdn), ber.TRUE, superior), 0x6C)


def _delete(request: Delete) -> bytes:
    return ber.octets(request.dn, 0x4A)


def _search(request: Search) -> bytes:
    never_dereference, no_limit = ber.integer(0, ber.ENUMERATED), ber.integer(0)
    head = (
        ber.octets(request.base),
        ber.integer(request.scope, ber.ENUMERATED),
        never_dereference,
        no_limit,
        no_limit,
        ber.FALSE,
    )
    return ber.sequence((*head, request.filter, ber.sequence(map(ber.octets, request.attributes))), 0x63)


_BODIES: dict[type[Request], Callable[..., bytes]] = {
    Add: _add,
    Modify: _modify,
    Rename: _rename,
    Delete: _delete,
    Search: _search,
}


def _attribute(name: str, values: Sequence[bytes]) -> bytes:
    return ber.sequence((ber.octets(name), ber.sequence(map(ber.octets, values), ber.SET)))


def _controls(controls: Sequence[Control]) -> bytes:
    return ber.sequence(map(_control, controls), 0xA0) if controls else b""


def _control(control: Control) -> bytes:
    value = b"" if control.value is None else ber.octets(control.value)
    return ber.sequence((ber.octets(control.oid), ber.TRUE if control.critical else b"", value))


# -- decoding


def message(data: bytes, start: int) -> tuple[int, int, int]:
    """Of the message whose content starts at `start`: its id, the tag of its operation, and where that operation is."""
    first, end = ber.header(data, start)
    return int.from_bytes(data[first:end], "big"), data[end], end


def entry(data: bytes, at: int, names: dict[bytes, str]) -> Entry:
    """The search result entry at `at`. `names` holds the lower-case form of the names of attributes met so far,
    and learns more.

    Written flat, with the short form of lengths in line: it runs for every value of every object of an observation.
    """
    start, _ = ber.header(data, at)
    dn_start, dn_end = ber.header(data, start)
    cursor, end = ber.header(data, dn_end)
    values: dict[str, list[bytes]] = {}
    while cursor < end:
        inner, cursor = ber.header(data, cursor)
        name_start = inner + 2
        name_end = name_start + data[inner + 1]
        position, values_end = ber.header(data, name_end)
        found = []
        while position < values_end:
            size = data[position + 1]
            value_start = position + 2
            position = value_start + size
            if size >= _LONG:
                value_start, position = ber.header(data, value_start - 2)
            found.append(data[value_start:position])
        written = data[name_start:name_end]
        name = names.get(written)
        if name is None:
            name = names[written] = written.decode().lower()
        values[name] = found
    return Entry(data[dn_start:dn_end].decode(), values)


def result(data: bytes, at: int, message_end: int) -> tuple[int, str, bytes]:
    """Code, diagnostic text and paging cookie of the result at `at`."""
    start, end = ber.header(data, at)
    code_start, code_end = ber.header(data, start)
    _, matched_end = ber.header(data, code_end)
    text_start, text_end = ber.header(data, matched_end)
    cookie = _cookie(data, end) if end < message_end and data[end] == 0xA0 else b""
    return (
        int.from_bytes(data[code_start:code_end], "big"),
        data[text_start:text_end].decode("utf-8", "replace"),
        cookie,
    )


def _cookie(data: bytes, at: int) -> bytes:
    cursor, end = ber.header(data, at)
    while cursor < end:
        inner, cursor = ber.header(data, cursor)
        oid_start, oid_end = ber.header(data, inner)
        if data[oid_start:oid_end] == PAGED.encode():
            value_at = oid_end + len(ber.TRUE) if data[oid_end] == ber.TRUE[0] else oid_end
            inside, _ = ber.header(data, ber.header(data, value_at)[0])
            cookie_start, cookie_end = ber.header(data, ber.header(data, inside)[1])
            return data[cookie_start:cookie_end]
    return b""
