"""`chonai approve` and `chonai statement`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from chonai.change.errors import UsageError
from chonai.cli.common import DECLINED, FILE, id_argument, release_option, show_next, wording, yes_option
from chonai.cli.framework import Command, option, text
from chonai.cli.terminal import agreed, content_of, say, warn
from chonai.reports.as_text import summary, withheld
from chonai.reports.review import Agreement, Review
from chonai.site import Site, approving
from chonai.site.approving import Received, refuse_closed
from chonai.site.reading import opened_if_able
from chonai.site.reporting import existing, review, review_of


@click.command("approve", cls=Command, help=text("cli.help_approve"))
@id_argument
@option("--as", "name", required=True, metavar="NAME", says="cli.opt_approver")
@option("--key", type=FILE, says="cli.opt_approver_key")
@option("--signature", type=FILE, says="cli.opt_signature")
@release_option
@yes_option
def approve(id_: str, name: str, key: Path | None, signature: Path | None, releases: tuple[str, ...], yes: bool) -> int:
    """Agree to a change set."""
    if (key is None) == (signature is None):
        raise UsageError("cli.key_or_signature")
    with Site.visit() as site:
        found = _seen_by(site, existing(site, id_), key)
        refuse_closed(site, id_, name)
        _show(found)
        brakes = ", ".join(releases)
        code = "cli.confirm_approval_releasing" if releases else "cli.confirm_approval"
        if not (yes or agreed(code, id=id_, name=name, brakes=brakes)):
            warn("cli.not_approved", id=id_)
            return DECLINED
        if key is not None:
            got = approving.approve(site, id_, principal=name, releases=releases, key=key)
        else:
            text_ = content_of(signature or Path("-"))
            got = approving.take_approval(site, id_, principal=name, releases=releases, signature=text_)
        _received(found, got)
    return 0


@click.command("statement", cls=Command, help=text("cli.help_statement"))
@id_argument
@release_option
def statement(id_: str, releases: tuple[str, ...]) -> None:
    """Print the bytes that an approver signs."""
    with Site.visit() as site:
        change_set = site.checked(existing(site, id_))
        known = {brake.name for plan in change_set.plans for brake in plan.brakes}
        for name in releases:
            if name not in known:
                tripped = ", ".join(sorted(known)) or "-"
                raise UsageError("cli.no_such_brake", id=id_, name=name, tripped=tripped)
        sys.stdout.buffer.write(site.statement(id_, releases))
        sys.stdout.buffer.flush()


def _seen_by(site: Site, id_: str, key: Path | None) -> Review:
    """All of it, where the approver is a reader; else, before its announcement, its counts."""
    if key is None:
        return review(site, id_)
    return review_of(site, opened_if_able(site, id_, key, is_shown=True))


def _received(found: Review, got: Received) -> None:
    """What the approval is good for, and what to type next."""
    made, id_ = got.approval, found.change_set.id
    agreements = (*found.agreements, Agreement(made.principal, made.at, made.releases))
    state = "approved" if found.state == "sealed" else found.state
    found = replace(found, agreements=agreements, state=state)
    say("cli.approved" if got.is_new else "cli.approved_before", id=id_, name=made.principal)
    if missing := dict.fromkeys(brake.name for _, brake in found.standing):
        say("cli.approved_not_enough", id=id_, brakes=", ".join(missing))
    show_next(found)


def _show(found: Review) -> None:
    """What is about to be agreed to, in numbers; on standard error, so that it is read wherever the output goes."""
    change_set, words = found.change_set, wording()
    warn(
        "cli.about_to_approve",
        id=change_set.id,
        operation=words.operation(change_set.operation),
        author=change_set.author,
    )
    for line in [*summary(found, words), *([withheld(found, words)] if found.is_withheld else [])]:
        click.echo(line, err=True)
    click.echo(err=True)
