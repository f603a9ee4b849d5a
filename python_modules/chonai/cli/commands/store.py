"""`chonai store backup`, `verify` and `restore`."""

from __future__ import annotations

from pathlib import Path

import click

from chonai.cli.common import FILE
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import say, warn
from chonai.site import Site
from chonai.site.storing import back_up, prove_file
from chonai.site.storing import restore as restore_store

store = Group(
    {"backup": "store:backup", "verify": "store:verify", "restore": "store:restore"},
    name="store",
    help=text("cli.help_store"),
)
file_argument = click.argument("file", type=FILE, metavar="FILE")


@click.command("backup", cls=Command, help=text("backup.help_backup"))
@file_argument
def backup(file: Path) -> None:
    """Write all of it into a file."""
    with Site.visit() as site:
        proved = back_up(site, file)
    say("backup.made", file=file, rows=sum(one.rows for one in proved.sums.values()), anchor=proved.head)


@click.command("verify", cls=Command, help=text("backup.help_verify"))
@file_argument
def verify(file: Path) -> None:
    """Prove a file."""
    with Site.visit() as site:
        proved = prove_file(site, file)
    header = proved.header
    rows = sum(one.rows for one in proved.sums.values())
    say("backup.proved", file=file, store=header.store, at=header.at, rows=rows, anchor=proved.head)
    _warn_of_later(proved.later)


@click.command("restore", cls=Command, help=text("backup.help_restore"))
@file_argument
@option("--operator", required=True, metavar="NAME", says="cli.opt_operator")
def restore(file: Path, operator: str) -> None:
    """Make the site's store of a file."""
    with Site.visit() as site:
        proved = restore_store(site, file, operator)
        say("backup.restored", file=file, store=site.store.name, anchor=proved.head)
    _warn_of_later(proved.later)


def _warn_of_later(later: int) -> None:
    if later:
        warn("backup.is_older", count=later)
