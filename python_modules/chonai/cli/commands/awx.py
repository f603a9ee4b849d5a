"""`chonai awx export`."""

from __future__ import annotations

from pathlib import Path

import click

from chonai.cli.common import FILE, PAPER_LOCALE
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import write
from chonai.site.awx import export as export_jobs
from chonai.site.new_files import write_new
from chonai.site.settings import find_site
from chonai.text.messages import LOCALES

awx = Group({"export": "awx:export"}, name="awx", help=text("cli.help_awx"))


@click.command("export", cls=Command, help=text("cli.help_awx_export"))
@option("--out", type=FILE, says="awx.opt_out")
@option("--gone", "removed", multiple=True, metavar="NAME", says="awx.opt_gone")
@option("--locale", type=click.Choice(sorted(LOCALES)), default=PAPER_LOCALE, says="awx.opt_locale")
def export(out: Path | None, removed: tuple[str, ...], locale: str) -> None:
    """The playbook that brings the jobs into AWX."""
    playbook = export_jobs(find_site(), removed, locale)
    if out is None:
        write([playbook])
    else:
        write_new(out, playbook.encode())
