"""Runs of jobs as pieces of work, gathered from the store for reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from chonai.change.errors import ChonaiError
from chonai.change.journal import Anchor
from chonai.change.ports import Event, Row
from chonai.change.signature import verify
from chonai.jobs.runs import NAMESPACE, Request, part_of, steps_of
from chonai.reports.papers.run_report import run_mark
from chonai.reports.papers.run_work import Came, Failure, Pause, RunWork, is_failure, run_entries
from chonai.reports.papers.work import Step
from chonai.reports.papers.work_book import Cover, work_book
from chonai.reports.wording import Wording, message_of
from chonai.site.core import Site
from chonai.site.reporting import letterhead, review
from chonai.site.run_reports import line_of, of_row, presences_of, step_message
from chonai.site.runs import Found, find
from chonai.site.works import work_in
from chonai.text.messages import Message, message


def run_work_of(site: Site, id_: str, wording: Wording, key: Path | None = None) -> RunWork:
    """The work of one run. Raises `UsageError` for an unknown id; a reader's key shows what is closed of its change
    sets.
    """
    found, head = find(site, id_), site.store.journal.head()
    works = {one: work_in(site, review(site, one, key), head, wording) for one in change_sets_of(site, found)}
    return run_work_in(site, found, head, wording).with_works(works)


def run_work_in(site: Site, found: Found, head: Anchor, wording: Wording) -> RunWork:
    """The work of a run alone, without its change sets, as the journal knows it up to `head`."""
    request = found.request
    rows = [row for row in site.store.journal.rows(request.id) if row.seq <= head.seq]
    return RunWork(
        line=line_of(found),
        digest=request.digest,
        broken=list(_broken(request, rows)),
        came=list(_came(site, found, rows)),
        pauses=list(_pauses(rows)),
        steps=list(_steps(rows, wording)),
        failures=list(_failures(rows)),
        here=Anchor(rows[-1].seq, rows[-1].digest),
        head=head,
    )


def change_sets_of(site: Site, found: Found) -> list[str]:
    """The change sets that a run worked on and that are in this store."""
    known = {summary.id for summary in site.store.change_sets.list()} if found.course.change_sets else ()
    return [id_ for id_ in found.course.change_sets if id_ in known]


def run_record_of(site: Site, work: RunWork, wording: Wording) -> bytes:
    """The record of a run and of its change sets, as a workbook."""
    line, whose = work.line, letterhead(site)
    title = wording.say("run_papers.record_title", id=line.id, job=work.title)
    when = f"{wording.time(line.begun)} – {wording.time(line.ended)}" if line.begun and line.ended else ""
    mark = run_mark(work, wording) or wording.say("report.handle_with_care")
    return work_book(run_entries(work, wording), Cover(title, when, mark, str(work.head)), whose, wording)


def _broken(request: Request, rows: Sequence[Row]) -> Iterator[Message]:
    asked = rows[0].entry
    if asked.event is not Event.RUN_REQUESTED or asked.data.get("digest") != request.digest:
        yield message("run_papers.other_request", id=request.id)


def _came(site: Site, found: Found, rows: Sequence[Row]) -> Iterator[Came]:
    joined = [row for row in rows if row.entry.event is Event.RUN_JOINED]
    for row, presence in zip(joined, presences_of(found, rows), strict=True):
        yield Came(presence, _problem(site, found.request, row))


def _problem(site: Site, request: Request, row: Row) -> Message | None:
    """What is wrong with the signature with which somebody came; judged by the keys of that time."""
    part = part_of(row)
    try:
        verify(
            part.statement(request),
            part.signature,
            principal=part.person,
            namespace=NAMESPACE,
            allowed_signers=site.settings.allowed_signers,
            at=part.at,
        )
    except ChonaiError as error:
        return error.message
    return None


def _pauses(rows: Sequence[Row]) -> Iterator[Pause]:
    since: Row | None = None
    for row in rows:
        if since is not None and row.entry.event in (Event.RUN_CONTINUED, Event.RUN_PAUSED, Event.RUN_ENDED):
            yield _pause(since, row.entry.at)
            since = None
        if row.entry.event is Event.RUN_PAUSED:
            since = row
    if since is not None:
        yield _pause(since, None)


def _pause(row: Row, until: datetime | None) -> Pause:
    return Pause(row.entry.at, until, message_of(row.entry.data.get("why")))


def _steps(rows: Sequence[Row], wording: Wording) -> Iterator[Step]:
    """All that happened, tasks at the time at which they began."""
    began = rows[0].entry.at
    for row in rows:
        entry = row.entry
        if entry.event is Event.RUN_STARTED:
            began = entry.at
        if entry.event is Event.RUN_STEPS:
            for one in steps_of(row):
                said = wording.spoken(step_message(one))
                yield Step(began + timedelta(seconds=one.at), entry.actor, one.host, said)
        else:
            yield from (Step(one.at, one.who, "", wording.spoken(one.what)) for one in of_row(row))


def _failures(rows: Sequence[Row]) -> list[Failure]:
    """Of the last attempt: what failed before was done again."""
    failures: list[Failure] = []
    for row in rows:
        if row.entry.event is Event.RUN_STARTED:
            failures = []
        steps = steps_of(row) if row.entry.event is Event.RUN_STEPS else ()
        failures += [Failure(one.host, one.task, one.status, one.said) for one in steps if is_failure(one.status)]
    return failures
