"""What a reader saw, and what it could not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address

from chonai.text.decoding import UndecodableError, decode
from chonai.text.messages import Message, message
from chonai.text.problems import Problem, shown

MOST = 80
"""Characters of a line that are told: as wide as the tables of devices."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One device, or one name.

    address  in its usual form (RFC 5952); blank where only a MAC address was seen
    mac      as `chonai.text.macs` writes it; blank where it does not show
    name     of the host: a client's own word, or a domain name without a dot at the end
    at       when it was last seen
    port     device and interface, as the source calls them
    is_own   whether it is an address of the device that tells
    """

    address: str
    mac: str
    at: datetime
    name: str = ""
    port: str = ""
    is_own: bool = False


class Unreadable(Exception):
    """A line says nothing that can be read; the code of why, and of the way out."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code)
        self.code, self.fields = code, fields


@dataclass(slots=True)
class Read:
    """All of a file. With `problems` it is not to be relied on."""

    file: str
    seen: list[Seen] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)

    def unread(self, line: int, text: str, what: str, **fields: object) -> None:
        """Note a line that cannot be read; `what` is the code of why, and of the way out."""
        why = message(what, **fields)
        self.problems.append(
            message("sightings.line", file=self.file, line=line, text=shown(text.strip(), MOST), why=why)
        )

    def lines(self, data: bytes) -> Iterator[tuple[int, str]]:
        """The lines of the file by number, from 1; none when it is no text, which is a problem then."""
        try:
            text = decode(data).text
        except UndecodableError as error:
            fields = {"bytes": error.data, "offset": error.offset}
            self.problems.append(Problem(error.why, self.file, row=error.line, fields=fields).message)
            return
        yield from enumerate(text.split("\n"), start=1)


def address_of(text: str) -> str:
    """An address in its usual form, without the interface behind it (`fe80::1%eth0`). Raises ValueError."""
    return str(ip_address(text.strip().partition("%")[0]))


def leased_address(text: str) -> str:
    """As `address_of`; raises Unreadable."""
    try:
        return address_of(text)
    except ValueError:
        raise Unreadable("sightings.no_address", value=text) from None
