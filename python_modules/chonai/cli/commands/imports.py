"""`chonai imports` and `chonai confirm`."""

from __future__ import annotations

import os

import click

from chonai.cli.common import DECLINED, yes_option
from chonai.cli.framework import Command, option, text
from chonai.cli.terminal import agreed, say, warn
from chonai.site import Site
from chonai.site.imports import Waiting, answer_imports, waiting_imports


@click.command("imports", cls=Command, help=text("cli.help_imports"))
@click.argument("system", metavar="[SYSTEM]", required=False)
def imports(system: str | None) -> None:
    """Show the import files that wait for a word."""
    with _site() as site:
        found = waiting_imports(site, system)
    for one in found:
        _show(one)
    if not found:
        say("cli.no_imports")
    for name in dict.fromkeys(one.system for one in found):
        say("cli.imports_next", system=name)


@click.command("confirm", cls=Command, help=text("cli.help_confirm"))
@click.argument("system", metavar="SYSTEM")
@option("--file", "files", multiple=True, metavar="FILE", says="cli.opt_import_file")
@option("--rejected", metavar="WHY", says="cli.opt_rejected")
@option("--operator", required=True, metavar="NAME", says="cli.opt_operator")
@yes_option
def confirm(system: str, files: tuple[str, ...], rejected: str | None, operator: str, yes: bool) -> int:
    """Say what became of import files."""
    with _site() as site:
        for one in waiting_imports(site, system):
            if not files or {one.path.name, str(one.path)} & set(files):
                _show(one)
        code = "cli.ask_imported" if rejected is None else "cli.ask_rejected"
        if not (yes or agreed(code, system=system, why=rejected)):
            warn("cli.not_confirmed", system=system)
            return DECLINED
        answered = answer_imports(site, system, files, operator=operator, rejected=rejected)
    say("cli.confirmed" if rejected is None else "cli.rejected", system=system, count=len(answered))
    return 0


def _site() -> Site:
    """The site; how its systems are reached is looked up as Ansible does, also from a folder below it."""
    site = Site.open()
    os.environ.setdefault("ANSIBLE_CONFIG", str(site.settings.root / "ansible.cfg"))
    return site


def _show(one: Waiting) -> None:
    since = f"{one.since.astimezone():%Y-%m-%d %H:%M}"
    say("cli.import_waits", system=one.system, file=one.path, rows=one.rows, type=one.type, since=since)
