"""作業報告書: the work on a change set as a Word document, from the journal alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from chonai.change.ledger import Status
from chonai.reports.as_text import care, type_name, withheld
from chonai.reports.papers.document import Paper
from chonai.reports.papers.entries import Left, applications, left_of
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.papers.media import Medium, media
from chonai.reports.papers.work import Step, Work
from chonai.reports.wording import Wording

MOST_DIFFERENCES = 30
MOST_LEFT = 200
MOST_STEPS = 300
_MOST_TEXT = 60


def work_report(
    work: Work, letterhead: Letterhead, wording: Wording, *, brought: tuple[Medium, ...] | None = None
) -> bytes:
    """The docx file. `brought`: media and files, none (empty), or rows to fill in by hand (None)."""
    say = wording.say
    is_announced = work.review.is_announced
    paper = Paper(say("report.work_title"), letterhead.at, "" if is_announced else care(work.review, wording))
    paper.line(f"{letterhead.city}  {letterhead.at:%Y-%m-%d}", right=True)
    paper.title(say("report.work_title"))
    paper.pairs(list(_head(work, wording)))
    _results(paper, work, wording)
    id_ = work.review.change_set.id
    step_table(paper, work.steps, f"chonai journal show {id_}", wording)
    if work.review.is_withheld:
        paper.line(withheld(work.review, wording))
        media(paper, brought, wording)
    else:
        differences(paper, work, wording)
        media(paper, brought, wording)
        left_table(paper, list(left_of(work, wording)), f"chonai journal show {id_} --objects", wording)
    _proof(paper, work, wording)
    paper.line("")
    paper.boxes([say("report.box_receipt")], 30, 26)
    return paper.finish()


def _head(work: Work, wording: Wording) -> Iterator[tuple[str, str]]:
    say, change_set, review = wording.say, work.review.change_set, work.review
    nobody = say("report.nothing")
    yield say("report.work_number"), ", ".join(applications(change_set))
    yield say("report.work_subject"), f"{wording.operation(change_set.operation)} ({change_set.id})"
    began = wording.time(work.began) if work.began else nobody
    ended = wording.time(work.ended) if work.ended else nobody
    yield say("report.work_when"), f"{began} – {ended}"
    yield say("report.work_operators"), ", ".join(work.operators) or nobody
    yield say("report.work_watchers"), ", ".join(work.watchers) or nobody
    agreed = [one for one in review.agreements if one.problem is None]
    yield say("report.author"), change_set.author
    yield say("report.approval"), ", ".join(f"{one.principal} {wording.time(one.at)}" for one in agreed) or nobody
    count = sum(len(plan.changes) for plan in change_set.plans)
    yield say("report.work_content"), say("report.work_counts", systems=len(change_set.plans), count=count)
    yield say("report.state"), say(f"report.state_{review.state}")
    for item in review.broken:
        yield "", say("report.broken", why=wording.spoken(item))


def _results(paper: Paper, work: Work, wording: Wording) -> None:
    say, words = wording.say, (Status.DONE, Status.FAILED, Status.SKIPPED, Status.OPEN, Status.UNTOUCHED)
    paper.heading(say("report.work_results"))
    head = [say("report.column_system"), *(say(f"report.status_{status.value}") for status in words)]
    rows = [[system, *(f"{made[status]:,}" for status in words)] for system, made in work.counts.items()]
    paper.table(head, rows, [44, 26, 26, 26, 26, 26])


def step_table(paper: Paper, steps: Sequence[Step], command: str, wording: Wording) -> None:
    """The section of a paper; `command` shows what it has no room for."""
    say = wording.say
    paper.heading(say("report.work_steps"))
    names = ("time", "system", "who", "what")
    rows = [_step(one) for one in steps[:MOST_STEPS]]
    paper.table([say(f"report.step_{name}") for name in names], rows, [42, 28, 26, 78])
    if len(steps) > MOST_STEPS:
        paper.line(say("report.work_more_steps", count=len(steps) - MOST_STEPS, command=command))


def _step(one: Step) -> list[str]:
    return [f"{one.at:%Y-%m-%d %H:%M:%S}", one.system, one.actor, one.what]


def differences(paper: Paper, work: Work, wording: Wording) -> None:
    """The section of a paper: the first values before and after."""
    say = wording.say
    paper.heading(say("report.work_differences"))
    total = sum(len(plan.changes) for plan in work.review.change_set.plans)
    paper.line(say("report.work_first", count=total, shown=MOST_DIFFERENCES, id=work.review.change_set.id))
    rows = list(islice(_changes(work, wording), MOST_DIFFERENCES))
    names = ("system", "account", "attribute", "old", "new")
    paper.table([say(f"report.column_{name}") for name in names], rows, [24, 40, 40, 35, 35])


def _changes(work: Work, wording: Wording) -> Iterator[list[str]]:
    for plan in work.review.change_set.plans:
        for change in plan.changes:
            label = f"{type_name(change.key.type, wording)} {work.review.label(plan.system, change.key)}"
            for one in wording.differences(work.review, plan, change):
                before, after = _short(", ".join(one.before)), _short(", ".join(one.after))
                yield [plan.system, _short(label), one.attribute, before, after]


def left_table(paper: Paper, left: Sequence[Left], command: str, wording: Wording) -> None:
    """The section of a paper with what is left to do; `command` shows what it has no room for."""
    say = wording.say
    paper.heading(say("report.work_left", count=len(left)))
    if not left:
        paper.line(say("report.work_nothing_left"))
        return
    rows = [[one.system, _short(one.label), one.status, one.why] for one in left[:MOST_LEFT]]
    names = ("system", "account", "status", "reason")
    paper.table([say(f"report.column_{name}") for name in names], rows, [28, 50, 26, 70])
    if len(left) > MOST_LEFT:
        paper.line(say("report.work_more_left", count=len(left) - MOST_LEFT, command=command))


def _proof(paper: Paper, work: Work, wording: Wording) -> None:
    say = wording.say
    paper.heading(say("report.work_proof"))
    paper.pairs(
        [
            (say("report.digest"), work.review.digest),
            (say("report.work_last_row"), str(work.here)),
            (say("report.work_anchor"), str(work.head)),
        ]
    )


def _short(text: str) -> str:
    """What fits into a cell of a page that shows beginnings only; how much is missing is said."""
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…({len(text):,})"
