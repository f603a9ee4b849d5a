"""What the journal says of the work on a change set: when, who, how it went. Facts of a work report."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chonai.change.journal import Anchor
from chonai.change.ledger import Status
from chonai.change.ports import Event, Row
from chonai.reports.events import Truth, event_line, truths
from chonai.reports.review import Review
from chonai.reports.wording import Wording

STEPS = frozenset(Event) - {Event.INTENT, Event.OUTCOME}
"""What happened, but for the batches: of these there are hundreds, and their sum is told."""
UNMADE = (Status.FAILED, Status.SKIPPED, Status.OPEN, Status.UNTOUCHED)
_NOT_IN_FILE_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened."""

    at: datetime
    actor: str
    system: str
    what: str


@dataclass(frozen=True, slots=True)
class Work:
    """Facts of the work on one change set.

    began, ended  of the apply; None where it has not begun, or nothing has ended yet
    left          changes that are not made, with why where that is known
    here          the change set's last row in the journal
    head          the journal's head when this was gathered
    """

    review: Review
    began: datetime | None
    ended: datetime | None
    operators: Sequence[str]
    watchers: Sequence[str]
    steps: Sequence[Step]
    left: Sequence[Truth]
    here: Anchor
    head: Anchor

    @classmethod
    def of(cls, review: Review, rows: Sequence[Row], head: Anchor, wording: Wording) -> Work:
        """From the change set's rows of the journal, in order; there is one at least, its seal."""
        runs = [row.entry for row in rows if row.entry.event is Event.NOTE and "apply" in row.entry.data]
        ends = [row.entry.at for row in rows if row.entry.event in (Event.OUTCOME, Event.FINISHED)]
        last = rows[-1]
        return cls(
            review=review,
            began=runs[0].at if runs else None,
            ended=ends[-1] if ends else None,
            operators=list(dict.fromkeys(run.actor for run in runs)),
            watchers=list(dict.fromkeys(str(run.data["watcher"]) for run in runs if run.data.get("watcher"))),
            steps=list(_steps(rows, wording)),
            left=[one for one in truths(review, rows) if one.status in UNMADE],
            here=Anchor(last.seq, last.digest),
            head=head,
        )

    @property
    def counts(self) -> Mapping[str, Mapping[Status, int]]:
        """Changes of each system by what became of them."""
        return {plan.system: self.review.made(plan.system) for plan in self.review.change_set.plans}


def work_name(work: Work, title: str) -> str:
    """The usual name of the report's file."""
    return paper_name(work.began or work.review.change_set.created_at, title, work.review.change_set.operation)


def paper_name(day: datetime, title: str, subject: str) -> str:
    """A file's usual name: day, kind of paper, what it is about, version. NFC, and safe anywhere."""
    text = unicodedata.normalize("NFC", f"{day:%Y%m%d}_{title}_{subject}")
    safe = "".join(character if character.isprintable() else "_" for character in text)
    return f"{safe.translate(_NOT_IN_FILE_NAMES)[:_LONGEST]}_v1.0.docx"


def _steps(rows: Iterable[Row], wording: Wording) -> Iterator[Step]:
    for row in rows:
        if row.entry.event in STEPS:
            entry = row.entry
            yield Step(entry.at, entry.actor, entry.system, event_line(row, wording))
