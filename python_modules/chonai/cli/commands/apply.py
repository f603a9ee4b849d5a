"""`chonai apply`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from chonai.change.errors import Refused
from chonai.change.ledger import Status
from chonai.change.model import Plan
from chonai.cli.common import id_argument, settings_of, show_next, wording
from chonai.cli.framework import Command, option, text
from chonai.cli.progress import display
from chonai.cli.stopping import StopButton, Stopped, stop_button
from chonai.cli.terminal import reader_may_leave, say, warn
from chonai.reports.columns import columns
from chonai.reports.named import named, named_message
from chonai.reports.review import Review
from chonai.reports.visible import visible, visible_lines
from chonai.site import Crew, Site
from chonai.site.applying import Outcome, apply_all, settle
from chonai.site.reporting import after_apply, existing, naming, review
from chonai.site.systems import Settings

LISTED = 50
APPLIED, TAKEN_BACK = "applied", ("partly_undone", "undone")


@click.command("apply", cls=Command, help=text("cli.help_apply"))
@id_argument
@option("--operator", required=True, metavar="NAME", says="cli.opt_operator")
@option("--watcher", metavar="NAME", says="cli.opt_watcher")
def apply(id_: str, operator: str, watcher: str | None) -> None:
    """Do what was agreed, or the rest of it."""
    crew = Crew(operator, watcher)
    with Site.visit() as site:
        found = review(site, existing(site, id_))
        if _is_done(found):
            return
        systems = settings_of(site, _with_changes(found))
        with naming(found), stop_button(_again(id_, crew)) as button:
            outcomes = _run(site, found, crew, systems, button)
        found = after_apply(site, found)
        with reader_may_leave():
            _report(found, outcomes)
            show_next(found)
        if any(isinstance(outcome.error, Stopped) for outcome in outcomes):
            raise button.error()
        with naming(found):
            settle(outcomes)


def _is_done(found: Review) -> bool:
    """Say so if nothing is left to do; raise `Refused` for what was taken back: it is not made again."""
    id_ = found.change_set.id
    if found.state in TAKEN_BACK:
        raise Refused(f"cli.already_{found.state}", id=id_, undos=", ".join(found.undos))
    if found.state == APPLIED:
        say("cli.already_applied", id=id_)
        show_next(found)
    elif not _with_changes(found):
        say("cli.nothing_to_apply", id=id_)
    else:
        return False
    return True


def _with_changes(found: Review) -> list[Plan]:
    return [plan for plan in found.change_set.plans if plan.changes]


def _again(id_: str, crew: Crew) -> str:
    """The command that goes on with this apply."""
    watcher = f" --watcher {crew.watcher}" if crew.watcher else ""
    return f"chonai apply {id_} --operator {crew.operator}{watcher}"


def _run(
    site: Site, found: Review, crew: Crew, systems: Mapping[str, Settings], button: StopButton
) -> Sequence[Outcome]:
    totals = {plan.system: len(plan.changes) for plan in _with_changes(found)}
    warn("cli.checking", id=found.change_set.id, systems=", ".join(totals))
    with display(totals) as show:

        def progress(system: str, done: int, total: int) -> None:
            show(system, done, total)
            button.check()

        return apply_all(site, found.change_set.id, crew, systems, progress)


def _report(found: Review, outcomes: Sequence[Outcome]) -> None:
    """A line a system, then what failed and why."""
    rows = [tuple(text(f"cli.column_{name}") for name in ("system", "done", "failed", "skipped", "of"))]
    rows += [_row(found, outcome.plan) for outcome in outcomes]
    click.echo()
    for line in columns(rows, right=range(1, 5)):
        click.echo(line)
    errors = [outcome.error for outcome in outcomes if outcome.error and not isinstance(outcome.error, Stopped)]
    if len(errors) > 1:  # one alone is said at the end
        for error in errors:
            click.echo(visible_lines(named(error, found).render()))
    _failures(found, outcomes)


def _row(found: Review, plan: Plan) -> tuple[str, ...]:
    """By what the journal says: it knows also of an apply that stopped in the middle."""
    made = found.made(plan.system)
    numbers = (made[Status.DONE], made[Status.FAILED], made[Status.SKIPPED], len(plan.changes))
    return (visible(plan.system), *(f"{number:,}" for number in numbers))


def _failures(found: Review, outcomes: Sequence[Outcome]) -> None:
    failed = [
        f"{outcome.plan.system}: {found.label(outcome.plan.system, outcome.plan.changes[number].key)}: "
        f"{wording().spoken(named_message(error, found))}"
        for outcome in outcomes
        if outcome.tally
        for number, error in sorted(outcome.tally.errors.items())
    ]
    if failed:
        say("cli.failures", count=len(failed))
        for line in failed[:LISTED]:
            click.echo(f"  {visible(line)}")
    if len(failed) > LISTED:
        say("cli.more_failures", count=len(failed) - LISTED, id=found.change_set.id)
