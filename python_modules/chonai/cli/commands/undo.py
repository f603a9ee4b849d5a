"""`chonai undo`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from chonai.change.errors import UsageError
from chonai.change.model import Plan
from chonai.cli.common import FILE, id_argument, settings_of, show_next, wording
from chonai.cli.framework import Command, option, text
from chonai.cli.terminal import say, warn
from chonai.reports.as_text import summary
from chonai.reports.review import Review
from chonai.site import Site, undoing
from chonai.site.core import STILL_TO_COME
from chonai.site.reporting import existing, naming, review
from chonai.site.typed import objects


@click.command("undo", cls=Command, help=text("cli.help_undo"))
@id_argument
@option("--only", "only", multiple=True, metavar="TYPE:ID", says="cli.opt_only")
@option("--system", "chosen", multiple=True, metavar="SYSTEM", says="cli.opt_undo_system")
@option("--as", "name", metavar="NAME", says="cli.opt_author")
@option("--key", type=FILE, says="cli.opt_author_key")
def undo(id_: str, only: tuple[str, ...], chosen: tuple[str, ...], name: str | None, key: Path | None) -> None:
    """Make the change set that takes another back."""
    with Site.visit() as site:
        origin = review(site, existing(site, id_))
        wanted = objects(origin, only)
        author = site.author(name, str(key) if key else None)
        with naming(origin):
            sealed = undoing.undo(site, id_, settings_of(site, _plans(origin, chosen)), author, wanted)
        made = review(site, sealed.change_set.id)
        say("cli.undo_made", id=made.change_set.id, undone=id_)
        others = [one for one in site.store.change_sets.undos_of(id_) if one != made.change_set.id]
        if waiting := [one for one in others if site.store.state_of(one) in STILL_TO_COME]:
            warn("cli.undo_waiting", undone=id_, others=", ".join(waiting))
        for line in summary(made, wording()):
            click.echo(line)
        if any(plan.changes for plan in made.change_set.plans):
            click.echo(f"\n{text('cli.undo_show')}\n  chonai show {made.change_set.id}")
            show_next(made)
        else:
            say("cli.undo_empty")


def _plans(origin: Review, chosen: Collection[str]) -> list[Plan]:
    """Of all systems, or of those that were named. Raises `UsageError` for one that the change set does not have."""
    plans = {plan.system: plan for plan in origin.change_set.plans}
    if unknown := sorted(set(chosen) - plans.keys()):
        id_, known = origin.change_set.id, ", ".join(plans)
        raise UsageError("cli.not_a_system_of_it", system=unknown[0], id=id_, systems=known)
    return [plan for name, plan in plans.items() if not chosen or name in chosen]
