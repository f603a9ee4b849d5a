"""What is told of runs: each by itself, all of a time, and who was connected when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from chonai.change.ports import Event, Row
from chonai.jobs.runs import Result, Role, Step, part_of, steps_of
from chonai.reports.events import delivery
from chonai.reports.runs import Presence, RunLine, Told
from chonai.reports.wording import message_of
from chonai.site.core import Site
from chonai.site.notifying import NOT_TOLD, TOLD
from chonai.site.runs import Found, find
from chonai.text.messages import Message, message

MOST = 50
"""Runs that a history shows by itself."""
LEFT = "run_left"


def line(site: Site, id_: str) -> RunLine:
    """One run. Raises `UsageError` where there is none."""
    return line_of(find(site, id_))


def history(site: Site, job: str | None, since: datetime | None, limit: int = MOST) -> list[RunLine]:
    """The last runs, of one job where it is named, those first that were asked for last."""
    return [line(site, id_) for id_ in site.store.runs.ids(job=job, since=since, limit=limit)]


def told(site: Site, id_: str) -> Iterator[Told]:
    """All that happened in a run, in its order."""
    for row in site.store.journal.rows(id_):
        yield from of_row(row)


def of_row(row: Row) -> list[Told]:
    """What a row of a run's journal says; of one that is about several steps a line each."""
    entry = row.entry
    if entry.event is Event.RUN_STEPS:
        return [Told(entry.at, step.host, step_message(step)) for step in steps_of(row)]
    return [Told(entry.at, entry.actor, _event(entry.event, entry.data))]


def presences(site: Site, since: datetime, until: datetime) -> list[Presence]:
    """Who took part in runs that were asked for in [since, until), in the order in which they came."""
    runs = [find(site, id_) for id_ in site.store.runs.ids(since=since)]
    found = [one for run in runs for one in presences_of(run, list(site.store.journal.rows(run.request.id)))]
    return sorted((one for one in found if since <= one.since < until), key=lambda one: (one.since, one.person))


def presences_of(found: Found, rows: Sequence[Row]) -> Iterator[Presence]:
    """Who took part in a run, as its rows say."""
    for number, row in enumerate(rows):
        if row.entry.event is not Event.RUN_JOINED:
            continue
        part, later = part_of(row), rows[number + 1 :]
        until = row.entry.at if part.role is Role.APPROVER else _until(part.person, later)
        yield Presence(part.person, part.role.value, found.request.id, found.request.job, row.entry.at, until)


def _until(person: str, later: Sequence[Row]) -> datetime | None:
    """When somebody left, or what they had come for was over."""
    for row in later:
        entry = row.entry
        has_left = entry.event is Event.NOTE and entry.data.get("what") == LEFT and entry.actor == person
        if has_left or entry.event is Event.RUN_ENDED:
            return entry.at
    return None


def line_of(found: Found) -> RunLine:
    """A run that was found already."""
    request, course = found.request, found.course
    return RunLine(
        id=request.id,
        job=request.job,
        title=found.job.title if found.job else "",
        asked_by=request.by,
        asked_at=request.created_at,
        due=request.due,
        start_by=request.start_by,
        approvers=tuple(part.person for part in course.approvals),
        operator=_last(found, Role.OPERATOR),
        watcher=_last(found, Role.WATCHER),
        state=found.state.value,
        result=course.result.value if course.result else None,
        why=message_of(course.why) if course.why else None,
        attempts=course.attempts,
        begun=course.started_at,
        ended=course.ended_at,
        steps=course.counts,
        change_sets=course.change_sets,
    )


def _last(found: Found, role: Role) -> str | None:
    """Who did this in the sitting that is under way, or in the last one."""
    return next((part.person for part in found.course.parts if part.role is role), None)


def step_message(step: Step) -> Message:
    """What became of a task on a host."""
    status = Message(f"runs.status_{step.status}")
    if step.said:
        return message("runs.step_said", status=status, task=step.task, seconds=round(step.seconds, 1), said=step.said)
    return message("runs.step", status=status, task=step.task, seconds=round(step.seconds, 1))


def _event(event: Event, data: Mapping[str, object]) -> Message:
    if event is Event.RUN_JOINED:
        return message("runs.event_joined", role=Message(f"runs.role_{data['role']}"))
    if event is Event.RUN_ENDED:
        return message("runs.event_ended", result=Message(f"runs.result_{Result(str(data['result']))}"))
    if event is Event.RUN_STARTED:
        return message("runs.event_started", attempt=data["attempt"], playbook=data["playbook"], host=data["host"])
    if event in (Event.NOTE, Event.REFUSED):
        return _note(event, data)
    return message(f"runs.event_{event.value.removeprefix('run_')}")


def _note(event: Event, data: Mapping[str, object]) -> Message:
    if event is Event.REFUSED and isinstance(data.get("why"), Mapping):
        return message("runs.event_refused", why=message_of(data["why"]))
    if data.get("what") == LEFT:
        return message("runs.event_left")
    if data.get("what") == TOLD:
        return message("runs.event_told", to=", ".join(map(str, _listed(data.get("to")))))
    if data.get("what") == NOT_TOLD:
        return message("runs.event_not_told", why=message_of(data.get("why")))
    if handed := delivery(data, lambda name, facts: f"{name} ({facts['digest']})"):
        return handed
    return message("runs.event_ordered", wanted=Message(f"runs.wanted_{data.get('wanted')}"))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
