"""One run of a job: what is asked for, who takes part, and how far it has come. All of it is told from the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chonai.change.canonical import canonical, sha256
from chonai.change.codec import time_to_json
from chonai.change.ports import Event, Row

NAMESPACE = "chonai-run"
"""Of the signatures with which people take part in a run."""
_HEAD = "chonai run 1"
ORDER = "run_order"
"""What a note is about that keeps what somebody wants of a run under way."""
MARK = "run-"
"""With which ids of runs begin."""


def is_run(id_: str) -> bool:
    """Whether an id is one of a run. Those of change sets begin with a day."""
    return id_.startswith(MARK)


class Role(StrEnum):
    """As what a person takes part: who works, who watches (仕様書 3.7(3)), who has agreed beforehand."""

    OPERATOR = "operator"
    WATCHER = "watcher"
    APPROVER = "approver"


class Result(StrEnum):
    """What became of a run.

    refused      a rule, an approval, a brake or a lock stood in the way, and nothing was begun that could go on
    missed       it could not begin in time
    interrupted  its process ended without saying anything
    """

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    MISSED = "missed"
    INTERRUPTED = "interrupted"


class RunState(StrEnum):
    """How far a run has come; `interrupted`: it has begun, and no process is at it."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Request:
    """That a job shall run, once. It never changes.

    due     when the schedule wants it; None for one that a person asked for
    values  variables of the playbook that were given
    by      who asked for it
    """

    id: str
    job: str
    values: Mapping[str, str]
    by: str
    created_at: datetime
    start_by: datetime | None = None
    due: datetime | None = None

    def as_json(self) -> dict[str, object]:
        """Plain JSON, of which the digest is."""
        return {
            "id": self.id,
            "job": self.job,
            "values": dict(self.values),
            "by": self.by,
            "created_at": time_to_json(self.created_at),
            "start_by": time_to_json(self.start_by) if self.start_by else None,
            "due": time_to_json(self.due) if self.due else None,
        }

    @property
    def digest(self) -> str:
        """What people sign for."""
        return sha256(canonical(self.as_json()))


def request_of(data: Mapping[str, object]) -> Request:
    """The request from its plain JSON. Raises KeyError, TypeError or ValueError for what is none."""
    moments = {name: _moment(data[name]) for name in ("created_at", "start_by", "due")}
    created_at, values = moments["created_at"], data["values"]
    if created_at is None or not isinstance(values, Mapping):
        raise ValueError(data)
    return Request(
        id=str(data["id"]),
        job=str(data["job"]),
        values={str(name): str(value) for name, value in values.items()},
        by=str(data["by"]),
        created_at=created_at,
        start_by=moments["start_by"],
        due=moments["due"],
    )


def _moment(text: object) -> datetime | None:
    return None if text is None else datetime.fromisoformat(str(text))


def scheduled_id(job: str, due: datetime) -> str:
    """The id of a run of the schedule: always the same for the same moment, so that it is claimed once."""
    digest = hashlib.sha256(f"{job} {due.timestamp():.0f}".encode()).hexdigest()
    return f"{MARK}{due:%Y%m%d}-{digest[:8]}"


@dataclass(frozen=True, slots=True)
class Part:
    """That a person takes part in one attempt of a run, proved by the signature over `statement`."""

    role: Role
    person: str
    attempt: int
    at: datetime
    signature: str = field(repr=False, default="")

    def statement(self, request: Request) -> bytes:
        """What the person signs."""
        lines = (_HEAD, request.id, request.digest, f"{self.role} {self.person}", f"attempt {self.attempt}")
        return "".join(f"{line}\n" for line in (*lines, time_to_json(self.at))).encode()

    def as_json(self) -> dict[str, object]:
        """What the journal keeps beside the person and the request."""
        return {
            "role": self.role.value,
            "attempt": self.attempt,
            "at": time_to_json(self.at),
            "signature": self.signature,
        }


def order_statement(id_: str, wanted: str, at: str) -> bytes:
    """What a person signs who wants a run to pause, go on or stop, at a time as text."""
    return f"{NAMESPACE}\n{id_}\n{wanted}\n{at}\n".encode()


