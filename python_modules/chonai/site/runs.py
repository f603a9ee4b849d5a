"""Runs of jobs: asked for, each once, and found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chonai.change.errors import ChonaiError, Fault, InputError, Refused
from chonai.change.ports import Entry, Event
from chonai.jobs.catalogue import Catalogue, InputType, Job, duration
from chonai.jobs.inputs import filled
from chonai.jobs.runs import MARK, Course, Request, RunState, request_of, scheduled_id
from chonai.site.core import Site, new_id
from chonai.site.jobs import catalogue as read_catalogue
from chonai.site.jobs import known
from chonai.text.messages import message

SCHEDULER = "scheduler"
"""Who asks for runs of the schedule, and runs those that need nobody."""
WATCH, RUN, ALONE = "watch/", "run/", "job/"
"""What stands before a run's or a system's name in the names of leases and locks."""


@dataclass(frozen=True, slots=True)
class Found:
    """A run with all that is known of it. `job` is None where the catalogue has it no more, or cannot be read
    (`fault`): what has happened can be told nevertheless.
    """

    request: Request
    course: Course
    state: RunState
    job: Job | None
    fault: ChonaiError | None = None

    @property
    def must_job(self) -> Job:
        """The job; raises `Refused` where it is gone, and what is wrong with a catalogue that cannot be read."""
        if self.fault is not None:
            raise self.fault
        if self.job is None:
            raise Refused("runs.job_gone", id=self.request.id, job=self.request.job)
        return self.job

    @property
    def is_fresh(self) -> bool:
        """It was never begun."""
        return self.course.attempts == 0 and self.course.result is None


def ask(site: Site, name: str, given: Mapping[str, str], by: str, here: Path) -> Request:
    """Ask for a run by hand; files are looked for from the folder `here`.

    Raises `UsageError` for a job that there is not, `InputError` for inputs that cannot be.
    """
    found = read_catalogue(site.settings)
    job, now = known(found, name), site.now()
    values = filled(name, job, given, now.astimezone(found.zone).date())
    values = _with_files(job, values, here)
    while True:
        request = Request(f"{MARK}{new_id(now)}", name, values, by, now)
        if _keep(site, request):
            return request


def ask_scheduled(site: Site, found: Catalogue, name: str, due: datetime) -> Request | None:
    """Ask for the run that the schedule wants at a moment; None if that was done before. Raises as `ask` does."""
    job = found.jobs[name]
    values = _with_files(job, filled(name, job, {}, due.astimezone(found.zone).date()), site.settings.root)
    until = due + duration(job.start_by)
    request = Request(scheduled_id(name, due), name, values, SCHEDULER, site.now(), start_by=until, due=due)
    return request if _keep(site, request) else None


def find(site: Site, id_: str) -> Found:
    """A run by its id. Raises `UsageError` where there is none, `Fault` for one whose rows cannot be understood."""
    body, rows = site.store.runs.get(id_), site.store.journal.rows(id_)
    try:
        request, course = request_of(body), Course.of(rows)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Fault("runs.broken", id=id_, cause=repr(error)) from error
    is_held = f"{RUN}{id_}" in site.store.locks.holders()
    state = course.state(is_held=is_held)
    try:
        jobs = read_catalogue(site.settings).jobs if site.settings.jobs else {}
    except ChonaiError as fault:
        return Found(request, course, state, None, fault)
    return Found(request, course, state, jobs.get(request.job))


def _with_files(job: Job, values: dict[str, str], here: Path) -> dict[str, str]:
    """Paths that mean the same wherever the playbook runs. Raises `InputError` for a file that there is not."""
    faults, found = [], dict(values)
    for name, wanted in job.inputs.items():
        if wanted.type is InputType.FILE and name in values:
            found[name] = str((here / values[name]).absolute())
            if not Path(found[name]).is_file():
                faults.append(message("jobs.input_no_file", input=name, title=wanted.title, value=found[name]))
    if faults:
        raise InputError("jobs.bad_inputs", details=faults, job=job.title, count=len(faults))
    return found


def _keep(site: Site, request: Request) -> bool:
    told = {"job": request.job, "digest": request.digest}
    entry = Entry(Event.RUN_REQUESTED, request.id, "", request.by, request.created_at, told)
    return site.store.runs.add(request.as_json(), entry, request.due)
