"""作業報告書 of a run of a job, as a Word document: people, steps, pauses, change sets, what is left."""

from __future__ import annotations

from collections.abc import Iterator

from chonai.reports.as_text import care, withheld
from chonai.reports.papers.document import Paper
from chonai.reports.papers.entries import Entry
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.papers.media import Medium, media
from chonai.reports.papers.run_work import Came, Pause, RunWork, run_entries
from chonai.reports.papers.work import paper_name
from chonai.reports.papers.work_report import differences, left_table, step_table
from chonai.reports.wording import Wording


def run_report(
    work: RunWork, letterhead: Letterhead, wording: Wording, *, brought: tuple[Medium, ...] | None = None
) -> bytes:
    """The docx file. `brought` as in `work_report`."""
    say = wording.say
    paper = Paper(say("report.work_title"), letterhead.at, run_mark(work, wording))
    paper.line(f"{letterhead.city}  {letterhead.at:%Y-%m-%d}", right=True)
    paper.title(say("report.work_title"))
    paper.pairs(list(_head(work, wording)))
    log = f"chonai job log {work.line.id}"
    _people(paper, work, wording)
    step_table(paper, work.steps, log, wording)
    _pauses(paper, work, wording)
    _change_sets(paper, work, wording)
    media(paper, brought, wording)
    left_table(paper, [left for one in run_entries(work, wording) for left in one.left], log, wording)
    _proof(paper, work, wording)
    paper.line("")
    paper.boxes([say("report.box_receipt")], 30, 26)
    return paper.finish()


def run_report_name(work: RunWork, title: str) -> str:
    """The usual name of the report's file."""
    return paper_name(work.line.begun or work.line.asked_at, title, work.line.job)


def run_mark(work: RunWork, wording: Wording) -> str:
    """How papers of it are to be handled; blank where all of its change sets have been announced."""
    closed = (one.review for one in work.works if not one.review.is_announced)
    return next((care(review, wording) for review in closed), "")


def _head(work: RunWork, wording: Wording) -> Iterator[tuple[str, str]]:
    say, line, nothing = wording.say, work.line, wording.say("report.nothing")
    yield say("report.work_subject"), f"{work.title} ({line.job}, {line.id})"
    yield say("runs.column_asked"), f"{line.asked_by} {wording.time(line.asked_at)}"
    for name, at in (("due", line.due), ("start_by", line.start_by)):
        if at is not None:
            yield say(f"runs.column_{name}"), wording.time(at)
    began, ended = (wording.time(at) if at else nothing for at in (line.begun, line.ended))
    yield say("report.work_when"), f"{began} – {ended}"
    for role, name in (("operator", "operators"), ("watcher", "watchers")):
        yield say(f"report.work_{name}"), ", ".join(work.people(role)) or nothing
    yield say("report.approval"), ", ".join(work.people("approver")) or nothing
    yield say("runs.column_attempts"), str(line.attempts)
    why = f": {wording.spoken(line.why)}" if line.why else ""
    yield say("report.record_result"), f"{work.became(wording)}{why}"
    for item in work.broken:
        yield "", say("report.broken", why=wording.spoken(item))


def _people(paper: Paper, work: RunWork, wording: Wording) -> None:
    """Everybody who signed, from when to when."""
    say = wording.say
    paper.heading(say("run_papers.people"))
    names = ("role", "person", "since", "until")
    head = [*(say(f"runs.column_{name}") for name in names), say("run_papers.signature")]
    paper.table(head, [_came(one, wording) for one in work.came], [24, 30, 40, 40, 40])


def _came(one: Came, wording: Wording) -> list[str]:
    presence = one.presence
    until = wording.time(presence.until) if presence.until else ""
    holds = wording.say("run_papers.holds") if one.problem is None else wording.spoken(one.problem)
    return [wording.say(f"runs.role_{presence.role}"), presence.person, wording.time(presence.since), until, holds]


def _pauses(paper: Paper, work: RunWork, wording: Wording) -> None:
    say = wording.say
    paper.heading(say("run_papers.pauses"))
    if not work.pauses:
        paper.line(say("report.nothing"))
        return
    head = [say("runs.column_since"), say("runs.column_until"), say("report.column_reason")]
    paper.table(head, [_pause(one, wording) for one in work.pauses], [42, 42, 90])


def _pause(one: Pause, wording: Wording) -> list[str]:
    times = (f"{at.astimezone():%Y-%m-%d %H:%M:%S}" if at else "" for at in (one.since, one.until))
    return [*times, wording.spoken(one.why) if one.why else ""]


def _change_sets(paper: Paper, work: RunWork, wording: Wording) -> None:
    """Each with its numbers, and below its own values before and after, as its own report has them."""
    say = wording.say
    paper.heading(say("runs.column_change_sets"))
    if not work.works and not work.unread:
        paper.line(say("report.nothing"))
        return
    names = ("id", "subject", "planned", "made", "failed", "left", "result")
    rows = [_change_set(one) for one in run_entries(work, wording)[1:]]
    rows += [[id_, *[""] * 5, say("run_papers.unread")] for id_ in work.unread]
    paper.table([say(f"report.record_{name}") for name in names], rows, [34, 34, 18, 18, 18, 18, 34])
    for one in work.works:
        if one.review.is_withheld:
            paper.line(withheld(one.review, wording))
        else:
            differences(paper, one, wording)


def _change_set(one: Entry) -> list[str]:
    numbers = one.numbers
    counts = (numbers.planned, numbers.made, numbers.failed, numbers.left)
    return [one.id, one.subject, *(f"{count:,}" for count in counts), one.result]


def _proof(paper: Paper, work: RunWork, wording: Wording) -> None:
    say = wording.say
    paper.heading(say("report.work_proof"))
    facts = {"digest": work.digest, "work_last_row": str(work.here), "work_anchor": str(work.head)}
    paper.pairs([(say(f"report.{name}"), value) for name, value in facts.items()])
