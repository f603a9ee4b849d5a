"""Last days of aliases, kept beside them as `ADDRESS=DATE`: until then, that day included, mail to them is taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from chonai.operations.personnel.tags import months_later


def last_day(day: date, months: int) -> date:
    """The last day of an alias that begins on a day and stays some months."""
    return months_later(day, months) - timedelta(days=1)


def ends_of(values: Collection[str]) -> dict[str, date]:
    """The last day of each alias that has one; what cannot be read says nothing."""
    found = {}
    for value in sorted(values):
        address, _, day = value.partition("=")
        try:
            found[address] = date.fromisoformat(day)
        except ValueError:
            continue
    return found


def with_ends(values: Collection[str], ends: Mapping[str, date], gone: Collection[str]) -> frozenset[str]:
    """The values with further ends, and without those of addresses that are no aliases any more."""
    kept = [value for value in values if value.partition("=")[0] not in {*ends, *gone}]
    return frozenset([*kept, *(f"{address}={day.isoformat()}" for address, day in ends.items())])
