"""When jobs run, in the calendar of 2026 and 2027."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chonai.calendar.opening import BeyondCalendar
from chonai.jobs.catalogue import read_catalogue
from chonai.jobs.schedule import hall, runs

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKLY = "DTSTART;TZID=Asia/Tokyo:20260105T060000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO"
EIGHTH = [
    "2026-01-15", "2026-02-12", "2026-03-11", "2026-04-10", "2026-05-15", "2026-06-10", "2026-07-10", "2026-08-13",
    "2026-09-10", "2026-10-13", "2026-11-12", "2026-12-10", "2027-01-14", "2027-02-10", "2027-03-10", "2027-04-12",
    "2027-05-17", "2027-06-10", "2027-07-12", "2027-08-12", "2027-09-10", "2027-10-13", "2027-11-11", "2027-12-10",
]  # fmt: skip


def due(since: str, until: str, *, blackouts: object = (), closed: object = (), **schedule: object) -> list[str]:
    """What runs, in local time; what a blackout takes out in brackets."""
    job = {"title": "x", "playbook": "x", "schedule": schedule}
    catalogue = read_catalogue({"jobs": {"x": job}, "blackouts": list(blackouts), "closed": list(closed)})  # type: ignore[call-overload]  # plain data
    first, last = (datetime.fromisoformat(day).replace(tzinfo=TOKYO) for day in (since, until))
    found = []
    for run in runs(catalogue, first, last):
        at = run.at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
        found.append(f"({at})" if run.blackout else at)
    return found


def test_the_eighth_opening_day_of_every_month_of_two_years() -> None:
    found = due("2026-01-01", "2028-01-01", opening_day=8, at="09:00")
    assert found == [f"{day} 09:00" for day in EIGHTH]


def test_every_run_is_on_a_day_on_which_the_hall_is_open_and_the_eighth() -> None:
    opening = hall(read_catalogue({"jobs": {}}))
    for day in map(date.fromisoformat, EIGHTH):
        first = day.replace(day=1)
        days = [first + timedelta(days=n) for n in range((day - first).days + 1)]
        assert sum(map(opening.is_open, days)) == 8


def test_the_day_before_the_first_opening_day() -> None:
    found = due("2026-03-01", "2027-02-01", opening_day=1, days_before=1, at="20:00", months=[1, 4, 5])
    assert found == ["2026-03-31 20:00", "2026-04-30 20:00", "2027-01-03 20:00"]


def test_the_last_opening_day() -> None:
    assert due("2026-12-01", "2027-01-01", opening_day=1, from_end=True, at="17:00") == ["2026-12-28 17:00"]


@pytest.mark.parametrize(
    ("on_closed", "expected"),
    [
        ("run", ["2026-05-04 06:00", "2026-05-11 06:00"]),
        ("skip", ["2026-05-11 06:00"]),
        ("before", ["2026-05-01 06:00", "2026-05-11 06:00"]),
        ("after", ["2026-05-07 06:00", "2026-05-11 06:00"]),
    ],
)
def test_a_rule_that_falls_on_a_holiday(on_closed: str, expected: list[str]) -> None:
    assert due("2026-05-01", "2026-05-12", rrule=WEEKLY, on_closed=on_closed) == expected


def test_a_run_that_is_moved_into_the_time_that_is_asked_for_is_in_it() -> None:
    assert due("2026-05-07", "2026-05-08", rrule=WEEKLY, on_closed="after") == ["2026-05-07 06:00"]
    assert due("2026-05-01", "2026-05-02", rrule=WEEKLY, on_closed="before") == ["2026-05-01 06:00"]
    assert not due("2026-05-04", "2026-05-05", rrule=WEEKLY, on_closed="after")


def test_the_citys_own_days_count() -> None:
    found = due("2026-04-01", "2026-05-01", closed=["2026-04-10"], opening_day=8, at="09:00")
    assert found == ["2026-04-13 09:00"]


def test_blackouts_of_one_time_and_of_every_year_over_the_new_year() -> None:
    once = {"title": "停電", "begins": "2026-01-12T00:00", "ends": "2026-01-12T12:00"}
    yearly = {"title": "年末年始", "begins": "--12-28T17:15", "ends": "--01-06T08:30"}
    found = due("2026-12-20", "2027-01-20", blackouts=[yearly], rrule=WEEKLY)
    assert found == [
        "2026-12-21 06:00",
        "2026-12-28 06:00",
        "(2027-01-04 06:00)",
        "2027-01-11 06:00",
        "2027-01-18 06:00",
    ]
    assert due("2026-01-12", "2026-01-13", blackouts=[once], rrule=WEEKLY) == ["(2026-01-12 06:00)"]


def test_a_blackout_leaves_the_jobs_that_it_names() -> None:
    spared = {"title": "年末年始", "begins": "--12-28T17:15", "ends": "--01-06T08:30", "but": ["x"]}
    assert due("2027-01-04", "2027-01-05", blackouts=[spared], rrule=WEEKLY) == ["2027-01-04 06:00"]


def test_what_nobody_knows_yet_is_not_guessed() -> None:
    with pytest.raises(BeyondCalendar):
        due("2028-01-01", "2028-02-01", opening_day=8, at="09:00")


def test_a_run_may_begin_late_by_as_much_as_its_job_says() -> None:
    job = {"title": "x", "playbook": "x", "start_by": "90m", "schedule": {"opening_day": 1, "at": "23:00"}}
    [run] = runs(read_catalogue({"jobs": {"x": job}}), *(datetime(2026, 4, day, tzinfo=TOKYO) for day in (1, 2)))
    assert run.start_by == datetime(2026, 4, 2, 0, 30, tzinfo=TOKYO)
