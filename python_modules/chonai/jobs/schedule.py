"""When jobs run: their schedules in the city's calendar, and what blackouts take out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from heapq import merge
from zoneinfo import ZoneInfo

from chonai.calendar.opening import OpeningDays
from chonai.jobs.catalogue import Blackout, Catalogue, Job, OnClosed, Schedule, boundary, duration
from chonai.jobs.recurrence import between

_REACH = timedelta(days=14)
"""How far a run is moved from the day of its rule at most: no hall is closed for longer."""

_MONTH = timedelta(days=35)


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """One run that is due: when, of which job, how late it may still begin; and the blackout that it falls into."""

    at: datetime
    job: str
    start_by: datetime
    blackout: str = ""


def hall(catalogue: Catalogue) -> OpeningDays:
    """The city's opening days."""
    days = (frozenset(map(date.fromisoformat, given)) for given in (catalogue.closed, catalogue.opened))
    return OpeningDays(*days)


def runs(catalogue: Catalogue, since: datetime, until: datetime) -> Iterator[Run]:
    """All runs that are due in [since, until), in their order; those that a blackout takes out say so. Raises
    BeyondCalendar where that asks for days that nobody knows yet.
    """
    opening = hall(catalogue)
    return merge(*(_runs(catalogue, name, job, opening, since, until) for name, job in catalogue.jobs.items()))


def latest(catalogue: Catalogue, name: str, now: datetime) -> Run | None:
    """The last run of a job that was due, now or in the month before. Raises BeyondCalendar."""
    only = replace(catalogue, jobs={name: catalogue.jobs[name]})
    found = list(runs(only, now - _MONTH, now + timedelta.resolution))
    return found[-1] if found else None


def _runs(
    catalogue: Catalogue, name: str, job: Job, opening: OpeningDays, since: datetime, until: datetime
) -> Iterator[Run]:
    if job.schedule is None:
        return
    if job.schedule.rrule:
        due = _by_rule(job.schedule, opening, since, until)
    else:
        due = _by_opening_day(job.schedule, opening, catalogue.zone, since, until)
    for at in due:
        stopped = [one.title for one in catalogue.blackouts if name not in one.but and _covers(one, at, catalogue)]
        yield Run(at, name, at + duration(job.start_by), stopped[0] if stopped else "")


def _by_rule(schedule: Schedule, opening: OpeningDays, since: datetime, until: datetime) -> Iterator[datetime]:
    """Moved runs may come from outside of the time that is asked for, and two may meet."""
    if schedule.on_closed is OnClosed.RUN:
        yield from between(schedule.rrule, since, until)
        return
    first = since - _REACH if schedule.on_closed is OnClosed.AFTER else since
    last = until + _REACH if schedule.on_closed is OnClosed.BEFORE else until
    moved = (_moved(at, schedule.on_closed, opening) for at in between(schedule.rrule, first, last))
    yield from sorted({at for at in moved if at is not None and since <= at < until})


def _moved(at: datetime, on_closed: OnClosed, opening: OpeningDays) -> datetime | None:
    if opening.is_open(at.date()):
        return at
    if on_closed is OnClosed.SKIP:
        return None
    day = opening.before(at.date()) if on_closed is OnClosed.BEFORE else opening.after(at.date())
    return datetime.combine(day, at.timetz())


def _by_opening_day(
    schedule: Schedule, opening: OpeningDays, zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[datetime]:
    early = timedelta(days=schedule.days_before)
    last = (until + early - timedelta.resolution).astimezone(zone).date()
    month = (since + early).astimezone(zone).date().replace(day=1)
    while month <= last:
        day = opening.nth(month.year, month.month, schedule.nth) if schedule.is_in(month.month) else None
        if day is not None:
            at = datetime.combine(day - early, schedule.time, zone)
            if since <= at < until:
                yield at
        month = (month + timedelta(days=31)).replace(day=1)


def _covers(blackout: Blackout, at: datetime, catalogue: Catalogue) -> bool:
    """A yearly one may reach over the new year."""
    local = at.astimezone(catalogue.zone).replace(tzinfo=None)
    for year in (local.year - 1, local.year):
        begins, ends = boundary(blackout.begins, year), boundary(blackout.ends, year)
        if ends <= begins:
            ends = boundary(blackout.ends, year + 1)
        if begins <= local < ends:
            return True
    return False
