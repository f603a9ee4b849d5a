"""`chonai store backup`, `verify`, `restore` and `archive`."""

from __future__ import annotations

from pathlib import Path

import click

from chonai.cli.common import FILE
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import say, warn
from chonai.site import Site
from chonai.site.archiving import archive as archive_store
from chonai.site.archiving import survey
from chonai.site.storing import back_up, prove_file
from chonai.site.storing import restore as restore_store
from chonai.site.typed import day

store = Group(
    {"backup": "store:backup", "verify": "store:verify", "restore": "store:restore", "archive": "store:archive"},
    name="store",
    help=text("cli.help_store"),
)
file_argument = click.argument("file", type=FILE, metavar="FILE")


@click.command("backup", cls=Command, help=text("cli.help_store_backup"))
@file_argument
def backup(file: Path) -> None:
    """Write all of it into a file."""
    with Site.visit() as site:
        proved = back_up(site, file)
    say("backup.made", file=file, rows=sum(one.rows for one in proved.sums.values()), anchor=proved.head)


@click.command("verify", cls=Command, help=text("cli.help_store_verify"))
@file_argument
def verify(file: Path) -> None:
    """Prove a file."""
    with Site.visit() as site:
        proved = prove_file(site, file)
    header = proved.header
    rows = sum(one.rows for one in proved.sums.values())
    say("backup.proved", file=file, store=header.store, at=header.at, rows=rows, anchor=proved.head)
    _warn_of_later(proved.later)


@click.command("restore", cls=Command, help=text("cli.help_store_restore"))
@file_argument
@option("--operator", required=True, metavar="NAME", says="cli.opt_operator")
def restore(file: Path, operator: str) -> None:
    """Make the site's store of a file."""
    with Site.visit() as site:
        proved = restore_store(site, file, operator)
        say("backup.restored", file=file, store=site.store.name, anchor=proved.head)
    _warn_of_later(proved.later)


@click.command("archive", cls=Command, help=text("cli.help_store_archive"))
@file_argument
@option("--before", metavar="DAY", says="archive.opt_before")
@option("--operator", required=True, metavar="NAME", says="cli.opt_operator")
@option("--check", is_flag=True, says="archive.opt_check")
def archive(file: Path, before: str | None, operator: str, check: bool) -> None:
    """Move old change sets into a file."""
    limit = day(before) if before else None
    with Site.visit() as site:
        moved = None if check else archive_store(site, file, operator, limit)
        found = moved.survey if moved else survey(site, limit)
    leaving = found.leaving
    code = "archive.moved" if moved else "archive.would_move" if check else "archive.nothing"
    counts = {"sets": len(leaving.change_sets), "runs": len(leaving.runs), "plans": len(leaving.plans)}
    say(code, **counts, file=file)
    for why, count in found.stays.items():
        warn(f"archive.stays_{why.value}", count=count)


def _warn_of_later(later: int) -> None:
    if later:
        warn("backup.is_older", count=later)
