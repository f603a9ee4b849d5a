"""The city's jobs: what there is, and when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from chonai.calendar.opening import LAST_YEAR, BeyondCalendar
from chonai.change.errors import InputError, Refused, UsageError
from chonai.jobs.catalogue import Catalogue, Job, read_catalogue
from chonai.jobs.schedule import Run, latest, runs
from chonai.reports.jobs import JobRow, RunRow
from chonai.site.settings import SiteSettings
from chonai.site.site_file import load
from chonai.text.messages import Message, message

PLAYBOOKS = "playbooks"


def catalogue(settings: SiteSettings) -> Catalogue:
    """The catalogue that the site file names. Raises `UsageError` where it names none, `InputError` with every fault in
    it, playbooks that there are not among them.
    """
    if settings.jobs is None:
        raise UsageError("jobs.no_catalogue")
    status = settings.jobs.stat() if settings.jobs.is_file() else None
    found = _read(settings.jobs, (status.st_ino, status.st_size, status.st_mtime_ns) if status else ())
    if missing := list(_missing(found, settings.root)):
        raise InputError("policy.wrong", details=missing, where="jobs", count=len(missing))
    return found


@lru_cache(maxsize=4)
def _read(path: Path, _as_of: tuple[int, ...]) -> Catalogue:
    """Read again only when it was written meanwhile: whoever looks at many runs would wait for the YAML alone."""
    return read_catalogue(_plain(load(path)))


def show(settings: SiteSettings, name: str, now: datetime, count: int) -> JobRow:
    """One job, with its next runs. Raises `UsageError` for one that there is not, and as `catalogue` does."""
    found = catalogue(settings)
    known(found, name)
    return _job_row(found, name, now, count)


def list_(settings: SiteSettings, now: datetime, count: int) -> list[JobRow]:
    """All jobs, each with its next runs. Raises as `catalogue` does."""
    found = catalogue(settings)
    return [_job_row(found, name, now, count) for name in found.jobs]


def between(settings: SiteSettings, since: date, days: int) -> list[RunRow]:
    """All runs of some days, those that a blackout takes out among them. Raises `UsageError` for days that the
    calendar does not know, and as `catalogue` does.
    """
    found = catalogue(settings)
    first = datetime(since.year, since.month, since.day, tzinfo=found.zone)
    try:
        return [_row(found, run) for run in runs(found, first, first + timedelta(days=days))]
    except BeyondCalendar as beyond:
        raise _beyond(beyond) from beyond


def due(settings: SiteSettings, name: str, now: datetime) -> Run:
    """The run of a job for which it is time now. Raises `Refused` where there is none, it is too late for it, or a
    blackout takes it out; `UsageError` where nobody knows, and as `catalogue` does.
    """
    found = catalogue(settings)
    if known(found, name).schedule is None:
        raise Refused("awx.no_schedule", value=name)
    try:
        run = latest(found, name, now)
    except BeyondCalendar as beyond:
        raise _beyond(beyond) from beyond
    if run is None:
        raise Refused("awx.never_due", value=name)
    if run.start_by < now:
        raise Refused("awx.not_due", value=name, at=run.at, start_by=run.start_by)
    if run.blackout:
        raise Refused("awx.in_blackout", value=name, at=run.at, blackout=run.blackout)
    return run


def known(found: Catalogue, name: str) -> Job:
    """A job by its name. Raises `UsageError` for one that there is not."""
    if name not in found.jobs:
        raise UsageError("jobs.no_such_job", path=name, value=name, known=", ".join(found.jobs) or "-")
    return found.jobs[name]


def _beyond(beyond: BeyondCalendar) -> UsageError:
    return UsageError("jobs.beyond", day=beyond.day.isoformat(), last=LAST_YEAR)


def _plain(data: object) -> object:
    """YAML makes days of what looks like one."""
    if isinstance(data, Mapping):
        return {name: _plain(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    return data.isoformat() if isinstance(data, date) else data


def _missing(found: Catalogue, root: Path) -> list[Message]:
    return [
        message("jobs.no_playbook", path=f"jobs.jobs.{name}.playbook", value=job.playbook)
        for name, job in found.jobs.items()
        if not (root / PLAYBOOKS / f"{job.playbook}.yml").is_file()
    ]


def _next(found: Catalogue, name: str, now: datetime, count: int) -> list[Run]:
    """The next runs that no blackout takes out, as far as the calendar knows."""
    only = replace(found, jobs={name: found.jobs[name]})
    due: list[Run] = []
    end = datetime(LAST_YEAR + 1, 1, 1, tzinfo=found.zone)
    try:
        for run in runs(only, now, end):
            if not run.blackout:
                due.append(run)
            if len(due) == count:
                break
    except BeyondCalendar:
        pass
    return due


def _job_row(found: Catalogue, name: str, now: datetime, count: int) -> JobRow:
    job = found.jobs[name]
    return JobRow(
        name=name,
        title=job.title,
        playbook=job.playbook,
        approval=job.approval.value,
        watcher=job.watcher,
        schedule=_told(job),
        inputs=tuple((name, given.title, given.default) for name, given in job.inputs.items()),
        next=tuple(run.at.astimezone(found.zone) for run in _next(found, name, now, count)),
        start_by=job.start_by,
        timeout=job.timeout,
        locks=job.locks,
    )


def _told(job: Job) -> Message | str:
    """When it runs, in words; an RRULE as it stands."""
    schedule = job.schedule
    if schedule is None:
        return ""
    if schedule.rrule:
        return schedule.rrule.partition("RRULE:")[2]
    code = "jobs.when_from_end" if schedule.from_end else "jobs.when"
    early = message("jobs.when_before", days=schedule.days_before) if schedule.days_before else ""
    return message(code, n=schedule.opening_day, at=schedule.at, early=early)


def _row(found: Catalogue, run: Run) -> RunRow:
    job = found.jobs[run.job]
    return RunRow(run.at.astimezone(found.zone), run.job, job.title, run.start_by.astimezone(found.zone), run.blackout)
