"""Work that was done, gathered from the store for reports: one change set, or all of a period."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from chonai.change.errors import UsageError
from chonai.change.journal import Anchor
from chonai.change.ports import Event, Row
from chonai.reports.as_text import care
from chonai.reports.papers.entries import entry_of, entry_of_run
from chonai.reports.papers.work import Work
from chonai.reports.papers.work_book import Cover, work_book
from chonai.reports.review import Review
from chonai.reports.wording import Wording
from chonai.site.core import Site
from chonai.site.reporting import existing, letterhead, review, rows
from chonai.site.run_reports import line, told
from chonai.site.typed import day

HAPPENED = frozenset(Event) - {Event.NOTE, Event.OPENED, Event.DISCLOSED, Event.SECRET_SHOWN, Event.SECRET_DISCARDED}
"""What makes a change set part of a period. That somebody read about it later does not."""
Period = tuple[date, date]


def days_of(first: str | None, last: str | None) -> Period:
    """The days of a period as they were typed. Raises `UsageError` for one alone, or the wrong way round."""
    if first is None or last is None or day(last) < day(first):
        raise UsageError("evidence.bad_period", first=first or "-", last=last or "-")
    return day(first), day(last)


def in_period(site: Site, days: Period) -> list[str]:
    """Change sets that were sealed, agreed to, worked on, refused or withdrawn in these days, in order."""
    known = {summary.id for summary in site.store.change_sets.list()}
    found = dict.fromkeys(row.entry.change_set for row in site.store.journal.rows() if _is_in(row, days))
    return [id_ for id_ in found if id_ in known]


def work_of(site: Site, id_: str, wording: Wording, key: Path | None = None) -> Work:
    """The work on one change set. Raises `UsageError` for an unknown id; a reader's key shows what is closed."""
    return work_in(site, review(site, existing(site, id_), key), site.store.journal.head(), wording)


def work_in(site: Site, found: Review, head: Anchor, wording: Wording) -> Work:
    """The work on a change set that was gathered already, as the journal knows it up to `head`."""
    own = [row for row in rows(site, found.change_set.id) if row.seq <= head.seq]
    return Work.of(found, own, head, wording)


def record_of(site: Site, work: Work, wording: Wording) -> bytes:
    """The record of one change set, as a workbook."""
    change_set = work.review.change_set
    title = wording.say("report.record_title", id=change_set.id, operation=wording.operation(change_set.operation))
    when = f"{wording.time(work.began)} – {wording.time(work.ended)}" if work.began and work.ended else ""
    cover = Cover(title, when, care(work.review, wording), str(work.head))
    return work_book([entry_of(work, wording)], cover, letterhead(site), wording)


def runs_in_period(site: Site, days: Period) -> list[str]:
    """Runs of jobs that were asked for, begun, or ended in these days, those first that were asked for first."""
    known = reversed(site.store.runs.ids())
    return [id_ for id_ in known if any(_is_in(row, days) for row in site.store.journal.rows(id_))]


def _is_in(row: Row, days: Period) -> bool:
    return row.entry.event in HAPPENED and days[0] <= row.entry.at.astimezone().date() <= days[1]


def period_report(site: Site, days: Period, wording: Wording) -> bytes:
    """The report of a period, as a workbook: change sets and runs of jobs. Of what is confidential it says what
    everybody may see.
    """
    head = site.store.journal.head()
    works = [work_in(site, review(site, id_), head, wording) for id_ in in_period(site, days)]
    runs = [entry_of_run(line(site, id_), told(site, id_), wording) for id_ in runs_in_period(site, days)]
    title, mark = wording.say("report.record_period_title"), wording.say("report.handle_with_care")
    cover = Cover(title, f"{days[0]} – {days[1]}", mark, str(head))
    return work_book([*(entry_of(work, wording) for work in works), *runs], cover, letterhead(site), wording)
