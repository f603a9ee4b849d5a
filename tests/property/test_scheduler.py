"""The scheduler over a year of the city's calendar: each run at its time, none twice, whatever it is killed at."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chonai.change.ports import Event
from chonai.jobs.runs import Result, scheduled_id
from chonai.site import Site, find_site
from chonai.site.run_reports import line
from chonai.site.scheduling import LEASE, LENGTH, Scheduler
from chonai.site.settings import SiteSettings
from chonai.store import Store
from chonai.text.messages import Message
from tests.jobs.city import City, make_city
from tests.jobs.year import LATE, Year, begin_and_end
from tests.killing import killed

JST = ZoneInfo("Asia/Tokyo")
BEGIN, END = datetime(2026, 4, 1, tzinfo=JST), datetime(2027, 4, 1, tzinfo=JST)
KILLS = 100
PLAYBOOK = "- hosts: all\n  tasks: []\n"
WEEKLY = "DTSTART;TZID=Asia/Tokyo:20260406T060000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO"
DAILY = "DTSTART;TZID=Asia/Tokyo:20260401T233000 RRULE:FREQ=DAILY;INTERVAL=1"
JOBS = {
    "audit": {"schedule": {"rrule": WEEKLY, "on_closed": "after"}, "start_by": "30m"},
    "backup": {"schedule": {"rrule": DAILY}},
    "report": {"schedule": {"opening_day": 1, "at": "09:00"}, "start_by": "4h"},
    "clean": {"schedule": {"opening_day": 8, "at": "18:00"}},
    "close": {"schedule": {"opening_day": 1, "from_end": True, "at": "17:30"}},
    "eve": {"schedule": {"opening_day": 1, "days_before": 1, "at": "17:00"}},
    "watched": {"schedule": {"opening_day": 3, "at": "10:00"}, "watcher": True},
}
BLACKOUTS = [
    {"title": "年度替わり", "begins": "--03-31T17:15", "ends": "--04-01T12:00"},
    {"title": "年末年始", "begins": "--12-28T17:15", "ends": "--01-04T08:30", "but": ["backup"]},
]


@pytest.fixture
def city(tmp_path: Path) -> City:
    made = make_city(tmp_path)
    made.playbook("none", PLAYBOOK)
    made.jobs(**{name: {"playbook": "none", **job} for name, job in JOBS.items()})
    text = (tmp_path / "jobs.yml").read_text()
    (tmp_path / "jobs.yml").write_text(f'{text[:-1]}, "blackouts": {BLACKOUTS}}}'.replace("'", '"'))
    return made


@pytest.fixture
def settings(city: City) -> SiteSettings:
    found = find_site(city.environment, city.root)
    Store.open(city.store).close()
    return found


def begun(site: Site) -> Counter[str]:
    """How often each run was begun."""
    rows = site.store.journal.rows()
    return Counter(row.entry.change_set for row in rows if row.entry.event is Event.RUN_STARTED)


@pytest.mark.timeout(300)
def test_a_year_of_runs_with_a_scheduler_that_is_killed_again_and_again(settings: SiteSettings, tmp_path: Path) -> None:
    year, chance = Year(settings, tmp_path / "clock", BEGIN, END), random.Random(20260401)
    kills = 0
    while kills < KILLS:
        kills += killed(year.go_on, chance.uniform(0.02, 0.12))
    year.go_on()
    unattended = {scheduled_id(run.job, run.at): run for run in year.expected() if run.job != "watched"}
    with Site(settings, year.now) as site:
        site.store.journal.verify()
        times = begun(site)
        runs = {id_: line(site, id_) for id_ in site.store.runs.ids()}
        starts = {
            row.entry.change_set: row.entry.at
            for row in site.store.journal.rows()
            if row.entry.event is Event.RUN_STARTED
        }
    assert times.keys() == unattended.keys()
    assert max(times.values()) == 1
    assert all(run.at <= starts[id_] <= run.start_by for id_, run in unattended.items())
    attended = [run for run in runs.values() if run.job == "watched"]
    assert {run.result for run in attended} == {Result.MISSED.value}
    assert len(attended) == 12
    assert len(runs) == len(unattended) + 12
    results = Counter(runs[id_].result for id_ in unattended)
    assert results[Result.DONE.value] + results[Result.INTERRUPTED.value] == len(unattended)


class Moved:
    """A clock that a test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def scheduler(site: Site, told: list[str]) -> Scheduler:
    def tell(one: Message) -> None:
        told.append(one.code)

    return Scheduler(site, lambda id_: begin_and_end(site, id_), tell)


