"""Carries out a run of a job: people and locks first, then its playbook, watched over until its end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from typing import Protocol

from chonai.change.errors import Fault, InputError, LockHeld, Refused
from chonai.change.ports import Event
from chonai.jobs.catalogue import Job, duration
from chonai.jobs.runs import Result
from chonai.runner.playbook import Ending, Order, Playbook
from chonai.runner.redaction import Redaction
from chonai.site.control import Control, Wanted
from chonai.site.core import Crew, Site
from chonai.site.inventory import Inventory
from chonai.site.jobs import PLAYBOOKS
from chonai.site.notifying import Telling
from chonai.site.recording import Recording
from chonai.site.run_ends import Ended, end, worker
from chonai.site.run_folders import left_at_work, workspace
from chonai.site.run_people import crew_of
from chonai.site.runs import ALONE, RUN, SCHEDULER, WATCH, Found, find
from chonai.site.secret_values import secret_values
from chonai.text.messages import Message, message

LOGS = "var/runs"
_POLL = 0.5
_WAIT = 2.0
GRACE, LAST_GRACE = timedelta(seconds=60), timedelta(seconds=70)
"""After which a playbook that is to stop is ended by a signal, and after which it is killed."""


class Audience(Protocol):
    """Who follows a run at its own terminal."""

    def line(self, text: str) -> None:
        """A line of the playbook."""

    def tell(self, told: Message) -> None:
        """What becomes of the run itself."""

    def wants_stop(self) -> bool:
        """Whether whoever started it wants it to stop."""


def carry_out(site: Site, id_: str, audience: Audience) -> Ended:
    """Do a run, or do it again where it has ended otherwise than well. Its end is on record when this returns.

    Raises `Refused` for one that is done or under way, and where people or an approval are missing that nobody waits
    for: nothing is on record then.
    """
    with site.store.locks.hold(f"{RUN}{id_}", worker(site, id_), id_):
        found = find(site, id_)
        _refuse_done(found)
        if found.course.is_begun:  # by a process that has gone: whoever was there has to come again
            end(site, id_, Ended(Result.INTERRUPTED))
        try:
            _refuse_altered(found)
            crew = _await_people(site, id_, audience)
            with ExitStack() as held:
                _await_locks(site, find(site, id_), crew, held, audience)
                _await_left_over(site, find(site, id_), audience)
                with Telling(site) as telling:
                    telling.start(found)
                    ended = _attempts(site, find(site, id_), crew, audience)
        except _Late as late:
            ended = Ended(Result.MISSED, late.why)
        except _GivenUp:
            ended = Ended(Result.CANCELLED)
        except Fault as fault:
            _end(site, id_, Ended(Result.FAILED, fault.message))
            raise
        _end(site, id_, ended)
        _rotate(site, found)
    return ended


def _end(site: Site, id_: str, ended: Ended) -> None:
    end(site, id_, ended)
    with Telling(site) as telling:
        telling.end(find(site, id_), ended)


def _rotate(site: Site, found: Found) -> None:
    """Remove logs of this job's runs that have been kept for long enough."""
    old = (site.now() - duration(found.must_job.keep)).timestamp()
    own = set(site.store.runs.ids(job=found.request.job))
    for log in (site.settings.root / LOGS).glob("*.log.gz"):
        with suppress(FileNotFoundError):
            if log.name.rpartition("-")[0] in own and log.stat().st_mtime < old:
                log.unlink()


class _Late(Exception):
    def __init__(self, why: Message) -> None:
        self.why = why


class _GivenUp(Exception):
    pass


def _refuse_done(found: Found) -> None:
    if found.course.result in (Result.DONE, Result.MISSED):
        raise Refused("runs.over", id=found.request.id, result=Message(f"runs.result_{found.course.result}"))


def _refuse_altered(found: Found) -> None:
    if found.course.digest != found.request.digest:
        raise Fault("runs.altered", id=found.request.id)


def _await_people(site: Site, id_: str, audience: Audience) -> Crew:
    """Wait until all who are needed have come, as long as the run may still begin."""
    told: tuple[Message, ...] = ()
    while True:
        found = find(site, id_)
        try:
            crew = crew_of(site, found)
            _refuse_unwatched(site, found)
            _refuse_late(site, found)
            return crew
        except Refused as refused:
            if refused.message.code != "runs.not_ready":
                raise
            _refuse_late(site, found, refused.details)
            if tuple(refused.details) != told:
                for one in refused.details:
                    audience.tell(one)
                told = tuple(refused.details)
        _pause(site, id_, audience)


