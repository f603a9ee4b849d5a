"""Reservations and quarantines as the ledger keeps them, by its own day: a plan may have been made for another one, and
an apply may come late.
"""

from __future__ import annotations

from datetime import date, datetime

from chonai.change.model import Record

_IDENTITY = ("request", "item")
_TOLD = (*_IDENTITY, "owner", "status", "until")


def local_day() -> date:
    """The day by which a ledger keeps reservations and quarantines: that of this machine."""
    return datetime.now().astimezone().date()


def is_passed(record: Record, after: Record) -> bool:
    """Whether an object becomes what another item of a request was given. Types that are not issued never do."""
    return any(name in record and name in after and record[name] != after[name] for name in _IDENTITY)


def objection(record: Record, after: Record, today: date) -> str | None:
    """The catalogue code of why a record may not become what a change makes of it on that day; None when it may.

    What was given back or is reserved is not somebody else's before its last day has passed, but for a reservation's
    own owner. What is given back now has a quarantine that is not over yet. The way back to what was, an undo, gives
    nobody anything.
    """
    new = {**record, **after}
    if is_passed(record, after):
        is_waiting = record["until"] is not None and not _is_over(record, today)
        is_theirs = record["status"] == "reserved" and record["owner"] and record["owner"] == new["owner"]
        return "ipam.still_waiting" if is_waiting and _is_live(new, today) and not is_theirs else None
    is_ended = "status" in after and after["status"] == "retired" != record["status"]
    return "ipam.quarantine_over" if is_ended and _is_over(new, today) else None


def told(record: Record) -> dict[str, str]:
    """Whose an object is, for a sentence."""
    return {name: str(record.get(name) or "-") for name in _TOLD}


def _is_over(record: Record, today: date) -> bool:
    is_in_use = record["status"] == "in_use"  # whatever day another program left beside it
    return not is_in_use and record["until"] is not None and str(record["until"]) < today.isoformat()


def _is_live(record: Record, today: date) -> bool:
    return record["status"] != "retired" and not _is_over(record, today)
