"""Golden days of the city's calendar."""

from __future__ import annotations

from datetime import date

import pytest

from chonai.calendar.opening import LAST_YEAR, BeyondCalendar, OpeningDays

HALL = OpeningDays()


@pytest.mark.parametrize("day", ["2026-01-15", "2026-04-10", "2026-05-15", "2026-09-10", "2027-01-14", "2027-05-17"])
def test_the_eighth_of_a_month(day: str) -> None:
    eighth = date.fromisoformat(day)
    assert HALL.nth(eighth.year, eighth.month, 8) == eighth
    assert HALL.of_month(eighth.year, eighth.month)[7] == eighth


def test_some_days_later_the_first_is_not_counted() -> None:
    assert HALL.after(date(2026, 4, 28), 3) == date(2026, 5, 7)
    assert HALL.after(date(2026, 12, 26), 3) == date(2027, 1, 5)
    assert HALL.before(date(2026, 5, 7)) == date(2026, 5, 1)
    assert HALL.before(date(2027, 1, 4), 2) == date(2026, 12, 25)


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2026-09-22", False),  # 国民の休日, between two holidays
        ("2027-03-22", False),  # 振替休日
        ("2026-12-28", True),
        ("2026-12-29", False),
        ("2027-01-03", False),
        ("2027-01-04", True),
        ("2026-04-04", False),
    ],
)
def test_days_that_calendars_get_wrong(day: str, is_open: bool) -> None:
    assert HALL.is_open(date.fromisoformat(day)) is is_open


def test_the_last_of_a_month_and_one_too_many() -> None:
    assert HALL.nth(2026, 12, -1) == date(2026, 12, 28)
    assert HALL.nth(2026, 12, 30) is None
    assert HALL.nth(2026, 12, -30) is None


def test_what_the_city_has_settled_holds() -> None:
    hall = OpeningDays(closed=frozenset({date(2026, 4, 1)}), opened=frozenset({date(2026, 3, 28)}))
    assert hall.nth(2026, 4, 1) == date(2026, 4, 2)
    assert hall.nth(2026, 3, -3) == date(2026, 3, 28)


def test_nobody_knows_holidays_that_are_not_announced() -> None:
    with pytest.raises(BeyondCalendar):
        HALL.is_open(date(LAST_YEAR + 1, 1, 4))
    with pytest.raises(BeyondCalendar):
        HALL.after(date(LAST_YEAR, 12, 28))
