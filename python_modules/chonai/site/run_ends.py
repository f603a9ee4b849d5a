"""Ends of runs: put on record by who carries them out, and by others where nobody does any more."""

from __future__ import annotations

from dataclasses import dataclass

from chonai.change.errors import LockHeld
from chonai.change.ports import Event
from chonai.jobs.runs import Result, Role, RunState
from chonai.site.core import Site
from chonai.site.runs import RUN, SCHEDULER, find
from chonai.text.messages import Message, message


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a run, and why."""

    result: Result
    why: Message | None = None


def worker(site: Site, id_: str) -> str:
    """Who carries a run out."""
    course = find(site, id_).course
    return course.person(Role.OPERATOR) or SCHEDULER


def end(site: Site, id_: str, ended: Ended) -> None:
    """Put the end of a run on record. What people wanted of it is done with: who does it again starts anew."""
    why = {"why": ended.why.as_json()} if ended.why else {}
    who = worker(site, id_)
    site.store.runs.forget_order(id_)
    site.note(Event.RUN_ENDED, id_, who, {"result": ended.result.value, **why})


def settle(site: Site, id_: str) -> Ended | None:
    """Put on record what became of a run that no process is at: it was interrupted, or its time to begin has passed.
    None for one of which there is nothing to say.
    """
    found = find(site, id_)
    late = found.request.start_by is not None and site.now() > found.request.start_by
    is_missed = found.state is RunState.WAITING and found.is_fresh and late
    if not (is_missed or found.state is RunState.INTERRUPTED):
        return None
    try:
        with site.store.locks.hold(f"{RUN}{id_}", SCHEDULER, id_):
            course = find(site, id_).course
            if course.result is not None or course.is_begun == is_missed:
                return None  # it began, or ended, meanwhile
            why = message("runs.late", id=id_, start_by=found.request.start_by) if is_missed else None
            ended = Ended(Result.MISSED if is_missed else Result.INTERRUPTED, why)
            end(site, id_, ended)
    except LockHeld:
        return None
    return ended


def cancel(site: Site, id_: str) -> bool:
    """Put on record that a run that waits is not wanted any more; False where a process is at it, which will see."""
    try:
        with site.store.locks.hold(f"{RUN}{id_}", SCHEDULER, id_):
            if find(site, id_).state is not RunState.ENDED:
                end(site, id_, Ended(Result.CANCELLED))
    except LockHeld:
        return False
    return True
