"""Pieces of work, as records and period reports tell them: who, when, each step, what came of it, what is left.

A change set is one, a run of a job another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from chonai.change.ledger import Status
from chonai.change.model import ChangeSet
from chonai.reports.as_text import type_name, withheld
from chonai.reports.papers.work import Step, Work
from chonai.reports.wording import Wording


@dataclass(frozen=True, slots=True)
class Numbers:
    """Of so many changes so many were made, failed, and are still to be made."""

    planned: int
    made: int
    failed: int
    left: int


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to do (残課題): where, of what, how it stands and why."""

    system: str
    label: str
    status: str
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One value before and after, and why."""

    system: str
    label: str
    attribute: str
    before: str
    after: str
    reason: str
    status: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of work.

    number     the city's application numbers, where the request carries them
    began      None where it has not begun
    result     how it stands, in words
    more       why something of it is not shown; blank where all is
    """

    id: str
    number: str
    subject: str
    author: str
    approvers: Sequence[str]
    operators: Sequence[str]
    watchers: Sequence[str]
    began: datetime | None
    ended: datetime | None
    numbers: Numbers
    result: str
    steps: Sequence[Step]
    left: Sequence[Left]
    differences: Sequence[Difference]
    more: str = ""


def entry_of(work: Work, wording: Wording) -> Entry:
    """A change set. What was never begun has nothing left: it was not to be done yet, or not at all."""
    review, change_set = work.review, work.review.change_set
    made = [work.counts[plan.system] for plan in change_set.plans]
    done, failed = (sum(one[status] for one in made) for status in (Status.DONE, Status.FAILED))
    planned = sum(len(plan.changes) for plan in change_set.plans)
    return Entry(
        id=change_set.id,
        number=", ".join(applications(change_set)),
        subject=wording.operation(change_set.operation),
        author=change_set.author,
        approvers=[one.principal for one in review.agreements if one.problem is None],
        operators=work.operators,
        watchers=work.watchers,
        began=work.began,
        ended=work.ended,
        numbers=Numbers(planned, done, failed, planned - done - failed if work.began else 0),
        result=wording.say(f"report.state_{review.state}"),
        steps=work.steps,
        left=list(left_of(work, wording)) if work.began else (),
        differences=list(_differences(work, wording)),
        more=withheld(review, wording) if review.is_withheld else "",
    )


def applications(change_set: ChangeSet) -> Iterable[str]:
    """The application numbers that the objects of a change set carry, each once."""
    changes = (change for plan in change_set.plans for change in plan.changes)
    found = (change.after.get("request") or change.before.get("request") for change in changes)
    return dict.fromkeys(one for one in found if isinstance(one, str) and one)


def left_of(work: Work, wording: Wording) -> Iterator[Left]:
    """Changes that are not made, with why where that is known."""
    for one in work.left:
        why = wording.spoken(one.error) if one.error else ""
        yield Left(one.system, one.label, wording.say(f"report.status_{one.status.value}"), why)


def _differences(work: Work, wording: Wording) -> Iterator[Difference]:
    """One value a row; nothing where only the cover is shown."""
    review = work.review
    for plan in review.change_set.plans if not review.is_withheld else ():
        ledger = review.ledgers[plan.system]
        for number, change in enumerate(plan.changes):
            status = wording.say(f"report.status_{ledger.status[number].value}")
            label = f"{type_name(change.key.type, wording)} {review.label(plan.system, change.key)}"
            for one in wording.differences(review, plan, change):
                for old, new in zip_longest(one.before or ("",), one.after, fillvalue=""):
                    yield Difference(plan.system, label, one.attribute, old, new, change.reason, status)
