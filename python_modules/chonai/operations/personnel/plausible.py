"""Which dates can be meant: a year that was mistyped must not retire somebody so long ago that the account is deleted
at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from chonai.operations.personnel.records import Place
from chonai.operations.personnel.tags import months_later
from chonai.text.messages import Message, message

_EARLIEST, _OLD, _LATEST = -120, -12, 24


@dataclass(frozen=True)
class Span:
    """The days that orders of one effective date can have: ten years before to two years after it."""

    day: date

    @cached_property
    def earliest(self) -> date:
        """The first day that is plausible."""
        return self._shifted(_EARLIEST)

    @cached_property
    def latest(self) -> date:
        """The last day that is plausible."""
        return self._shifted(_LATEST)

    @cached_property
    def usual(self) -> date:
        """The first day that nobody wonders about: a year before the change."""
        return self._shifted(_OLD)

    def is_old(self, day: date) -> bool:
        """Whether a plausible day is more than a year before the change."""
        return self.earliest <= day < self.usual

    def __contains__(self, day: date) -> bool:
        return self.earliest <= day <= self.latest

    def _shifted(self, months: int) -> date:
        try:
            return months_later(self.day, months)
        except ValueError:  # before the year 1 or after 9999
            return date.min if months < 0 else date.max


def old_dates(rows: Iterable[tuple[Place, date]], span: Span) -> list[Message]:
    """One warning about all the rows of a file that are old; none when there are none."""
    old = [(place, day) for place, day in rows if span.is_old(day)]
    if not old:
        return []
    numbers = ", ".join(str(place.row) for place, _ in old[:10]) + (", …" if len(old) > 10 else "")
    first = min(day for _, day in old).isoformat()
    fields = {"count": len(old), "rows": numbers, "first": first, "date": span.day.isoformat()}
    return [message("personnel.dates_old", file=old[0][0].file, **fields)]