@dataclass(frozen=True, slots=True)
class Course:
    """How a run went so far, as its rows in the journal say.

    attempts  how often it was begun
    sitting   the attempt for which people have come, or have to come; one that is begun again by itself is the same
    digest    of the request, as it was when the run was asked for
    parts     all that people signed, the last of each role and of each approver
    result    of the last attempt, once it has ended
    why       why it ended so, as the JSON of a message
    """

    digest: str = ""
    attempts: int = 0
    sitting: int = 1
    parts: tuple[Part, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    is_paused: bool = False
    result: Result | None = None
    why: Mapping[str, object] = field(default_factory=dict)
    change_sets: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Course:
        """The course that these rows of one run tell, in their order."""
        course = cls()
        for row in rows:
            step = _STEPS.get(row.entry.event)
            course = step(course, row) if step else course
        return course

    @property
    def is_begun(self) -> bool:
        """An attempt has begun and has not ended."""
        return self.attempts > 0 and self.result is None

    def part(self, role: Role) -> Part | None:
        """Who does this in the present sitting."""
        return next((part for part in self.parts if part.role is role and part.attempt == self.sitting), None)

    def person(self, role: Role) -> str | None:
        """Their name."""
        part = self.part(role)
        return part.person if part else None

    @property
    def _is_taken_up(self) -> bool:
        """Somebody has come for the sitting that is not begun."""
        return any(self.part(role) for role in (Role.OPERATOR, Role.WATCHER))

    @property
    def approvals(self) -> tuple[Part, ...]:
        """Who has agreed: to the run, however often it is begun."""
        return tuple(part for part in self.parts if part.role is Role.APPROVER)

    def state(self, *, is_held: bool) -> RunState:
        """How far it is; `is_held`: a process is at it."""
        if self.result is not None and not self._is_taken_up:
            return RunState.ENDED
        if not self.is_begun:
            return RunState.WAITING
        if not is_held:
            return RunState.INTERRUPTED
        return RunState.PAUSED if self.is_paused else RunState.RUNNING


def _requested(course: Course, row: Row) -> Course:
    return replace(course, digest=str(row.entry.data["digest"]))


def _joined(course: Course, row: Row) -> Course:
    part = part_of(row)
    kept = [one for one in course.parts if not _replaces(part, one)]
    return replace(course, parts=(*kept, part))


def _replaces(new: Part, one: Part) -> bool:
    return new.role is one.role and (new.role is not Role.APPROVER or new.person == one.person)


def _started(course: Course, row: Row) -> Course:
    attempts = course.attempts + 1
    return replace(course, attempts=attempts, started_at=row.entry.at, ended_at=None, result=None, why={}, counts={})


def _stepped(course: Course, row: Row) -> Course:
    counts = dict(course.counts)
    for step in steps_of(row):
        counts[step.status] = counts.get(step.status, 0) + 1
    named = dict.fromkeys((*course.change_sets, *_texts(row.entry.data.get("change_sets"))))
    return replace(course, counts=counts, change_sets=tuple(named))


def _paused(course: Course, _row: Row) -> Course:
    return replace(course, is_paused=True)


def _continued(course: Course, _row: Row) -> Course:
    return replace(course, is_paused=False)


def _ended(course: Course, row: Row) -> Course:
    why = row.entry.data.get("why")
    return replace(
        course,
        result=Result(str(row.entry.data["result"])),
        why=why if isinstance(why, Mapping) else {},
        ended_at=row.entry.at,
        is_paused=False,
        sitting=max(course.sitting, course.attempts) + 1,
    )


_STEPS = {
    Event.RUN_REQUESTED: _requested,
    Event.RUN_JOINED: _joined,
    Event.RUN_STARTED: _started,
    Event.RUN_STEPS: _stepped,
    Event.RUN_PAUSED: _paused,
    Event.RUN_CONTINUED: _continued,
    Event.RUN_ENDED: _ended,
}


def part_of(row: Row) -> Part:
    """Who takes part, as a row says. Raises KeyError or ValueError for a row that says nothing of the kind."""
    data = row.entry.data
    return Part(
        role=Role(str(data["role"])),
        person=row.entry.actor,
        attempt=int(str(data["attempt"])),
        at=datetime.fromisoformat(str(data["at"])),
        signature=str(data["signature"]),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one task on one host.

    at       seconds from the beginning of the attempt
    seconds  how long it took
    status   ok, changed, failed, unreachable, skipped
    said     what the host said of it, where it failed; bounded
    """

    task: str
    host: str
    status: str
    at: float
    seconds: float
    said: str = ""


def steps_as_json(steps: Sequence[Step], change_sets: Sequence[str] = ()) -> dict[str, object]:
    """The compact form of some steps: each task is named once."""
    tasks = list(dict.fromkeys(step.task for step in steps))
    place = {task: number for number, task in enumerate(tasks)}
    rows = [_compact(step, place[step.task]) for step in steps]
    return {"tasks": tasks, "rows": rows, **({"change_sets": list(change_sets)} if change_sets else {})}


def _compact(step: Step, task: int) -> list[object]:
    row: list[object] = [task, step.host, step.status, round(step.at * 1000), round(step.seconds * 1000)]
    return [*row, step.said] if step.said else row


def steps_of(row: Row) -> list[Step]:
    """The steps that a row of the journal keeps. Raises ValueError, TypeError or IndexError for a broken one."""
    tasks, rows = row.entry.data.get("tasks"), row.entry.data.get("rows")
    if not isinstance(tasks, list) or not isinstance(rows, list):
        return []
    return [_step(tasks, one) for one in rows]


def _step(tasks: Sequence[object], row: Sequence[object]) -> Step:
    task, host, status, at, seconds, *said = row
    began, took = (int(str(number)) / 1000 for number in (at, seconds))
    return Step(str(tasks[int(str(task))]), str(host), str(status), began, took, str(said[0]) if said else "")


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
