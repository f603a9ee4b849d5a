"""AWX begins jobs at exactly the moments at which the catalogue says so, by rules that it takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chonai.jobs.awx.schedules import YEARS, recurrences
from chonai.jobs.catalogue import Catalogue, read_catalogue
from chonai.jobs.recurrence import NoRecurrence, recurrence, with_utc_end
from chonai.jobs.schedule import runs
from tests.awx.rules import moments, of_schedule

TOKYO = ZoneInfo("Asia/Tokyo")
START = "DTSTART;TZID=Asia/Tokyo:20260105T060000"
WEEKLY = f"{START} RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO"
NEW_YEAR = {"title": "年末年始", "begins": "--12-28T17:15", "ends": "--01-04T08:30"}
OUTAGE = {"title": "法令停電", "begins": "2026-10-03T18:00", "ends": "2026-10-05T08:30"}
SCHEDULES: list[dict[str, Any]] = [
    {"rrule": WEEKLY, "on_closed": "skip"},
    {"rrule": WEEKLY, "on_closed": "after"},
    {"rrule": WEEKLY},
    {"rrule": f"{START} RRULE:FREQ=DAILY;INTERVAL=1"},
    {"rrule": f"{START} RRULE:FREQ=HOURLY;INTERVAL=5"},
    {"rrule": f"{START} RRULE:FREQ=DAILY;INTERVAL=1;BYHOUR=8,17;BYMINUTE=15,45"},
    {"rrule": f"{START} RRULE:FREQ=MONTHLY;INTERVAL=1;BYDAY=FR;BYSETPOS=-1;UNTIL=20270331T060000", "on_closed": "skip"},
    {"opening_day": 8, "at": "18:00"},
    {"opening_day": 1, "from_end": True, "at": "17:00"},
    {"opening_day": 1, "at": "09:00", "months": [4]},
]


def a_catalogue(schedule: dict[str, Any], *blackouts: object, **more: object) -> Catalogue:
    job = {"title": "照合", "playbook": "audit_addresses", "schedule": schedule}
    return read_catalogue({"jobs": {"x": job}, "blackouts": list(blackouts), **more})


def of_years(catalogue: Catalogue) -> list[datetime]:
    """When the catalogue says that the job runs, in the years for which days are written."""
    since, until = datetime(YEARS[0], 1, 1, tzinfo=TOKYO), datetime(YEARS[-1] + 1, 1, 1, tzinfo=TOKYO)
    return [run.at for run in runs(catalogue, since, until) if not run.blackout]


def begun(catalogue: Catalogue, until: int = YEARS[-1] + 1) -> list[datetime]:
    """When AWX begins it."""
    found = [one.rule for one in recurrences(catalogue, "x")]
    since, end = datetime(2020, 1, 1, tzinfo=TOKYO), datetime(until, 1, 1, tzinfo=TOKYO)
    return sorted(at for rule in found for at in moments(rule, since, end))


@pytest.mark.parametrize("blackouts", [(), (NEW_YEAR, OUTAGE)])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_awx_begins_what_the_catalogue_says(schedule: dict[str, Any], blackouts: tuple[object, ...]) -> None:
    catalogue = a_catalogue(schedule, *blackouts)
    assert begun(catalogue) == of_years(catalogue)
    assert not [wrong for one in recurrences(catalogue, "x") for wrong in of_schedule(one.rule)]


def test_days_of_the_city_count() -> None:
    catalogue = a_catalogue({"opening_day": 1, "at": "09:00", "months": [4]}, closed=["2026-04-01"])
    assert [f"{at:%Y-%m-%d}" for at in begun(catalogue)] == ["2026-04-02", "2027-04-01"]


def test_days_are_the_city_s_whatever_zone_its_rule_has() -> None:
    rule = "DTSTART;TZID=UTC:20260105T200000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=SU"
    catalogue = a_catalogue({"rrule": rule, "on_closed": "skip"})
    assert begun(catalogue) == of_years(catalogue)
    assert all(one.rule.startswith("DTSTART;TZID=Asia/Tokyo:") for one in recurrences(catalogue, "x"))


def test_what_a_rule_says_for_ever_is_handed_on() -> None:
    [found] = recurrences(a_catalogue({"rrule": WEEKLY}), "x")
    assert (found.rule, found.year, found.last) == (WEEKLY, None, None)
    [found] = recurrences(a_catalogue({"rrule": WEEKLY}, {**NEW_YEAR, "but": ["x"]}), "x")
    assert found.year is None


def test_a_rule_that_a_blackout_can_stop_is_written_as_days() -> None:
    found = recurrences(a_catalogue({"rrule": WEEKLY}, NEW_YEAR), "x")
    assert [one.year for one in found] == list(YEARS)


def test_days_end_with_what_the_calendar_knows() -> None:
    whole = recurrences(a_catalogue({"opening_day": 8, "at": "18:00"}), "x")
    assert [str(one.last) for one in whole] == ["2026-12-31", "2027-12-31"]
    # A run may be moved back from a day of January that nobody knows yet.
    moved = recurrences(a_catalogue({"rrule": WEEKLY, "on_closed": "before"}), "x")
    assert [str(one.last) for one in moved] == ["2026-12-31", "2027-12-19"]
    assert begun(a_catalogue({"rrule": WEEKLY, "on_closed": "before"}), 2040)[-1].date().isoformat() == "2027-12-13"


def test_a_year_without_a_run_has_no_schedule() -> None:
    once = f"{START} RRULE:FREQ=DAILY;INTERVAL=1;COUNT=1"
    assert [one.year for one in recurrences(a_catalogue({"rrule": once, "on_closed": "skip"}), "x")] == [2026]


def test_an_end_is_sent_in_utc_as_awx_keeps_it() -> None:
    ending = f"{START} RRULE:FREQ=DAILY;INTERVAL=1;UNTIL=20260110T060000"
    assert with_utc_end(ending) == f"{START} RRULE:FREQ=DAILY;INTERVAL=1;UNTIL=20260109T210000Z"
    assert begun(a_catalogue({"rrule": ending})) == of_years(a_catalogue({"rrule": ending}))
    assert of_schedule(ending) != []


@pytest.mark.parametrize(
    "part", ["COUNT=1000", "COUNT=0", "UNTIL=20271231", "UNTIL=20271231T000000Z", "BYSECOND=0,30", "BYDAY=1MO"]
)
def test_what_awx_refuses_is_refused_when_the_catalogue_is_read(part: str) -> None:
    with pytest.raises(NoRecurrence):
        recurrence(f"{START} RRULE:FREQ=MONTHLY;INTERVAL=1;{part}")