def _refuse_unwatched(site: Site, found: Found) -> None:
    """A watcher has to be there, and not only to have signed."""
    if found.must_job.watcher and not _is_watched(site, found.request.id):
        lacks = message("runs.lacks_watcher", id=found.request.id)
        raise Refused("runs.not_ready", details=[lacks], id=found.request.id, count=1)


def _is_watched(site: Site, id_: str) -> bool:
    return site.store.leases.holder(f"{WATCH}{id_}") is not None


def _refuse_late(site: Site, found: Found, lacking: Sequence[Message] = ()) -> None:
    """A run that the schedule wanted does not begin after its time."""
    start_by = found.request.start_by
    if start_by is not None and site.now() > start_by and found.is_fresh:
        raise _Late(lacking[0] if lacking else message("runs.late", id=found.request.id, start_by=start_by))


def _pause(site: Site, id_: str, audience: Audience) -> None:
    ordered = site.store.runs.ordered(id_)
    if audience.wants_stop() or (ordered is not None and ordered.wanted == Wanted.STOP):
        raise _GivenUp
    time.sleep(_WAIT)


def _await_locks(site: Site, found: Found, crew: Crew, held: ExitStack, audience: Audience) -> None:
    """Hold all systems that the job wants for itself, in one order, or wait holding none."""
    told = ""
    while True:
        try:
            with ExitStack() as tried:
                for system in sorted(found.must_job.locks):
                    tried.enter_context(site.store.locks.hold(f"{ALONE}{system}", crew.operator, found.request.id))
                held.enter_context(tried.pop_all())
            return
        except LockHeld as other:
            if other.render() != told:
                audience.tell(other.message)
                told = other.render()
            _refuse_late(site, found, [other.message])
        _pause(site, found.request.id, audience)


def _await_left_over(site: Site, found: Found, audience: Audience) -> None:
    """Wait for the last step of a playbook whose run's process was killed: two would work on the same."""
    told = None
    while other := left_at_work(found.request.id, found.must_job.locks):
        left = message("runs.left_over", id=other)
        if other != told:
            audience.tell(left)
            told = other
        _refuse_late(site, found, [left])
        _pause(site, found.request.id, audience)


def _attempts(site: Site, found: Found, crew: Crew, audience: Audience) -> Ended:
    """The run, begun again as often as its job allows where it failed without being refused."""
    job, id_ = found.must_job, found.request.id
    try:
        redact = Redaction(_secrets(site))
    except InputError as error:  # told in the history: of a run that began by itself nobody would see it
        return Ended(Result.FAILED, error.message)
    rule = {"approval": job.approval.value, "watcher": job.watcher}
    before: Mapping[str, object] = {}
    for tried in range(job.retries.times + 1):
        attempt = find(site, id_).course.attempts + 1
        people = {"operator": crew.operator, "watcher": crew.watcher}
        told = {
            "attempt": attempt,
            **people,
            "rule": rule,
            "playbook": job.playbook,
            "host": os.uname().nodename,
            **before,
        }
        site.note(Event.RUN_STARTED, id_, crew.operator, told)
        ended = _Attempt(site, found, crew, attempt, redact, audience).made()
        if ended.result is not Result.FAILED or tried == job.retries.times:
            return ended
        before = {"after": ended.result.value}
        audience.tell(message("runs.again", wait=job.retries.wait, left=job.retries.times - tried))
        until = site.now() + duration(job.retries.wait)
        while site.now() < until:
            _pause(site, id_, audience)
    return ended


def _secrets(site: Site) -> frozenset[str]:
    """Raises `InputError` for an inventory that cannot be read."""
    from ansible.errors import AnsibleError

    inventory = site.settings.inventory
    folder = inventory if inventory.is_dir() else inventory.parent
    try:
        return secret_values(Inventory(inventory), folder, site.settings.root / PLAYBOOKS, store_url=site.store_url)
    except AnsibleError as error:
        raise InputError("runs.no_inventory", cause=" ".join(str(error).split())) from error


