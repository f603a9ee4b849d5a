"""What several commands share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from chonai.change.model import Plan
from chonai.cli.framework import option
from chonai.reports.as_text import next_lines
from chonai.reports.review import Review
from chonai.reports.wording import Wording
from chonai.site import Site
from chonai.site.systems import Settings
from chonai.text.messages import LOCALES, current_locale

FILE = click.Path(path_type=Path)
DECLINED = 1
"""The exit code when a person answered no."""
PAPER_LOCALE = "ja"
"""Papers are the city's, whatever language the terminal of who makes them speaks."""

id_argument = click.argument("id_", metavar="ID")
yes_option = option("--yes", "-y", is_flag=True, says="cli.opt_yes")
paper_locale_option = option(
    "--locale", type=click.Choice(sorted(LOCALES)), default=PAPER_LOCALE, says="cli.opt_paper_locale"
)
list_format_option = option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", says="cli.opt_format_list"
)
reader_option = option("--key", type=FILE, says="cli.opt_reader_key")
release_option = option("--release", "releases", multiple=True, metavar="BRAKE", says="cli.opt_release")


def wording() -> Wording:
    """Sentences in the language of this process."""
    return Wording(current_locale())


def settings_of(site: Site, plans: Iterable[Plan]) -> Mapping[str, Settings]:
    """How the system of each plan is reached, from the inventory."""
    from chonai.site.inventory import settings_of as inventory_settings

    prepare_inventory(site)
    return inventory_settings(site.settings.inventory, [plan.system for plan in plans])


def prepare_inventory(site: Site) -> None:
    """Ansible itself looks for its configuration in the working folder only; a site is found from below it too."""
    os.environ.setdefault("ANSIBLE_CONFIG", str(site.settings.root / "ansible.cfg"))


def show_next(review: Review) -> None:
    """What to type next."""
    click.echo()
    for line in next_lines(review, wording()):
        click.echo(line)
