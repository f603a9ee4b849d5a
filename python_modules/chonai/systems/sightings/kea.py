"""Lease files of ISC Kea, memfile backend, for IPv4 and IPv6: CSV with a header, to which Kea appends a line whenever a
lease changes. So the last line of an address counts, until kea-lfc writes the file anew with one line for each.

Source: Kea Administrator Reference Manual 2.2, "Why Is Lease File Cleanup Necessary?"; csv_lease_file4.h and
csv_lease_file6.h in src/lib/dhcpsrv.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from chonai.systems.sightings.moments import moment_of
from chonai.systems.sightings.seen import Read, Seen, Unreadable, leased_address
from chonai.text.macs import mac_address

MARK = re.compile("address,(?:hwaddr|duid),")
_NEEDED = ("address", "valid_lifetime", "expire")
_HELD = "0"
"""The state of a lease that a client has; others are declined, expired or given back."""
_DELEGATED = "2"
"""A prefix that a router was given (IA_PD), and no address."""


def read(found: Read, data: bytes, made: datetime) -> None:
    """The leases that clients have at a moment."""
    columns: list[str] = []
    held: dict[str, Seen | None] = {}
    for number, line in found.lines(data):
        if not line.strip():
            continue
        cells = _cells(line)
        if MARK.match(line):
            columns = cells
        elif not columns or len(cells) > len(columns):
            found.unread(number, line, "sightings.kea_cells", count=len(cells), columns=len(columns))
        else:
            row = dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True))
            try:
                held |= _lease(row, made)
            except Unreadable as why:
                found.unread(number, line, why.code, **why.fields)
    found.seen += [one for one in held.values() if one is not None]


def _lease(row: Mapping[str, str], made: datetime) -> dict[str, Seen | None]:
    """The address that a line is of, with who has it at a moment, if anybody. Raises Unreadable."""
    if lacking := [name for name in _NEEDED if not row.get(name)]:
        raise Unreadable("sightings.lacks", names=", ".join(lacking))
    if row.get("lease_type") == _DELEGATED:
        return {}
    address = leased_address(row["address"])
    mac = mac_address(row["hwaddr"]) if row.get("hwaddr") else ""
    if mac is None:
        raise Unreadable("sightings.no_mac", value=row["hwaddr"])
    if not _is_held(row, made):
        return {address: None}
    return {address: Seen(address, mac, made, name=row.get("hostname", "").rstrip("."))}


def _is_held(row: Mapping[str, str], made: datetime) -> bool:
    try:
        lifetime, expire = int(row["valid_lifetime"]), moment_of(int(row["expire"]))
    except ValueError:
        times = f"{row['valid_lifetime']}, {row['expire']}"
        raise Unreadable("sightings.no_time", value=times) from None
    return row.get("state", _HELD) in ("", _HELD) and lifetime > 0 and expire > made


def _cells(line: str) -> list[str]:
    """Kea writes a comma in a value as `&#x2c`."""
    return [cell.strip().replace("&#x2c", ",") for cell in line.split(",")]