class _Attempt:
    """One start of the playbook, to its end."""

    def __init__(
        self, site: Site, found: Found, crew: Crew, attempt: int, redact: Redaction, audience: Audience
    ) -> None:
        self.site, self.found, self.crew, self.attempt = site, found, crew, attempt
        self.redact, self.audience = redact, audience
        self.began = site.now()
        self.stopped_at: datetime | None = None
        self.is_timed_out = False
        self.paused_for: Message | None = None

    @property
    def id(self) -> str:
        return self.found.request.id

    @property
    def job(self) -> Job:
        return self.found.must_job

    def made(self) -> Ended:
        log = self.site.settings.root / LOGS / f"{self.id}-{self.attempt}.log.gz"
        recording = Recording(self.site.store, self.id, self.crew.operator, log, self.redact, self.site.now)
        with workspace(self.id, self.job.locks) as folder, recording:
            control = Control(folder)
            control.set(Wanted.GO)
            with Playbook(self._order(), folder) as playbook:
                while not playbook.is_over:
                    for kind, text in playbook.said(_POLL):
                        if kind == "line":
                            recording.line(text, self.audience.line)
                        else:
                            recording.event(text)
                    recording.write_when_due()
                    self._watch_over(control, playbook, recording)
                ending = playbook.ending
        return self._ended(ending, recording)

    def _order(self) -> Order:
        people = {"operator": self.crew.operator} if self.crew.operator != SCHEDULER else {}
        if self.crew.watcher:
            people["watcher"] = self.crew.watcher
        root, job = self.site.settings.root, self.job
        return Order(
            project=root,
            playbook=root / PLAYBOOKS / f"{job.playbook}.yml",
            inventory=self.site.settings.inventory,
            variables={**self.found.request.values, **people},
            limit=job.limit,
            timeout=duration(job.timeout) + LAST_GRACE,
        )

    def _watch_over(self, control: Control, playbook: Playbook, recording: Recording) -> None:
        """Pass on what people want; pause while nobody watches; end what stops too slowly."""
        if self.stopped_at is not None:
            self._hasten(playbook, recording)
            return
        now, ordered = self.site.now(), self.site.store.runs.ordered(self.id)
        self.is_timed_out = now - self.began > duration(self.job.timeout)
        if self.is_timed_out or self.audience.wants_stop() or (ordered and ordered.wanted == Wanted.STOP):
            self.stopped_at = now
            control.set(Wanted.STOP)
            self.audience.tell(message("runs.stopping"))
            return
        self._pause_or_go(control, self._reason(ordered.who if ordered and ordered.wanted == Wanted.PAUSE else None))

    def _reason(self, who: str | None) -> Message | None:
        """Why the run is to pause."""
        if who is not None:
            return message("runs.paused_by", who=who)
        if self.job.watcher and not _is_watched(self.site, self.id):
            return message("runs.watcher_lost", who=self.crew.watcher)
        return None

    def _pause_or_go(self, control: Control, reason: Message | None) -> None:
        if reason == self.paused_for:
            return
        if reason is None:
            control.set(Wanted.GO)
            self.site.note(Event.RUN_CONTINUED, self.id, self.crew.operator, {})
            self.audience.tell(message("runs.continued"))
        else:
            control.set(Wanted.PAUSE)
            self.site.note(Event.RUN_PAUSED, self.id, self.crew.operator, {"why": reason.as_json()})
            self.audience.tell(reason)
        self.paused_for = reason

    def _hasten(self, playbook: Playbook, recording: Recording) -> None:
        waited = self.site.now() - (self.stopped_at or self.began)
        if waited > LAST_GRACE:
            playbook.kill()
        elif waited > GRACE and recording.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(recording.pid, signal.SIGTERM)
            recording.pid = None

    def _ended(self, ending: Ending, recording: Recording) -> Ended:
        if ending.code == 0 and recording.steps:  # also of one that was to stop at its last step
            return Ended(Result.DONE)
        if self.is_timed_out or ending.status == "timeout":
            return Ended(Result.TIMED_OUT, message("runs.timed_out", timeout=self.job.timeout))
        if self.stopped_at is not None:
            return Ended(Result.CANCELLED)
        if ending.code == 0:
            return Ended(Result.FAILED, message("runs.nothing_ran"))
        result = Result.REFUSED if recording.is_refused else Result.FAILED
        return Ended(result, message("runs.failed", failures=recording.failures, code=ending.code))
