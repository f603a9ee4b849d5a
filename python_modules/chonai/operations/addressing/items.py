"""What a request asks for, item by item, and what the words of an item are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_network

from chonai.operations.addressing.identity import Identity, identity, item_mark
from chonai.operations.addressing.model import ADDRESS, PREFIX, VLAN
from chonai.operations.files import File
from chonai.text.folding import search_key, strange_digit
from chonai.text.messages import Message
from chonai.text.problems import Problem

ISSUE, RESERVE, RENUMBER, RELEASE = ACTIONS = ("issue", "reserve", "renumber", "release")
WORDS = {VLAN: "vlan", PREFIX: "prefix", ADDRESS: "address"}
"""The word of an item for its own value."""
_VLAN = re.compile("[0-9]{1,6}")


class Wrong(Exception):
    """An item cannot be had; the message says why."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.code)
        self.message = why


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked for; blank is what the request leaves open.

    vlan     of a VLAN the id that it shall have; else the VLAN of a prefix: an id, a name or an item of this request
    prefix   of a prefix the network that it shall be; else the prefix of an address: likewise
    address  that it shall have, or, given back or renumbered, has
    """

    file: str
    row: int
    titles: Mapping[str, str]
    cells: Mapping[str, str]
    action: str = ""
    type: str = ""
    until: date | None = None
    length: int | None = None

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def request(self) -> str:
        """The request's number."""
        return self["request"]

    @property
    def name(self) -> str:
        """What the item is called in its request, for good: told by its own word, else by what it is about. Its row is
        no name: the next one may stand there tomorrow.
        """
        told = (self[name] for name in ("item", "hostname", "name", "address", "prefix", "vlan"))
        return next((one for one in told if one), "")

    @property
    def identity(self) -> Identity:
        """By what the same item is known again."""
        return identity(self.type, self.request, self.name)

    @property
    def mark(self) -> str:
        """The item of the request in one text."""
        return item_mark(self.request, self.name)

    def problem(self, name: str, code: str, /, **fields: object) -> Message:
        """A problem with one of the item's words, its place filled in."""
        column = self.titles.get(name, name)
        return Problem(code, self.file, row=self.row, column=column, value=self[name], fields=fields).message


@dataclass(frozen=True, slots=True)
class Request:
    """All items in their order; `problems` must be empty to plan."""

    file: File
    items: tuple[Item, ...] = ()
    problems: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()


def vlan_number(word: str) -> int | None:
    """The number that a word for a VLAN is, in any width; None for a name."""
    plain = search_key(word)
    return int(plain) if _VLAN.fullmatch(plain) and not strange_digit(word) else None


def is_network(word: str) -> bool:
    """Whether a word is a network in its usual form, without bits behind its length."""
    return is_usual(ip_network, word)


def is_usual(parse: Callable[[str], object], word: str) -> bool:
    """Whether a word can be parsed, and stands in the form that people usually give it."""
    try:
        return str(parse(word)) == word
    except ValueError:
        return False
