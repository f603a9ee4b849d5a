"""`chonai ids list`, `find` and `import`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from chonai.change.ids import GivenId
from chonai.cli.common import FILE, list_format_option, prepare_inventory
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import page, say, warn, write
from chonai.reports.ids import ids_json, ids_text
from chonai.site import Site
from chonai.site.ids import find_ids, import_ids
from chonai.text.messages import current_locale

NOTHING_FOUND = 1

ids = Group(
    {"list": "ids:list_", "find": "ids:find", "import": "ids:import_"},
    name="ids",
    help=text("cli.help_ids"),
)


@click.command("list", cls=Command, help=text("cli.help_ids_list"))
@click.argument("system", metavar="[SYSTEM]", required=False)
@list_format_option
def list_(system: str | None, format_: str) -> None:
    """Everything in the ledger."""
    with Site.visit() as site:
        found = site.store.ids.rows(system)
    _show(found, format_)


@click.command("find", cls=Command, help=text("cli.help_ids_find"))
@click.argument("name", metavar="NAME")
@list_format_option
def find(name: str, format_: str) -> int:
    """Whose an ID is or was, and what a person has or had."""
    with Site.visit() as site:
        found = find_ids(site, name)
    _show(found, format_)
    if not found:
        warn("cli.no_such_id", name=name)
    return 0 if found else NOTHING_FOUND


@click.command("import", cls=Command, help=text("cli.help_ids_import"))
@click.argument("file", type=FILE, metavar="FILE")
@option("--operator", required=True, metavar="NAME", says="cli.opt_operator")
def import_(file: Path, operator: str) -> None:
    """Tell the ledger what was given before."""
    with _store_may_be_made() as site:
        prepare_inventory(site)
        new = import_ids(site, file, operator=operator)
    say("cli.ids_imported", count=new)


def _show(found: Iterable[GivenId], format_: str) -> None:
    if format_ == "json":
        write(ids_json(found))
    else:
        page(ids_text(found, current_locale()))


def _store_may_be_made() -> Site:
    """The site; its store is made if it is not there, but not one that the environment names: that is mistyped."""
    site = Site.visit()
    return site if site.has_store or site.store_is_named else Site.open(site.settings)
