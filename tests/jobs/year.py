"""A year of the scheduler on a clock of its own, which whoever goes on after a kill finds where it stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from chonai.change.ports import Event
from chonai.jobs.runs import Result
from chonai.jobs.schedule import Run, runs
from chonai.site import Site
from chonai.site.jobs import catalogue
from chonai.site.runs import RUN, SCHEDULER
from chonai.site.scheduling import Scheduler
from chonai.site.settings import SiteSettings

STRIDE = timedelta(hours=8)
LATE = timedelta(minutes=3)
"""How long after a run is due the scheduler happens to look."""


@dataclass(frozen=True, slots=True)
class Year:
    """The scheduler of a city, from one moment to another."""

    settings: SiteSettings
    clock: Path
    begin: datetime
    end: datetime

    def now(self) -> datetime:
        return datetime.fromisoformat(self.clock.read_text()) if self.clock.exists() else self.begin

    def expected(self) -> list[Run]:
        """What the catalogue says, blackouts taken out."""
        return [run for run in runs(catalogue(self.settings), self.begin, self.end) if not run.blackout]

    def go_on(self) -> None:
        """Let the scheduler see to the rest of the year."""
        dues = [run.at + LATE for run in self.expected()]
        with Site(self.settings, self.now) as site:
            site.store.journal.head()
            scheduler = Scheduler(site, lambda id_: begin_and_end(site, id_), lambda told: None)
            for moment in moments(dues, self.now(), self.end):
                scheduler.tick()
                self._set(moment)
            scheduler.tick()

    def _set(self, moment: datetime) -> None:
        new = self.clock.with_suffix(".new")
        new.write_text(moment.isoformat())
        new.rename(self.clock)


def moments(dues: list[datetime], now: datetime, end: datetime) -> Iterator[datetime]:
    """When the scheduler looks: soon after each run is due, and a few times a day."""
    while now < end:
        now = min([due for due in dues if due > now] + [now + STRIDE, end])
        yield now


def begin_and_end(site: Site, id_: str) -> None:
    """What the process of a run puts on record, without any playbook."""
    with site.store.locks.hold(f"{RUN}{id_}", SCHEDULER, id_):
        told = {"attempt": 1, "operator": SCHEDULER, "watcher": None, "playbook": "none", "host": "here"}
        site.note(Event.RUN_STARTED, id_, SCHEDULER, told)
        site.note(Event.RUN_ENDED, id_, SCHEDULER, {"result": Result.DONE.value})
