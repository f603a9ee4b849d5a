"""Single cells of an address ledger as people fill them in: addresses, ranges, networks and VLAN ids in whatever width.

Only what has one meaning is read. Each function raises `Unreadable` with the code that says what is wrong and the way
out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from chonai.operations.addressing.sheet.words import GROUP_OF_VLAN, SITE_OF_VLAN
from chonai.operations.addressing.spaces import Network
from chonai.text.folding import search_key, strange_digit
from chonai.text.hostnames import may_be_called

Address = IPv4Address | IPv6Address

FIRST_VLAN, LAST_VLAN = 1, 4094
"""IEEE 802.1Q-2018, 9.6."""
_PADDED = re.compile(r"\d{3}(?:\.\d{3}){3}")
_LAST_OCTET = re.compile(r"\.?(\d{1,3})")
_VLAN = re.compile(r"(?:vlan)?[-_:#]?(?:id)?[-_:#]?(\d{1,4})")
_VLAN_REFERENCE = re.compile(rf"\s*(\d{{1,4}})\s*[(（]\s*({SITE_OF_VLAN}|{GROUP_OF_VLAN})\s(.+)[)）]\s*", re.DOTALL)
_NOWHERE = re.compile(rf"\s*(\d{{1,4}})\s*[(（]\s*{SITE_OF_VLAN}なし\s*[)）]\s*")
_BREAKS = re.compile(r"[ \u3000]*[\r\n\t]+[ \u3000]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NETWORK_SEEN = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/(?:\d{1,3}(?:\.\d{1,3}){3}|\d{1,2})(?![\d.])")
"""An IPv4 network in folded text."""
VLAN_SEEN = re.compile(r"vlan[-_:#]?(?:id)?[-_:#]?(\d{1,4})(?!\d)")
"""A VLAN id in folded text."""


class Unreadable(Exception):
    """A cell's text does not say what it has to; `code` says why."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code)
        self.code, self.fields = code, fields


@dataclass(frozen=True, slots=True)
class Span:
    """Addresses from `first` to `last`, and the `network` where the cell names its length."""

    first: Address
    last: Address
    network: Network | None = None

    @property
    def count(self) -> int:
        """How many they are."""
        return int(self.last) - int(self.first) + 1


@dataclass(frozen=True, slots=True)
class VlanName:
    """A VLAN as a cell names it: its id, and where the cell says so the site or group that it belongs to.

    site   None where the cell does not say; blank for a VLAN of none
    """

    vid: int
    site: str | None = None
    group: str = ""

    def at(self, place: str) -> str:
        """The site, where the cell does not say another one than this."""
        return place if self.site is None else self.site


def tidy(text: str) -> str:
    """A cell on one line, without padding. Raises `Unreadable` for control characters."""
    line = _BREAKS.sub(" ", text.strip()).strip()
    if _CONTROL.search(line):
        raise Unreadable("addressing.sheet_control")
    return line


def read_span(text: str, within: Network | None) -> Span:
    """One address or a range of them, such as 10.10.1.10～20. `within` is the network whose last octets may stand for
    addresses.
    """
    folded = fold(text)
    start, dash, end = folded.replace("..", "~").replace("-", "~").partition("~")
    if not dash and "/" in start:
        return _with_length(start)
    first = _address(start, within)
    if not dash:
        return Span(first, first)
    last = _end(end, first, within)
    if last.version != first.version or int(last) < int(first):
        raise Unreadable("addressing.sheet_backwards")
    return Span(first, last)


def read_address(text: str) -> Address:
    """One address."""
    return _address(fold(text), None)


@lru_cache(maxsize=4096)  # the rows of a table name few networks, many times
def read_network(text: str, mask: str) -> Network:
    """A network: 10.10.1.0/24, with a mask behind the slash or in a cell of its own."""
    folded = fold(text)
    if "/" not in folded:
        if not mask:
            raise Unreadable("addressing.sheet_no_length")
        folded = f"{folded}/{fold(mask).removeprefix('/')}"
    address, _, length = folded.partition("/")
    try:
        return ip_network(f"{_address(address, None)}/{length}")
    except ValueError:
        raise Unreadable("addressing.no_network") from None


def read_vlan(text: str) -> VlanName:
    """A VLAN: 100, VLAN100, 100 (拠点 本庁舎), 100 (グループ core)."""
    found = _VLAN_REFERENCE.fullmatch(text)
    nowhere = _NOWHERE.fullmatch(text)
    plain = found or nowhere or _VLAN.fullmatch(fold(text))
    vid = int(plain[1]) if plain else 0
    if not FIRST_VLAN <= vid <= LAST_VLAN:
        raise Unreadable("addressing.no_vlan_id")
    if found and found[2] == GROUP_OF_VLAN:
        return VlanName(vid, group=found[3])
    return VlanName(vid, found[3] if found else "" if nowhere else None)


def vlan_words(vid: str, site: str, group: str) -> str:
    """How a VLAN is written where others have its id too; `read_vlan` reads it."""
    if group:
        return f"{vid} ({GROUP_OF_VLAN} {group})"
    return f"{vid} ({SITE_OF_VLAN} {site})" if site else f"{vid} ({SITE_OF_VLAN}なし)"


def read_hostname(text: str) -> str:
    """What a host may be called (RFC 1123), in narrow letters; Japanese names have an ASCII form (RFC 3490)."""
    name = unicodedata.normalize("NFKC", text)
    if not may_be_called(name):
        raise Unreadable("addressing.sheet_no_hostname")
    return name


def fold(text: str) -> str:
    """A cell in narrow letters, without white space. Raises `Unreadable` for digits that nobody types."""
    if found := strange_digit(text):
        raise Unreadable("addressing.sheet_strange_digit", digit=found)
    return search_key(text).replace("。", ".").replace("．", ".")


def _address(text: str, within: Network | None) -> Address:
    if _PADDED.fullmatch(text):  # 010.020.001.005, for sorting; nobody writes octal that way
        text = ".".join(str(int(part)) for part in text.split("."))
    octet = _LAST_OCTET.fullmatch(text)
    if octet and within is not None and within.version == 4 and within.prefixlen >= 24 and int(octet[1]) < 256:
        return IPv4Address(int(within.network_address) & ~0xFF | int(octet[1]))
    try:
        return ip_address(text)
    except ValueError:
        raise Unreadable("addressing.no_address") from None


def _end(text: str, first: Address, within: Network | None) -> Address:
    """The end of a range, which may be given by its last octet."""
    octet = _LAST_OCTET.fullmatch(text)
    if octet and first.version == 4 and int(octet[1]) < 256:
        return IPv4Address(int(first) & ~0xFF | int(octet[1]))
    return _address(text, within)


def _with_length(text: str) -> Span:
    address, _, length = text.partition("/")
    first = _address(address, None)
    try:
        return Span(first, first, ip_network(f"{first}/{length}", strict=False))
    except ValueError:
        raise Unreadable("addressing.no_address") from None
