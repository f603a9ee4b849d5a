"""`chonai unlock`."""

from __future__ import annotations

import click

from chonai.change.errors import Refused, UsageError
from chonai.cli.common import DECLINED, yes_option
from chonai.cli.framework import Command, option, text
from chonai.cli.terminal import agreed, say, warn
from chonai.site import Site
from chonai.site.people import require_known


@click.command("unlock", cls=Command, help=text("cli.help_unlock"))
@click.argument("system", metavar="SYSTEM")
@option("--operator", required=True, metavar="NAME", says="cli.opt_operator")
@yes_option
def unlock(system: str, operator: str, yes: bool) -> int:
    """Free a system whose lock outlived its apply."""
    with Site.visit() as site:
        require_known(site, operator)
        holder = site.store.locks.holders().get(system)
        if holder is None:
            _require_system(site, system)
        if holder is not None and site.store.locks.is_alive(system):
            raise Refused("cli.lock_is_alive", system=system, who=holder.who, what=holder.what, pid=holder.pid)
        if holder is not None:
            fields = {"who": holder.who, "what": holder.what, "host": holder.host, "pid": holder.pid}
            if not (yes or agreed("cli.confirm_unlock", system=system, **fields)):
                warn("cli.not_unlocked", system=system)
                return DECLINED
        taken = site.store.locks.release_forcibly(system, operator)
        say("cli.unlocked", system=system, who=taken.who, what=taken.what)
    return 0


def _require_system(site: Site, system: str) -> None:
    """Raise `UsageError` for a name that nobody holds and that is no host: it is mistyped."""
    from chonai.site.inventory import Inventory  # Ansible takes a moment

    if system not in Inventory(site.settings.inventory).hosts:
        held = ", ".join(sorted(site.store.locks.holders())) or "-"
        raise UsageError("cli.no_such_system", system=system, inventory=site.settings.inventory, held=held)
