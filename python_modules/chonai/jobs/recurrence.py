"""Recurrences as AWX takes them: one DTSTART with a zone and one RRULE (RFC 5545), on one line.

What dateutil reads and AWX refuses (seconds, a count beside an end, several rules) is refused here too, so that one
catalogue serves both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

_FORM = re.compile(r"DTSTART;TZID=(?P<zone>[A-Za-z_/+-]+):(?P<start>[0-9]{8}T[0-9]{6}) RRULE:(?P<rule>[A-Z0-9=;,:+-]+)")
_REFUSED = {"BYWEEKNO", "BYEASTER", "BYYEARDAY", "BYSECOND"}
_OFTENEST = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY")
_END = re.compile(r"UNTIL=([0-9]{8}T[0-9]{6})")
MOST_COUNT = 999
"""Runs of a rule that AWX counts."""
MOST_MINUTELY = 5
"""Minutes between two runs at least: what is more often is a service, and no job."""


class NoRecurrence(ValueError):
    """It cannot be read, or AWX would not take it; the text says why."""


@lru_cache(maxsize=256)
def recurrence(text: str) -> tuple[rrule, ZoneInfo]:
    """The rule, in local time without a zone, and the zone. Raises NoRecurrence."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise NoRecurrence("DTSTART;TZID=Asia/Tokyo:YYYYMMDDTHHMMSS RRULE:FREQ=…")
    parts = dict(part.partition("=")[::2] for part in found["rule"].split(";"))
    _check(parts)
    try:
        rule = rrulestr(f"DTSTART:{found['start']}\nRRULE:{found['rule']}")
        return rule, ZoneInfo(found["zone"])
    except (ValueError, OSError, KeyError, OverflowError) as error:
        raise NoRecurrence(str(error)) from error


def _check(parts: dict[str, str]) -> None:
    frequency = parts.get("FREQ", "")
    if frequency not in _OFTENEST:
        raise NoRecurrence(f"FREQ={'|'.join(_OFTENEST)}")
    if not re.fullmatch("[1-9][0-9]{0,3}", parts.get("INTERVAL", "")):
        raise NoRecurrence("INTERVAL=1")
    if frequency == "MINUTELY" and int(parts["INTERVAL"]) < MOST_MINUTELY:
        raise NoRecurrence(f"INTERVAL={MOST_MINUTELY}")
    if refused := sorted(_REFUSED & parts.keys()):
        raise NoRecurrence(refused[0])
    _check_end(parts)
    if "BYDAY" in parts and re.search(r"[0-9]", parts["BYDAY"]):
        raise NoRecurrence("BYDAY with a number: BYDAY=MO;BYSETPOS=1")


def _check_end(parts: dict[str, str]) -> None:
    if "COUNT" in parts and "UNTIL" in parts:
        raise NoRecurrence("COUNT, UNTIL")
    if not re.fullmatch("[1-9][0-9]{0,2}", parts.get("COUNT", "1")):
        raise NoRecurrence(f"COUNT={MOST_COUNT}")
    if "UNTIL" in parts and not _END.fullmatch(f"UNTIL={parts['UNTIL']}"):
        raise NoRecurrence("UNTIL=20271231T235959")


def with_utc_end(text: str) -> str:
    """The same with its end in UTC, as AWX keeps it: sent in local time it would differ from itself ever after."""
    _, zone = recurrence(text)

    def in_utc(end: re.Match[str]) -> str:
        return f"UNTIL={datetime.fromisoformat(end[1]).replace(tzinfo=zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"

    return _END.sub(in_utc, text)


def between(text: str, since: datetime, until: datetime) -> Iterator[datetime]:
    """The moments in [since, until), with their zone. Raises NoRecurrence."""
    rule, zone = recurrence(text)
    first, last = (moment.astimezone(zone).replace(tzinfo=None) for moment in (since, until))
    for moment in rule.xafter(first, inc=True):
        if moment >= last:
            return
        yield moment.replace(tzinfo=zone)
