"""When AWX begins a job by itself.

AWX knows no 開庁日 and no blackouts. What an RRULE says for ever is handed on as it is; everything else becomes the
days themselves, a schedule for each year that the calendar knows (docs/decisions/0018-awx-schedules.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from chonai.calendar.opening import LAST_YEAR, BeyondCalendar
from chonai.jobs.catalogue import Catalogue, Job, OnClosed
from chonai.jobs.recurrence import with_utc_end
from chonai.jobs.schedule import Run, runs

Numbers = tuple[int, ...]
YEARS = (LAST_YEAR - 1, LAST_YEAR)
"""For which days are written: the last two that the calendar knows."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A schedule of AWX. Without a year it holds for ever; with one up to `last`, the last day that is known."""

    rule: str
    year: int | None = None
    last: date | None = None


def recurrences(catalogue: Catalogue, name: str) -> list[Recurrence]:
    """The schedules of a job; none where it has none, or never runs in these years."""
    job = catalogue.jobs[name]
    if job.schedule is None:
        return []
    if is_for_ever(catalogue, name, job):
        return [Recurrence(with_utc_end(job.schedule.rrule))]
    return [found for year in YEARS if (found := _of_year(catalogue, name, year)) is not None]


def is_for_ever(catalogue: Catalogue, name: str, job: Job) -> bool:
    """Whether an RRULE alone says when a job runs: whatever the hall does, and no blackout stops it."""
    schedule = job.schedule
    is_rule = schedule is not None and bool(schedule.rrule) and schedule.on_closed is OnClosed.RUN
    return is_rule and all(name in one.but for one in catalogue.blackouts)


def _of_year(catalogue: Catalogue, name: str, year: int) -> Recurrence | None:
    only = replace(catalogue, jobs={name: catalogue.jobs[name]})
    found, end = _known(only, date(year, 1, 1), date(year + 1, 1, 1))
    due = sorted({run.at.astimezone(catalogue.zone) for run in found if not run.blackout})
    return Recurrence(_rule(due, catalogue.zone), year, end - timedelta(days=1)) if due else None


def _known(only: Catalogue, first: date, end: date) -> tuple[list[Run], date]:
    """The runs of [first, end), and the day from which on nobody knows: `end`, or an earlier one."""
    since, until = (datetime.combine(day, time.min, only.zone) for day in (first, end))
    try:
        return list(runs(only, since, until)), end
    except BeyondCalendar:
        half = first + (end - first) // 2
        if half == first:
            return [], first
    found, known = _known(only, first, half)
    if known < half:
        return found, known
    more, known = _known(only, half, end)
    return [*found, *more], known


def _rule(due: Sequence[datetime], zone: ZoneInfo) -> str:
    """All of one year as days of months: what a person reads in AWX, and what AWX takes."""
    end = datetime(due[0].year, 12, 31, 23, 59, 59, tzinfo=zone).astimezone(UTC)
    parts = [f"DTSTART;TZID={zone.key}:{due[0]:%Y%m%dT%H%M%S}"]
    for (month, hours, minutes), days in _days(due).items():
        at = f"BYMONTH={month};BYMONTHDAY={_list(days)};BYHOUR={_list(hours)};BYMINUTE={_list(minutes)}"
        parts.append(f"RRULE:FREQ=YEARLY;INTERVAL=1;{at};UNTIL={end:%Y%m%dT%H%M%SZ}")
    return " ".join(parts)


def _days(due: Sequence[datetime]) -> Mapping[tuple[int, Numbers, Numbers], list[int]]:
    """Days by month, hours and minutes; every day has all of these hours and minutes."""
    found: dict[tuple[int, Numbers, Numbers], list[int]] = {}
    for day, moments in groupby(due, key=datetime.date):
        for hours, minutes in _times(moments):
            found.setdefault((day.month, hours, minutes), []).append(day.day)
    return found


def _times(moments: Iterable[datetime]) -> Iterator[tuple[Numbers, Numbers]]:
    """Hours of one day that have the same minutes, and these."""
    minutes: dict[int, list[int]] = {}
    for at in moments:
        minutes.setdefault(at.hour, []).append(at.minute)
    hours: dict[Numbers, list[int]] = {}
    for hour, found in minutes.items():
        hours.setdefault(tuple(found), []).append(hour)
    return ((tuple(found), same) for same, found in hours.items())


def _list(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))
