"""Forwardings that an order asks for: where to, and until when. Never without an end."""

from __future__ import annotations

import re
from datetime import date

from chonai.operations.personnel.cells import Cells
from chonai.operations.personnel.records import Forward
from chonai.operations.personnel.tags import months_later

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
"""Addresses as people have them: what else RFC 5321 allows (quoted parts, IP addresses) is more likely a slip."""
_LONGEST = 254
"""Octets, RFC 5321 4.5.3.1.3."""


def forwarding(cells: Cells, day: date) -> Forward | None:
    """What the row of an order of `day` asks for; None where it asks for nothing, or for what is wrong (then noted)."""
    to, said = cells["forward"], cells["forward_until"]
    if not to and not said:
        return None
    if not to or not said:
        cells.wrong("forward_until" if to else "forward", "personnel.forward_half")
        return None
    before = len(cells.sheet.problems)
    if not _ADDRESS.fullmatch(to) or len(to) > _LONGEST or ".." in to:
        cells.wrong("forward", "personnel.forward_not_address")
    until = cells.day("forward_until")
    if len(cells.sheet.problems) == before:
        _check_end(cells, day, until)
    return Forward(to, until) if len(cells.sheet.problems) == before else None


def _check_end(cells: Cells, day: date, until: date) -> None:
    months = cells.sheet.policy.forwarding.most_months
    latest = months_later(day, months)
    if until <= day:
        cells.wrong("forward_until", "personnel.forward_too_early", date=day.isoformat())
    elif until > latest:
        cells.wrong("forward_until", "personnel.forward_too_late", latest=latest.isoformat(), months=months)
