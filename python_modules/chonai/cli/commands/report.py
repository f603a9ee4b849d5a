"""`chonai report …`: papers, as files."""

from __future__ import annotations

from pathlib import Path

import click

from chonai.cli.common import FILE, id_argument
from chonai.cli.files import refuse_existing, write_new
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import say
from chonai.site import Site
from chonai.site.reporting import existing, letterhead
from chonai.site.reporting import review as review_of
from chonai.text.messages import LOCALES

REFUSED = 3
PAPER_LOCALE = "ja"

report = Group({"review": "report:review"}, name="report", help=text("cli.help_report"))
locale_option = option(
    "--locale", type=click.Choice(sorted(LOCALES)), default=PAPER_LOCALE, says="cli.opt_paper_locale"
)


@click.command("review", cls=Command, help=text("cli.help_report_review"))
@id_argument
@option("--output", type=FILE, required=True, says="cli.opt_output_xlsx")
@locale_option
def review(id_: str, output: Path, locale: str) -> int:
    """The review workbook."""
    from chonai.reports.papers.review_book import review_book

    refuse_existing(output)
    with Site.open() as site:
        found = review_of(site, existing(site, id_))
        write_new(output, review_book(found, letterhead(site), locale))
    say("cli.written", file=output)
    return REFUSED if found.broken else 0
