"""`chonai passwords`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from chonai.change.errors import UsageError
from chonai.cli.common import FILE, id_argument
from chonai.cli.framework import Command, option, text
from chonai.cli.terminal import say, warn, write
from chonai.reports.handout import ENCODINGS, Slip, expected_slips, refuse_unencodable, slips_csv, slips_text
from chonai.site import Site
from chonai.site.core import NOT_STARTED
from chonai.site.people import holder_of
from chonai.site.reporting import existing
from chonai.text.messages import current_locale


@click.command("passwords", cls=Command, help=text("cli.help_passwords"))
@id_argument
@option("--key", type=FILE, required=True, says="cli.opt_recipient_key")
@option("--format", "format_", type=click.Choice(["text", "csv"]), default="text", says="cli.opt_format_passwords")
@option("--encoding", type=click.Choice(ENCODINGS), default=ENCODINGS[0], says="cli.opt_encoding")
def passwords(id_: str, key: Path, format_: str, encoding: str) -> None:
    """Show initial passwords to one of their recipients; that they were shown is journaled."""
    if format_ == "text" and not sys.stdout.isatty():
        raise UsageError("cli.not_a_terminal")
    with Site.visit() as site:
        change_set = site.checked(existing(site, id_))
        if format_ == "csv":
            refuse_unencodable(expected_slips(change_set), encoding)
        handouts = site.handouts(id_, key, holder_of(site, key))
        slips = [(Slip.of(one.system, one.record), one.secrets) for one in handouts]
        if format_ == "csv":
            sys.stdout.buffer.write(slips_csv(slips, current_locale(), encoding))
            sys.stdout.buffer.flush()
        elif slips:
            write(slips_text(slips, current_locale()))
        elif site.store.state_of(id_) not in NOT_STARTED:
            say("cli.no_passwords", id=id_)
        if site.store.state_of(id_) in NOT_STARTED:
            warn("cli.no_passwords_yet", id=id_)
        warn("cli.passwords_shown", count=len(slips))
