"""`chonai journal show`, `verify` and `anchor`."""

from __future__ import annotations

from pathlib import Path

import click

from chonai.cli.common import FILE, id_argument, list_format_option, reader_option, wording
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import page, say, warn, write
from chonai.reports.as_text import withheld
from chonai.reports.events import events_json, events_text, objects_json, objects_text, truths
from chonai.site import Site
from chonai.site.checks import verify_journal
from chonai.site.reporting import existing, review, rows
from chonai.text.messages import current_locale

journal = Group(
    {"show": "journal:show", "verify": "journal:verify", "anchor": "journal:anchor"},
    name="journal",
    help=text("cli.help_journal"),
)


@click.command("show", cls=Command, help=text("cli.help_journal_show"))
@id_argument
@list_format_option
@option("--objects", is_flag=True, says="cli.opt_objects")
@reader_option
def show(id_: str, format_: str, objects: bool, key: Path | None) -> None:
    """What happened, in order, or what became of each object."""
    with Site.visit() as site:
        events, locale = rows(site, existing(site, id_)), current_locale()
        if objects:
            reviewed = review(site, id_, key)
            if reviewed.is_withheld:
                click.echo(withheld(reviewed, wording()), err=True)
            found = truths(reviewed, events)
            pieces = objects_json(found, id_, locale) if format_ == "json" else objects_text(found, locale)
        else:
            pieces = events_json(events, id_) if format_ == "json" else events_text(events, locale)
        (page if format_ == "text" else write)(pieces)


@click.command("verify", cls=Command, help=text("cli.help_journal_verify"))
@option("--anchor", "anchor_", metavar="TEXT", says="cli.opt_anchor")
@option("--archive", "archives", type=FILE, multiple=True, metavar="FILE", says="archive.opt_archive")
def verify(anchor_: str | None, archives: tuple[Path, ...]) -> None:
    """Prove that nothing was changed, removed, inserted or cut off."""
    with Site.visit() as site:
        head = verify_journal(site, anchor_, archives)
        say("cli.journal_verified", rows=head.seq, anchor=head)
        elsewhere = site.store.journal.archives()
    if len(archives) < len(elsewhere):
        rows = sum(run.last - run.first + 1 for one in elsewhere for run in one.segments)
        warn("archive.elsewhere", rows=rows, files=", ".join(one.file for one in elsewhere))


@click.command("anchor", cls=Command, help=text("cli.help_journal_anchor"))
def anchor() -> None:
    """Print the head of the journal, to be kept elsewhere."""
    with Site.visit() as site:
        click.echo(str(site.store.journal.head()))
