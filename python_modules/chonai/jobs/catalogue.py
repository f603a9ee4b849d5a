"""The catalogue of jobs: one YAML file of the city's (docs/jobs.md), read into values with every fault at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from zoneinfo import ZoneInfo

from chonai.change.model import ApprovalKind
from chonai.jobs.awx.settings import Awx
from chonai.jobs.awx.settings import faults as faults_of_awx
from chonai.jobs.recurrence import NoRecurrence, recurrence
from chonai.policies.reading import read_policy
from chonai.text.messages import Message, message

_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}")
YEARLY = "--"
"""In the place of a year: every year's (ISO 8601:2000 5.2.1.3)."""
_COMMON_YEAR = 2001
MOST_OPENING_DAYS = 23
"""That a month can have."""


class OnClosed(StrEnum):
    """What becomes of a run that falls on a day on which the hall is closed."""

    RUN = "run"
    SKIP = "skip"
    BEFORE = "before"
    AFTER = "after"


class InputType(StrEnum):
    """What may be typed into a form."""

    TEXT = "text"
    FILE = "file"
    DAY = "day"
    MONTH = "month"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Input:
    """A variable of the playbook that a person gives, or that the schedule gives by itself.

    title     over the field of a form
    default   where nobody says anything; `today`, `this_month` and `last_month` are of the day of the run
    pattern   a regular expression that the whole of a text has to match
    """

    title: str
    type: InputType = InputType.TEXT
    required: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a job runs by itself: by an RRULE as AWX takes it, or by the city's opening days. One of both.

    rrule         `DTSTART;TZID=Asia/Tokyo:20260406T060000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO` (RFC 5545)
    opening_day   the nth 開庁日 of a month
    from_end      counted from its end: 1 is the last one
    days_before   so many days before that, whatever days these are
    at            at what time of that day
    months        only in these
    on_closed     what becomes of a run of an RRULE on a day on which the hall is closed
    """

    rrule: str = ""
    opening_day: int = 0
    from_end: bool = False
    days_before: int = 0
    at: str = ""
    months: tuple[int, ...] = ()
    on_closed: OnClosed = OnClosed.RUN

    @property
    def nth(self) -> int:
        """The place of the 開庁日 in its month, from its end below 0."""
        return -self.opening_day if self.from_end else self.opening_day

    @property
    def time(self) -> time:
        """The time of the day."""
        return time.fromisoformat(self.at)

    def is_in(self, month: int) -> bool:
        """Whether it runs in a month."""
        return not self.months or month in self.months


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a run that failed without having refused anything is begun again, and after how long."""

    times: int = 0
    wait: str = "10m"


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told by mail, and of what: `started`, `done`, `failed`, `missed`."""

    to: tuple[str, ...] = ()
    of: tuple[str, ...] = ("failed", "missed")


@dataclass(frozen=True, slots=True)
class Job:
    """One task of an engineer's, as it is run again and again.

    title      what the city calls it
    playbook   in `playbooks/`, without its ending
    limit      hosts, as ansible-playbook takes them
    variables  fixed variables of the playbook
    inputs     variables that are given for a run
    approval   who agrees to a run before it begins. What it changes stands under the site's own rule as ever
    watcher    whether a second person has to follow it (仕様書 3.7(3))
    start_by   how late a run may still begin: one that was missed at night does not begin in the morning
    locks      systems that no other job works on meanwhile
    timeout    after how long a run is stopped
    keep       how long what it leaves is kept
    """

    title: str
    playbook: str
    limit: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, Input] = field(default_factory=dict)
    approval: ApprovalKind = ApprovalKind.NONE
    watcher: bool = False
    schedule: Schedule | None = None
    start_by: str = "1h"
    locks: tuple[str, ...] = ()
    timeout: str = "4h"
    retries: Retries = field(default_factory=Retries)
    notify: Notify = field(default_factory=Notify)
    keep: str = "365d"


@dataclass(frozen=True, slots=True)
class Blackout:
    """A time in which nothing begins by itself: the night of the personnel change, a legal power outage.

    begins, ends  `2026-10-03T18:00`, or every year's `--03-31T17:15`
    but           jobs that run all the same
    """

    title: str
    begins: str
    ends: str
    but: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All jobs by name, and the city's calendar. `closed`, `opened`: days on which the hall is, other than usual.
    `awx`: where they are in AWX.
    """

    jobs: Mapping[str, Job]
    blackouts: tuple[Blackout, ...] = ()
    timezone: str = "Asia/Tokyo"
    closed: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    awx: Awx | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The city's time."""
        return ZoneInfo(self.timezone)


def read_catalogue(data: object) -> Catalogue:
    """The catalogue from plain data. Raises `InputError` with every fault and its path."""
    return read_policy(Catalogue, data, "jobs", _faults)


