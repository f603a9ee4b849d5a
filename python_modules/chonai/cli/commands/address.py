"""`chonai address list`, `find`, `free` and `export`; `audit` is in a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from chonai.cli.common import FILE, list_format_option, paper_locale_option, prepare_inventory
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import page, say, warn, write
from chonai.reports.addresses import (
    IssuedRow,
    free_json,
    issued_json,
    issued_text,
    prefixes_json,
    prefixes_text,
)
from chonai.site import Site
from chonai.site.new_files import refuse_existing, write_new
from chonai.text.messages import current_locale

if TYPE_CHECKING:
    from chonai.site.ledgers import Ledger

NOTHING_FOUND = 1
ledger_option = option("--ledger", metavar="HOST", says="cli.opt_ledger")

address = Group(
    {
        "list": "address:list_",
        "find": "address:find",
        "free": "address:free",
        "export": "address:export",
        "audit": "audit:audit",
    },
    name="address",
    help=text("cli.help_address"),
)


@click.command("list", cls=Command, help=text("cli.help_address_list"))
@click.argument("prefix", metavar="[PREFIX]", required=False)
@ledger_option
@list_format_option
def list_(prefix: str | None, ledger: str | None, format_: str) -> None:
    """Prefixes and how full they are, or the addresses in one."""
    from chonai.site import ledgers  # Ansible takes a moment

    with Site.visit() as site:
        prepare_inventory(site)
        found = told(ledgers.read_ledger(site, ledger))
    if prefix is not None:
        _show(ledgers.addresses_in(found, prefix), format_)
        return
    rows = ledgers.prefixes(found)
    if format_ == "json":
        write(prefixes_json(rows))
    else:
        page(prefixes_text(rows, current_locale()))


@click.command("find", cls=Command, help=text("cli.help_address_find"))
@click.argument("word", metavar="WORD")
@ledger_option
@list_format_option
def find(word: str, ledger: str | None, format_: str) -> int:
    """What has an address, name, owner or request."""
    from chonai.site import ledgers

    with Site.visit() as site:
        prepare_inventory(site)
        found = ledgers.find(told(ledgers.read_ledger(site, ledger)), word)
    _show(found, format_)
    if not found:
        warn("cli.no_such_address", word=word)
    return 0 if found else NOTHING_FOUND


@click.command("free", cls=Command, help=text("cli.help_address_free"))
@click.argument("prefix", metavar="PREFIX")
@option("--count", type=click.IntRange(1, 4096), default=10, metavar="N", says="cli.opt_count_free")
@option("--purpose", default="", metavar="WORD", says="cli.opt_purpose_free")
@ledger_option
@list_format_option
def free(prefix: str, count: int, purpose: str, ledger: str | None, format_: str) -> int:
    """The next free addresses of a prefix."""
    from chonai.site import ledgers

    with Site.visit() as site:
        prepare_inventory(site)
        own, policy = ledgers.read_with_policy(site, ledger)
        found = ledgers.free(told(own), policy, prefix, count, purpose)
    if format_ == "json":
        write(free_json(prefix, found))
    else:
        write(f"{one}\n" for one in found)
    if not found:
        warn("cli.no_free_address", prefix=prefix)
    return 0 if found else NOTHING_FOUND


@click.command("export", cls=Command, help=text("cli.help_address_export"))
@click.argument("file", metavar="FILE", type=FILE)
@ledger_option
@paper_locale_option
def export(file: Path, ledger: str | None, locale: str) -> None:
    """The ledger as a workbook."""
    from chonai.site import ledger_sheets, ledgers

    refuse_existing(file)
    with Site.visit() as site:
        prepare_inventory(site)
        write_new(file, ledger_sheets.export_ledger(site, told(ledgers.read_ledger(site, ledger)), locale))
    say("cli.written", file=file)


def told(ledger: Ledger) -> Ledger:
    """The ledger, after what is to be said of it."""
    for warning in ledger.warnings:
        warn(warning.code, **warning.fields)
    return ledger


def _show(rows: list[IssuedRow], format_: str) -> None:
    if format_ == "json":
        write(issued_json(rows))
    else:
        page(issued_text(rows, current_locale()))
