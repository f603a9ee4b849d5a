"""All work of a period: change sets and runs of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chonai.change.errors import UsageError
from chonai.change.ports import Event
from chonai.jobs.runs import is_run
from chonai.reports.papers.entries import entry_of
from chonai.reports.papers.run_work import run_entry
from chonai.reports.papers.work_book import Cover, work_book
from chonai.reports.wording import Wording
from chonai.site.core import Site
from chonai.site.reporting import letterhead, review
from chonai.site.run_works import run_work_in
from chonai.site.runs import find
from chonai.site.typed import day
from chonai.site.works import work_in

HAPPENED = frozenset(Event) - {Event.NOTE, Event.OPENED, Event.DISCLOSED, Event.SECRET_SHOWN, Event.SECRET_DISCARDED}
"""What makes a piece of work part of a period. That somebody read about it later does not."""
Period = tuple[date, date]


def days_of(first: str | None, last: str | None) -> Period:
    """The days of a period as they were typed. Raises `UsageError` for one alone, or the wrong way round."""
    if first is None or last is None or day(last) < day(first):
        raise UsageError("evidence.bad_period", first=first or "-", last=last or "-")
    return day(first), day(last)


def in_period(site: Site, days: Period) -> list[str]:
    """Change sets that were sealed, agreed to, worked on, refused or withdrawn in these days, and runs that were asked
    for, begun, missed, refused or ended in them, in order.
    """
    known = {*(summary.id for summary in site.store.change_sets.list()), *site.store.runs.ids()}
    found = dict.fromkeys(
        row.entry.change_set
        for row in site.store.journal.rows()
        if row.entry.event in HAPPENED and days[0] <= row.entry.at.astimezone().date() <= days[1]
    )
    return [id_ for id_ in found if id_ in known]


def period_report(site: Site, days: Period, ids: Sequence[str], wording: Wording) -> bytes:
    """The report of a period, as a workbook; `ids` are what is `in_period`. Of what is confidential it says what
    everybody may see.
    """
    head, entries = site.store.journal.head(), []
    for id_ in ids:
        if is_run(id_):
            entries.append(run_entry(run_work_in(site, find(site, id_), head, wording), wording))
        else:
            entries.append(entry_of(work_in(site, review(site, id_), head, wording), wording))
    title, mark = wording.say("report.record_period_title"), wording.say("report.handle_with_care")
    cover = Cover(title, f"{days[0]} – {days[1]}", mark, str(head))
    return work_book(entries, cover, letterhead(site), wording)
