"""`chonai report …`: papers, as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chonai.change.errors import UsageError
from chonai.cli.common import FILE, id_argument, paper_locale_option, prepare_inventory, reader_option
from chonai.cli.delivery import check_mail, check_secrecy, mail_option, write_and_mail
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import say
from chonai.jobs.runs import is_run
from chonai.reports.wording import Wording
from chonai.site import Site
from chonai.site.new_files import refuse_existing, write_new
from chonai.site.reporting import existing, letterhead
from chonai.site.reporting import review as review_of

if TYPE_CHECKING:
    from chonai.reports.papers.media import Medium

REFUSED = 3

report = Group(
    {"review": "report:review", "work": "report:work", "period": "report:period", "unused": "report:unused"},
    name="report",
    help=text("cli.help_report"),
)


@click.command("review", cls=Command, help=text("cli.help_report_review"))
@id_argument
@option("--output", type=FILE, required=True, says="cli.opt_output_xlsx")
@reader_option
@paper_locale_option
def review(id_: str, output: Path, key: Path | None, locale: str) -> int:
    """The review workbook."""
    from chonai.reports.papers.review_book import review_book

    refuse_existing(output)
    with Site.visit() as site:
        found = review_of(site, existing(site, id_), key)
        write_new(output, review_book(found, letterhead(site), locale))
    say("cli.written", file=output)
    return REFUSED if found.broken else 0


@click.command("work", cls=Command, help=text("cli.help_report_work"))
@id_argument
@option("--output", type=FILE, says="cli.opt_output_docx")
@option("--media", "brought", multiple=True, metavar="WHAT,BY,WHEN,RESULT", says="cli.opt_media")
@option("--no-media", is_flag=True, says="cli.opt_no_media")
@mail_option
@reader_option
@paper_locale_option
def work(
    id_: str,
    output: Path | None,
    brought: tuple[str, ...],
    no_media: bool,
    to: tuple[str, ...],
    key: Path | None,
    locale: str,
) -> int:
    """The work report, or the work record."""
    from chonai.reports.papers.media import Medium

    if brought and no_media:
        raise UsageError("cli.media_or_none")
    media = tuple(map(Medium.parse, brought)) if brought or no_media else None
    with Site.visit() as site:
        check_mail(site, to)
        gather = _of_run if is_run(id_) else _of_change_set
        told = gather(site, id_, Wording(locale), key)
        path = output or Path(told.name)
        content = told.record() if path.suffix.casefold() == ".xlsx" else told.report(media)
        check_secrecy(site, told.change_sets, to, key)
        write_and_mail(site, path, content, [id_], to, locale)
    return REFUSED if told.is_broken else 0


@dataclass(frozen=True, slots=True)
class _Told:
    """What one piece of work can be told as, and the change sets of which that tells."""

    name: str
    report: Callable[[tuple[Medium, ...] | None], bytes]
    record: Callable[[], bytes]
    change_sets: Sequence[str]
    is_broken: bool


def _of_change_set(site: Site, id_: str, wording: Wording, key: Path | None) -> _Told:
    from chonai.reports.papers.work import work_name
    from chonai.reports.papers.work_report import work_report
    from chonai.site.works import record_of, work_of

    facts = work_of(site, id_, wording, key)
    return _Told(
        work_name(facts, wording.say("report.work_title")),
        lambda media: work_report(facts, letterhead(site), wording, brought=media),
        lambda: record_of(site, facts, wording),
        [id_],
        bool(facts.review.broken),
    )


def _of_run(site: Site, id_: str, wording: Wording, key: Path | None) -> _Told:
    from chonai.reports.papers.run_report import run_report, run_report_name
    from chonai.site.run_works import run_record_of, run_work_of

    facts = run_work_of(site, id_, wording, key)
    return _Told(
        run_report_name(facts, wording.say("report.work_title")),
        lambda media: run_report(facts, letterhead(site), wording, brought=media),
        lambda: run_record_of(site, facts, wording),
        [work.review.change_set.id for work in facts.works],
        facts.is_broken,
    )


@click.command("period", cls=Command, help=text("cli.help_report_period"))
@option("--from", "first", required=True, metavar="DAY", says="evidence.opt_from")
@option("--to", "last", required=True, metavar="DAY", says="evidence.opt_to")
@option("--output", type=FILE, required=True, says="cli.opt_output_period")
@mail_option
@paper_locale_option
def period(first: str, last: str, output: Path, to: tuple[str, ...], locale: str) -> None:
    """All work of a period."""
    from chonai.site.periods import days_of, in_period, period_report

    refuse_existing(output)
    days = days_of(first, last)
    with Site.visit() as site:
        check_mail(site, to)
        ids = in_period(site, days)
        content = period_report(site, days, ids, Wording(locale))
        write_and_mail(site, output, content, ids, to, locale)


@click.command("unused", cls=Command, help=text("cli.help_report_unused"))
@option("--roster", type=FILE, required=True, says="cli.opt_roster")
@option("--organisation", type=FILE, says="cli.opt_organisation")
@option("--days", type=click.IntRange(min=15), default=90, says="cli.opt_days")
@option("--output", type=FILE, required=True, says="cli.opt_output_unused")
@paper_locale_option
def unused(roster: Path, organisation: Path | None, days: int, output: Path, locale: str) -> None:
    """Accounts that nobody owns or uses."""
    from chonai.reports.papers.unused_book import unused_book
    from chonai.site.unused import take_stock

    refuse_existing(output)
    with Site.visit() as site:
        prepare_inventory(site)
        stock = take_stock(site, roster=roster, organisation=organisation, days=days)
        write_new(output, unused_book(stock, letterhead(site), locale))
    say("cli.written", file=output)
