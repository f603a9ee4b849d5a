"""`chonai address audit`."""

from __future__ import annotations

import sys

import click

from chonai.cli.commands.address import ledger_option, told
from chonai.cli.common import prepare_inventory
from chonai.cli.framework import Command, option, text
from chonai.cli.terminal import page, warn, write
from chonai.reports.audits import Checked, audit_csv, audit_json, audit_text
from chonai.site import Site
from chonai.text.messages import current_locale

DIFFERENT = 5
"""The exit code of a check that found something."""


@click.command("audit", cls=Command, help=text("cli.help_address_audit"))
@option("--dns", multiple=True, metavar="HOST[,vrf=NAME]", says="audit.opt_dns")
@option("--arp", multiple=True, metavar="FILE[,…]", says="audit.opt_arp")
@option("--leases", multiple=True, metavar="FILE[,…]", says="audit.opt_leases")
@option("--ping", is_flag=True, says="audit.opt_ping")
@option("--rate", type=click.IntRange(1, 1000), default=50, metavar="N", says="audit.opt_rate")
@option("--prefix", "prefixes", multiple=True, metavar="PREFIX", says="audit.opt_prefix")
@option("--vrf", default="", metavar="NAME", says="audit.opt_vrf")
@option("--site", "place", default="", metavar="NAME", says="audit.opt_site")
@option("--days", type=click.IntRange(1, 3650), default=30, metavar="N", says="audit.opt_days")
@ledger_option
@option("--format", "format_", type=click.Choice(["text", "json", "csv"]), default="text", says="audit.opt_format")
def audit(
    dns: tuple[str, ...],
    arp: tuple[str, ...],
    leases: tuple[str, ...],
    ping: bool,
    rate: int,
    prefixes: tuple[str, ...],
    vrf: str,
    place: str,
    days: int,
    ledger: str | None,
    format_: str,
) -> int:
    """Hold the ledger against what is out there."""
    from chonai.site import auditing, ledgers  # Ansible takes a moment
    from chonai.site.inventory import Inventory

    with Site.visit() as site:
        prepare_inventory(site)
        asked = auditing.Asked(
            dns=dns,
            arp=arp,
            leases=leases,
            ping=ping,
            vrf=vrf,
            site=place,
            prefixes=prefixes,
            rate=rate,
            days=days,
        )
        settings_of = Inventory(site.settings.inventory).system
        found = auditing.audit(site, told(ledgers.read_ledger(site, ledger)), asked, settings_of, _before_ping)
    _show(found, format_)
    return DIFFERENT if found.rows else 0


def _before_ping(addresses: int, seconds: float) -> None:
    warn("audit.pinging", addresses=addresses, minutes=f"{seconds / 60:.1f}")


def _show(found: Checked, format_: str) -> None:
    if format_ == "json":
        write(audit_json(found, current_locale()))
    elif format_ == "csv":
        sys.stdout.buffer.write(audit_csv(found, current_locale()))
        sys.stdout.buffer.flush()
    else:
        page(audit_text(found, current_locale()))
