"""Leases of DHCP servers, from the files in which they keep them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from chonai.systems.sightings import dhcpd, dnsmasq, kea
from chonai.systems.sightings.seen import Read
from chonai.text.messages import message

_FORMATS: tuple[tuple[str, re.Pattern[str], Callable[[Read, bytes, datetime], None]], ...] = (
    ("Kea memfile", kea.MARK, kea.read),
    ("ISC dhcpd.leases", dhcpd.MARK, dhcpd.read),
    ("dnsmasq.leases", dnsmasq.MARK, dnsmasq.read),
)


def read_leases(file: str, data: bytes, made: datetime) -> Read:
    """The leases that hold at the moment at which the file was made: then each counts as seen. The last word of a file
    on an address counts.
    """
    read = Read(file)
    lines = [line for _, line in read.lines(data)]
    if read.problems or not any(map(str.strip, lines)):
        return read
    for _, mark, reader in _FORMATS:
        if any(mark.match(line) for line in lines):
            reader(read, data, made)
            return read
    known = ", ".join(name for name, _, _ in _FORMATS)
    read.problems.append(message("sightings.no_leases", file=file, known=known))
    return read
