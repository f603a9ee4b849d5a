"""The commands that there are."""

from __future__ import annotations

import click

import chonai
from chonai.cli.framework import Group, Option, context_settings, text
from chonai.text.messages import LOCALES

COMMANDS = {
    "show": "show:show",
    "list": "show:list_",
    "plan": "reading:plan",
    "approve": "approve:approve",
    "statement": "approve:statement",
    "apply": "apply:apply",
    "ids": "ids:ids",
    "address": "address:address",
    "disclose": "reading:disclose",
    "imports": "imports:imports",
    "confirm": "imports:confirm",
    "withdraw": "withdraw:withdraw",
    "undo": "undo:undo",
    "journal": "journal:journal",
    "passwords": "passwords:passwords",
    "profile": "profile:profile",
    "report": "report:report",
    "evidence": "evidence:evidence",
    "job": "job:job",
    "watch": "watch:watch",
    "scheduler": "scheduler:scheduler",
    "awx": "awx:awx",
    "store": "store:store",
    "doctor": "doctor:doctor",
    "unlock": "unlock:unlock",
}


def make_app() -> Group:
    """The whole command line, in the language of this process."""
    language = Option(["--lang"], type=click.Choice(sorted(LOCALES)), expose_value=False, help=text("cli.opt_lang"))
    version = Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_version,
        help=text("cli.opt_version"),
    )
    return Group(
        COMMANDS,
        name="chonai",
        help=text("cli.help"),
        params=[language, version],
        context_settings=context_settings(),
    )


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"chonai {chonai.__version__}")
        ctx.exit()
