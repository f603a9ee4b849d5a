"""The work on change sets, gathered from the store for reports."""

from __future__ import annotations

from pathlib import Path

from chonai.change.journal import Anchor
from chonai.reports.as_text import care
from chonai.reports.papers.entries import entry_of
from chonai.reports.papers.work import Work
from chonai.reports.papers.work_book import Cover, work_book
from chonai.reports.review import Review
from chonai.reports.wording import Wording
from chonai.site.core import Site
from chonai.site.reporting import existing, letterhead, review, rows


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
