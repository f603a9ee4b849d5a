"""`chonai withdraw`."""

from __future__ import annotations

import click

from chonai.cli.common import DECLINED, id_argument, yes_option
from chonai.cli.framework import Command, option, text
from chonai.cli.terminal import agreed, say, warn
from chonai.site import Site
from chonai.site.core import NOT_STARTED
from chonai.site.reporting import existing
from chonai.site.withdrawing import withdraw as withdraw_set


@click.command("withdraw", cls=Command, help=text("cli.help_withdraw"))
@id_argument
@option("--as", "name", required=True, metavar="NAME", says="cli.opt_withdrawer")
@option("--why", required=True, metavar="TEXT", says="cli.opt_why")
@yes_option
def withdraw(id_: str, name: str, why: str, yes: bool) -> int:
    """Say that a change set is not to be applied any more."""
    with Site.visit() as site:
        existing(site, id_)
        question = "cli.confirm_withdraw" if site.store.state_of(id_) in NOT_STARTED else "cli.confirm_give_up"
        if not (yes or agreed(question, id=id_)):
            warn("cli.not_withdrawn", id=id_)
            return DECLINED
        is_new = withdraw_set(site, id_, principal=name, why=why)
        done = "cli.withdrawn" if site.store.state_of(id_) in NOT_STARTED else "cli.given_up"
        say(done if is_new else "cli.withdrawn_before", id=id_)
    return 0
