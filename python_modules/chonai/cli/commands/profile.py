"""`chonai profile from-export`."""

from __future__ import annotations

from pathlib import Path

import click

from chonai.cli.common import FILE
from chonai.cli.framework import Command, Group, text
from chonai.cli.terminal import write
from chonai.site.imports import draft_profile

profile = Group({"from-export": "profile:from_export"}, name="profile", help=text("cli.help_profile"))


@click.command("from-export", cls=Command, help=text("cli.help_profile_from_export"))
@click.argument("file", metavar="FILE", type=FILE)
def from_export(file: Path) -> None:
    """Draft a profile from what a product exported."""
    write([draft_profile(file)])
