"""What the journal says of a run of a job: who, when, each step, what came of it. Facts of its work report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chonai.change.journal import Anchor
from chonai.reports.papers.entries import Entry, Left, Numbers, entry_of
from chonai.reports.papers.work import Step, Work
from chonai.reports.runs import Presence, RunLine
from chonai.reports.wording import Wording
from chonai.text.messages import Message

WELL = "done"
_UNMADE = ("failed", "unreachable")


@dataclass(frozen=True, slots=True)
class Came:
    """That somebody took part, and what is wrong with their signature, if anything is."""

    presence: Presence
    problem: Message | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """That the run waited before its next step; `until` is None where it never went on."""

    since: datetime
    until: datetime | None
    why: Message | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A task of the last attempt that failed on a host, or a host that could not be reached."""

    host: str
    task: str
    status: str
    said: str


@dataclass(frozen=True, slots=True)
class RunWork:
    """Facts of a run.

    broken    what of its record does not hold
    here      its last row in the journal
    head      the journal's head when this was gathered
    works     the change sets that it worked on
    unread    those that are not in this store any more
    """

    line: RunLine
    digest: str
    broken: Sequence[Message]
    came: Sequence[Came]
    pauses: Sequence[Pause]
    steps: Sequence[Step]
    failures: Sequence[Failure]
    here: Anchor
    head: Anchor
    works: Sequence[Work] = ()
    unread: Sequence[str] = ()

    def with_works(self, works: Mapping[str, Work]) -> RunWork:
        """The same with the work on its change sets, as far as that is among `works`, by id."""
        named = self.line.change_sets
        found = [works[id_] for id_ in named if id_ in works]
        return replace(self, works=found, unread=[id_ for id_ in named if id_ not in works])

    def people(self, role: str) -> list[str]:
        """Names of all who came as this, each once; of approvers those whose signature holds."""
        found = (one for one in self.came if one.presence.role == role and (role != "approver" or one.problem is None))
        return list(dict.fromkeys(one.presence.person for one in found))

    def became(self, wording: Wording) -> str:
        """How it stands, in words."""
        return wording.say(f"runs.result_{self.line.result}" if self.line.result else f"runs.state_{self.line.state}")

    @property
    def is_broken(self) -> bool:
        """Whether something of it is not what people signed."""
        return (
            bool(self.broken) or any(one.problem for one in self.came) or any(one.review.broken for one in self.works)
        )

    @property
    def title(self) -> str:
        """What the city calls the job, or its name where the catalogue has it no more."""
        return self.line.title or self.line.job


def run_entries(work: RunWork, wording: Wording) -> list[Entry]:
    """The run, and after it the change sets that it worked on."""
    return [run_entry(work, wording), *(entry_of(one, wording) for one in work.works)]


def run_entry(work: RunWork, wording: Wording) -> Entry:
    """The run alone. It has no changes of its own: those are counted with the change sets."""
    line = work.line
    return Entry(
        id=line.id,
        number="",
        subject=work.title,
        author=line.asked_by,
        approvers=work.people("approver"),
        operators=work.people("operator") or [name for name in (line.operator,) if name],
        watchers=work.people("watcher"),
        began=line.begun,
        ended=line.ended,
        numbers=Numbers(0, 0, 0, 0),
        result=work.became(wording),
        steps=work.steps,
        left=list(run_left(work, wording)),
        differences=(),
    )


def run_left(work: RunWork, wording: Wording) -> Iterator[Left]:
    """What is left of the run itself (残課題): that it has not ended well, and what failed in its last attempt. What
    waits, or is under way, has nothing left.
    """
    line = work.line
    is_gone = line.state == "interrupted"
    if line.result == WELL or (line.result is None and not is_gone):
        return
    why = wording.spoken(line.why) if line.why else ""
    yield Left("", work.title, work.became(wording), why)
    for one in work.failures:
        yield Left(one.host, one.task, wording.say(f"runs.status_{one.status}"), one.said)


def is_failure(status: str) -> bool:
    """Whether a step that ended so is a failure; one that the playbook itself passes over is none."""
    return status in _UNMADE
