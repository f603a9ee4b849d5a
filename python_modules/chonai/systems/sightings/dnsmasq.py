"""Lease files of dnsmasq: a line for each lease, with when it ends, MAC address (IPv6: IAID), address, host name and
client id; leases of IPv6 after a line with the server's own `duid`. Source: dnsmasq(8) and src/lease.c of dnsmasq 2.90.
"""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import ip_address

from chonai.systems.sightings.moments import moment_of
from chonai.systems.sightings.seen import Read, Seen, address_of
from chonai.text.macs import mac_address

MARK = re.compile(r"\d+ \S+ [0-9a-fA-F.:]+ \S+ \S+\s*$|duid [0-9a-fA-F:]+\s*$")
_NEVER = 0
_UNKNOWN = "*"
_OTHER_HARDWARE = re.compile("[0-9a-fA-F]{2}-(?=.*:)")
_FIELDS = 5


def read(found: Read, data: bytes, made: datetime) -> None:
    """The leases that clients have at a moment."""
    held: dict[str, Seen | None] = {}
    for number, line in found.lines(data):
        words = line.split()
        if not words or words[0] == "duid":
            continue
        if len(words) != _FIELDS:
            found.unread(number, line, "sightings.dnsmasq_fields", count=len(words))
            continue
        _take(found, held, number, line, words, made)
    found.seen += [one for one in held.values() if one is not None]


def _take(found: Read, held: dict[str, Seen | None], number: int, line: str, words: list[str], made: datetime) -> None:
    ends, hardware, word, name, _ = words
    try:
        address = address_of(word)
    except ValueError:
        found.unread(number, line, "sightings.no_address", value=word)
        return
    mac = mac_address(_OTHER_HARDWARE.sub("", hardware, count=1)) if ip_address(address).version == 4 else ""
    if mac is None:
        found.unread(number, line, "sightings.no_mac", value=hardware)
        return
    try:
        is_held = int(ends) == _NEVER or moment_of(int(ends)) > made
    except ValueError:
        found.unread(number, line, "sightings.no_time", value=ends)
        return
    held[address] = Seen(address, mac, made, name="" if name == _UNKNOWN else name) if is_held else None
