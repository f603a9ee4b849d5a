"""開庁日: not Saturdays, Sundays, national holidays (国民の祝日に関する法律), 12-29 to 1-3 (地方自治法 4 条の 2), and
what the city has settled otherwise.

Holidays are known up to the last year that the government has announced. Beyond it nobody knows them, and nothing is
guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice

import jpholiday

FIRST_YEAR, LAST_YEAR = 2000, 2027
"""Of the official list of holidays that jpholiday has been held against."""
_SATURDAY = 5
_YEARS_END, _YEARS_BEGIN = (12, 29), (1, 3)


class BeyondCalendar(ValueError):
    """Whether the hall is open on `day` is not known yet."""

    def __init__(self, day: date) -> None:
        self.day = day
        super().__init__(f"{day}: holidays are known from {FIRST_YEAR} to {LAST_YEAR}")


@dataclass(frozen=True, slots=True)
class OpeningDays:
    """The days on which the hall is open.

    closed, opened   what the city has settled for single days: 開庁記念日, Saturdays of the 年度末
    """

    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def is_open(self, day: date) -> bool:
        """Whether a day is a 開庁日. Raises BeyondCalendar."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise BeyondCalendar(day)
        if day in self.closed or day in self.opened:
            return day in self.opened
        at_new_year = (day.month, day.day) >= _YEARS_END or (day.month, day.day) <= _YEARS_BEGIN
        return day.weekday() < _SATURDAY and not at_new_year and not jpholiday.is_holiday(day)

    def of_month(self, year: int, month: int) -> list[date]:
        """All of them in a month. Raises BeyondCalendar."""
        first = date(year, month, 1)
        days = (first + timedelta(days=n) for n in range(31))
        return [day for day in days if day.month == month and self.is_open(day)]

    def nth(self, year: int, month: int, n: int) -> date | None:
        """The nth of a month, from 1; from its end with -1. None where it has not so many. Raises BeyondCalendar."""
        found = self.of_month(year, month)
        place = n - 1 if n > 0 else n
        return found[place] if -len(found) <= place < len(found) else None

    def after(self, day: date, n: int = 1) -> date:
        """The nth after a day, which itself is not counted. Raises BeyondCalendar."""
        return next(islice(self._from(day, 1), n - 1, None))

    def before(self, day: date, n: int = 1) -> date:
        """The nth before a day, which itself is not counted. Raises BeyondCalendar."""
        return next(islice(self._from(day, -1), n - 1, None))

    def _from(self, day: date, step: int) -> Iterator[date]:
        return (one for n in count(1) if self.is_open(one := day + timedelta(days=n * step)))