def duration(text: str) -> timedelta:
    """`30m`, `2h`, `7d`. Raises ValueError."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return int(found[1]) * _UNITS[found[2]]


def boundary(text: str, year: int) -> datetime:
    """The beginning or end of a blackout, in a year where it says none; without a zone. Raises ValueError."""
    whole = f"{year}-{text.removeprefix(YEARLY)}" if text.startswith(YEARLY) else text
    if not _MOMENT.fullmatch(whole):
        raise ValueError(text)
    return datetime.fromisoformat(whole)


def _faults(catalogue: Catalogue, where: str) -> list[Message]:
    found = [*_of_calendar(catalogue, where)]
    for name, job in catalogue.jobs.items():
        path = f"{where}.jobs.{name}"
        if not NAME.fullmatch(name):
            found.append(message("jobs.no_name", path=path))
        found += _of_job(job, path)
    for n, blackout in enumerate(catalogue.blackouts):
        found += _of_blackout(blackout, f"{where}.blackouts[{n}]", catalogue)
    if catalogue.awx is not None:
        found += faults_of_awx(catalogue.awx, f"{where}.awx")
    return found


def _of_calendar(catalogue: Catalogue, where: str) -> Iterator[Message]:
    try:
        ZoneInfo(catalogue.timezone)
    except (ValueError, KeyError, OSError):
        yield message("jobs.no_zone", path=f"{where}.timezone", value=catalogue.timezone)
    for name in ("closed", "opened"):
        for n, day in enumerate(getattr(catalogue, name)):
            yield from _wrong(date.fromisoformat, day, f"{where}.{name}[{n}]", "jobs.no_day")


def _of_job(job: Job, path: str) -> Iterator[Message]:
    for name in ("start_by", "timeout", "keep"):
        yield from _wrong(duration, getattr(job, name), f"{path}.{name}", "jobs.no_duration")
    yield from _wrong(duration, job.retries.wait, f"{path}.retries.wait", "jobs.no_duration")
    for name, given in job.inputs.items():
        yield from _of_input(given, f"{path}.inputs.{name}", is_scheduled=job.schedule is not None)
        if name in job.variables:
            yield message("jobs.input_twice", path=f"{path}.inputs.{name}")
    if job.schedule is not None:
        yield from _of_schedule(job.schedule, f"{path}.schedule")


def _of_input(given: Input, path: str, *, is_scheduled: bool) -> Iterator[Message]:
    if (given.type is InputType.CHOICE) != bool(given.choices):
        yield message("jobs.choices", path=path)
    elif given.choices and given.default and given.default not in given.choices:
        yield message("jobs.default_no_choice", path=path, value=given.default)
    if given.type is InputType.NUMBER and given.default:
        yield from _wrong(int, given.default, f"{path}.default", "jobs.no_number")
    yield from _wrong(re.compile, given.pattern, f"{path}.pattern", "jobs.no_pattern")
    if is_scheduled and given.required and not given.default:
        yield message("jobs.nobody_types", path=path)


def _of_schedule(schedule: Schedule, path: str) -> Iterator[Message]:
    if bool(schedule.rrule) == bool(schedule.opening_day):
        yield message("jobs.one_schedule", path=path)
    if schedule.rrule:
        try:
            recurrence(schedule.rrule)
        except NoRecurrence as wrong:
            yield message("jobs.no_rrule", path=f"{path}.rrule", value=schedule.rrule, why=str(wrong))
        used = [name for name in ("from_end", "days_before", "at", "months") if getattr(schedule, name)]
    else:
        if not 0 <= schedule.opening_day <= MOST_OPENING_DAYS:
            yield message("jobs.no_opening_day", path=f"{path}.opening_day", value=schedule.opening_day)
        if not _TIME.fullmatch(schedule.at):
            yield message("jobs.no_time", path=f"{path}.at", value=schedule.at)
        if strange := [month for month in schedule.months if not 1 <= month <= 12]:
            yield message("jobs.no_month", path=f"{path}.months", value=strange[0])
        used = ["on_closed"] if schedule.on_closed is not OnClosed.RUN else []
    for name in used:
        yield message("jobs.other_schedule", path=f"{path}.{name}")


def _of_blackout(blackout: Blackout, path: str, catalogue: Catalogue) -> Iterator[Message]:
    sides = {"begins": blackout.begins, "ends": blackout.ends}
    found = (_wrong(_some_boundary, text, f"{path}.{name}", "jobs.no_moment") for name, text in sides.items())
    wrong = list(chain.from_iterable(found))
    yield from wrong
    if len({text.startswith(YEARLY) for text in sides.values()}) > 1:
        yield message("jobs.half_yearly", path=path)
    elif not wrong and not blackout.begins.startswith(YEARLY) and blackout.ends <= blackout.begins:
        yield message("jobs.ends_before", path=path)
    for name in blackout.but:
        if name not in catalogue.jobs:
            yield message("jobs.no_such_job", path=f"{path}.but", value=name, known=", ".join(catalogue.jobs))


def _some_boundary(text: str) -> datetime:
    return boundary(text, _COMMON_YEAR)


def _wrong(parse: Callable[[str], object], text: str, path: str, code: str) -> Iterator[Message]:
    try:
        parse(text)
    except (ValueError, re.error):
        yield message(code, path=path, value=text)
