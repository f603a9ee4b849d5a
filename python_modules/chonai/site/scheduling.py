"""The scheduler: starts the runs that are due, once each, and puts on record those that cannot begin any more.

One of all that run on a store does so, by a lease. What it has seen to is known by the lease's mark and by the ids of
runs, which are the same for the same moment: whatever instant it is killed at, the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chonai.calendar.opening import BeyondCalendar
from chonai.change.errors import ChonaiError
from chonai.change.model import ApprovalKind
from chonai.change.ports import Event
from chonai.jobs.catalogue import Catalogue
from chonai.jobs.runs import RunState
from chonai.jobs.schedule import Run, runs
from chonai.site.core import Site
from chonai.site.jobs import catalogue as read_catalogue
from chonai.site.notifying import Telling
from chonai.site.run_ends import settle
from chonai.site.runs import SCHEDULER, Found, ask_scheduled, find
from chonai.store.leases import Lease
from chonai.text.messages import Message, message

LEASE = "scheduler"
LENGTH = timedelta(seconds=90)
OFTEN = timedelta(seconds=20)
"""How long a scheduler sleeps at most. Its lease lasts longer, so that it keeps it."""
BACK = timedelta(days=7)
"""How far it looks back for what it may have missed."""
AGAIN = timedelta(minutes=2)
"""After which a run whose process never began is started once more."""
_SLACK = timedelta(hours=1)


@dataclass(slots=True)
class Scheduler:
    """One scheduler.

    start  starts the process of a run, and returns at once
    tell   is told what happens
    """

    site: Site
    start: Callable[[str], None]
    tell: Callable[[Message], None]
    _telling: Telling = field(init=False)
    _lease: Lease | None = None
    _started: dict[str, datetime] = field(default_factory=dict)
    _over: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._telling = Telling(self.site)

    def tick(self) -> bool:
        """See to all that is due now; False while another scheduler does."""
        now = self.site.now()
        if not self._is_leader():
            return False
        try:
            found = read_catalogue(self.site.settings)
        except ChonaiError as error:
            self._tell_once(error.message, *error.details)
            return True
        for run in self._due(found, now):
            self._see_to(found, run)
        for id_ in self.site.store.runs.ids(since=now - BACK):
            if id_ not in self._over:
                self._try_to_look_after(id_, now)
        if self._lease is not None:
            self._lease = self.site.store.leases.renew(self._lease, LENGTH, mark=now.isoformat())
        return True

    def close(self) -> None:
        """Let another scheduler take over at once, when all who have to know were told."""
        self._telling.wait()
        if self._lease is not None:
            self.site.store.leases.end(self._lease)

    def _is_leader(self) -> bool:
        leases, had = self.site.store.leases, self._lease is not None
        self._lease = leases.renew(self._lease, LENGTH) if self._lease is not None else None
        if self._lease is None:
            self._lease = leases.take(LEASE, SCHEDULER, LENGTH)
            if self._lease is not None or had:
                self.tell(message("runs.leads" if self._lease is not None else "runs.leads_no_more"))
        return self._lease is not None

    def _due(self, found: Catalogue, now: datetime) -> Iterator[Run]:
        """Runs since the mark, each job's by themselves: one of which nobody knows the days keeps no other back."""
        since = self._since(now)
        for name, job in found.jobs.items():
            try:
                only = replace(found, jobs={name: job})
                yield from (run for run in runs(only, since, now + timedelta.resolution) if not run.blackout)
            except BeyondCalendar as beyond:
                self._tell_once(message("runs.beyond", job=name, day=beyond.day.isoformat()))

    def _since(self, now: datetime) -> datetime:
        """A first scheduler has missed nothing. A mark of the future is of a clock that was wrong."""
        mark = self._lease.mark if self._lease is not None else ""
        seen = datetime.fromisoformat(mark) if mark else now
        if seen > now + _SLACK:
            self.tell(message("runs.clock_went_back", mark=seen, now=now))
            seen = now
        return max(seen, now - BACK)

    def _see_to(self, found: Catalogue, run: Run) -> None:
        try:
            ask_scheduled(self.site, found, run.job, run.at)
        except ChonaiError as error:
            if self._tell_once(error.message, *error.details):
                told = {"what": "not_asked", "job": run.job, "due": run.at.isoformat(), "why": error.message.as_json()}
                self.site.note(Event.NOTE, "", SCHEDULER, told)

    def _try_to_look_after(self, id_: str, now: datetime) -> None:
        """One run of which something is wrong keeps no other back."""
        try:
            self._look_after(id_, now)
        except ChonaiError as error:
            self._tell_once(error.message, *error.details)

    def _look_after(self, id_: str, now: datetime) -> None:
        ended = settle(self.site, id_)
        if ended is not None:
            self.tell(message(f"runs.was_{ended.result.value}", id=id_))
        found = find(self.site, id_)
        if ended is not None:
            self._telling.end(found, ended)
        if found.state is RunState.ENDED:
            self._over.add(id_)
        elif found.state is RunState.WAITING and needs_nobody(found) and self._may_start(id_, now):
            self._started[id_] = now
            self.tell(message("runs.starts", id=id_, job=found.request.job))
            self.start(id_)

    def _may_start(self, id_: str, now: datetime) -> bool:
        return id_ not in self._started or now - self._started[id_] > AGAIN

    def _tell_once(self, *told: Message) -> bool:
        text = "\n".join(one.render("en") for one in told)
        is_new = text not in self._told
        if is_new:
            self._told.add(text)
            for one in told:
                self.tell(one)
        return is_new


def needs_nobody(found: Found) -> bool:
    """Whether a run of the schedule begins without anybody."""
    job = found.job
    is_own = found.request.by == SCHEDULER and found.course.result is None
    return is_own and job is not None and not job.watcher and job.approval is ApprovalKind.NONE
