"""`chonai plan` and `chonai disclose`."""

from __future__ import annotations

from pathlib import Path

import click

from chonai.cli.common import id_argument, reader_option, wording
from chonai.cli.framework import Command, text
from chonai.cli.terminal import page, say
from chonai.reports.as_text import care, summary
from chonai.site import Site
from chonai.site.reading import disclose as disclose_
from chonai.site.reporting import existing, plan_preview


@click.command("plan", cls=Command, help=text("cli.help_plan"))
@click.argument("id_", metavar="PLAN")
@reader_option
def plan(id_: str, key: Path | None) -> None:
    """What a plan says that nobody has sealed yet."""
    words = wording()
    with Site.visit() as site:
        found = plan_preview(site, id_, key)
        marks = [] if found.is_announced else [care(found, words)]
        page(f"{line}\n" for line in [*marks, *summary(found, words, most=None)])


@click.command("disclose", cls=Command, help=text("cli.help_disclose"))
@id_argument
@reader_option
def disclose(id_: str, key: Path | None) -> None:
    """Make readable what has been announced."""
    with Site.visit() as site:
        is_new = disclose_(site, existing(site, id_), key)
    say("cli.disclosed" if is_new else "cli.disclosed_before", id=id_)
