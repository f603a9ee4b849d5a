"""Lease files of dnsmasq: a line for each lease, with when it ends, MAC address (IPv6: IAID), address, host name and
client id; leases of IPv6 after a line with the server's own `duid`. Source: dnsmasq(8) and src/lease.c of dnsmasq 2.90.
"""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import ip_address

from chonai.systems.sightings.moments import moment_of
from chonai.systems.sightings.seen import Read, Seen, Unreadable, leased_address
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
        try:
            held |= _lease(words, made)
        except Unreadable as why:
            found.unread(number, line, why.code, **why.fields)
    found.seen += [one for one in held.values() if one is not None]


def _lease(words: list[str], made: datetime) -> dict[str, Seen | None]:
    """The address that a line is of, with who has it at a moment, if anybody. Raises Unreadable."""
    if len(words) != _FIELDS:
        raise Unreadable("sightings.dnsmasq_fields", count=len(words))
    ends, hardware, word, name, _ = words
    address = leased_address(word)
    mac = mac_address(_OTHER_HARDWARE.sub("", hardware, count=1)) if ip_address(address).version == 4 else ""
    if mac is None:
        raise Unreadable("sightings.no_mac", value=hardware)
    try:
        is_held = int(ends) == _NEVER or moment_of(int(ends)) > made
    except ValueError:
        raise Unreadable("sightings.no_time", value=ends) from None
    return {address: Seen(address, mac, made, name="" if name == _UNKNOWN else name) if is_held else None}