def test_of_two_schedulers_one_leads_until_it_is_gone(settings: SiteSettings) -> None:
    clock, told = Moved(BEGIN + timedelta(hours=20)), list[str]()
    with Site(settings, clock) as site:
        first, second = scheduler(site, told), scheduler(site, told)
        assert (first.tick(), second.tick()) == (True, False)
        clock.at += LENGTH + timedelta(seconds=1)
        assert (second.tick(), first.tick()) == (True, False)
        second.close()
        assert first.tick()
    assert told == ["runs.leads", "runs.leads", "runs.leads_no_more", "runs.leads"]


def test_what_was_due_while_nobody_looked_is_missed_and_not_done_late(settings: SiteSettings) -> None:
    clock = Moved(datetime(2026, 4, 4, 12, 0, tzinfo=JST))
    with Site(settings, clock) as site:
        scheduler(site, []).tick()
        clock.at = datetime(2026, 4, 6, 6, 31, tzinfo=JST)
        told = list[str]()
        late = scheduler(site, told)
        late.tick()
        found = {line(site, id_).job: line(site, id_).result for id_ in site.store.runs.ids()}
        assert begun(site) == Counter()
    assert found == {"audit": "missed", "backup": "missed"}


def test_a_clock_that_was_wrong_for_a_while_silences_nothing(settings: SiteSettings) -> None:
    clock, told = Moved(datetime(2026, 4, 4, 12, 0, tzinfo=JST)), list[str]()
    with Site(settings, clock) as site:
        own = scheduler(site, told)
        own.tick()
        clock.at = datetime(2027, 1, 10, 12, 0, tzinfo=JST)
        own.tick()
        clock.at = datetime(2026, 4, 4, 12, 1, tzinfo=JST)
        own.tick()
        clock.at = datetime(2026, 4, 4, 23, 30, tzinfo=JST) + LATE
        own.tick()
        assert begun(site)[scheduled_id("backup", datetime(2026, 4, 4, 23, 30, tzinfo=JST))] == 1
    assert "runs.clock_went_back" in told


def test_days_that_nobody_knows_keep_back_their_own_job_alone(settings: SiteSettings) -> None:
    clock, told = Moved(datetime(2027, 12, 31, 12, 0, tzinfo=JST)), list[str]()
    with Site(settings, clock) as site:
        own = scheduler(site, told)
        own.tick()
        clock.at = datetime(2028, 1, 5, 23, 31, tzinfo=JST)
        own.tick()
        jobs = {line(site, id_).job for id_ in site.store.runs.ids()}
    assert "backup" in jobs
    assert "runs.beyond" in told


def test_a_catalogue_that_is_broken_is_told_once_and_read_again(settings: SiteSettings, tmp_path: Path) -> None:
    clock, told = Moved(datetime(2026, 4, 4, 12, 0, tzinfo=JST)), list[str]()
    whole = (tmp_path / "jobs.yml").read_text()
    with Site(settings, clock) as site:
        own = scheduler(site, told)
        own.tick()
        (tmp_path / "jobs.yml").write_text("jobs: [")
        clock.at = datetime(2026, 4, 4, 23, 31, tzinfo=JST)
        own.tick()
        own.tick()
        (tmp_path / "jobs.yml").write_text(whole)
        own.tick()
        assert sum(begun(site).values()) == 1
        holder = site.store.leases.holder(LEASE)
    assert holder is not None
    assert len(told) == len(set(told))
