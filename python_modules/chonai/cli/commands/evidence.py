"""`chonai evidence …`: what was done, for somebody elsewhere to prove."""

from __future__ import annotations

from pathlib import Path

import click

from chonai.change.errors import UsageError
from chonai.cli.common import FILE, paper_locale_option, reader_option
from chonai.cli.delivery import check_mail, check_secrecy, handing_over, mail_option
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import say
from chonai.site import Site
from chonai.site import evidence as proofs
from chonai.site.delivering import Parcel, refuse_unannounced
from chonai.site.new_files import refuse_existing, write_new
from chonai.site.periods import days_of

evidence = Group(
    {"make": "evidence:make", "verify": "evidence:verify", "send": "evidence:send"},
    name="evidence",
    help=text("cli.help_evidence"),
)


@click.command("make", cls=Command, help=text("cli.help_evidence_make"))
@click.argument("ids", metavar="[ID]...", nargs=-1)
@option("--from", "first", metavar="DAY", says="evidence.opt_from")
@option("--to", "last", metavar="DAY", says="evidence.opt_to")
@option("--output", type=FILE, required=True, says="evidence.opt_output")
@option("--as", "name", metavar="NAME", says="evidence.opt_as")
@option("--sign-with", "own_key", type=FILE, says="evidence.opt_sign_with")
@option("--archive", "archives", type=FILE, multiple=True, metavar="FILE", says="archive.opt_archive")
@mail_option
@reader_option
@paper_locale_option
def make(
    ids: tuple[str, ...],
    first: str | None,
    last: str | None,
    output: Path,
    name: str | None,
    own_key: Path | None,
    archives: tuple[Path, ...],
    to: tuple[str, ...],
    key: Path | None,
    locale: str,
) -> None:
    """A zip that proves itself."""
    refuse_existing(output)
    period = days_of(first, last) if first or last else None
    asked = proofs.Asked(ids, period, key, locale, archives)
    with Site.visit() as site:
        check_mail(site, to)
        bundle = proofs.make(site, asked, site.author(name, str(own_key) if own_key else None))
        check_secrecy(site, bundle.change_sets, to, key)
        parcel = Parcel({output.name: bundle.raw}, bundle.by, bundle.ids)
        with handing_over(site, parcel, to, locale):
            write_new(output, bundle.raw)
            counts = {"count": len(bundle.change_sets), "runs": len(bundle.runs)}
            say("evidence.made", file=output, **counts, digest=bundle.digest, anchor=bundle.head)


@click.command("verify", cls=Command, help=text("cli.help_evidence_verify"))
@click.argument("file", metavar="FILE", type=FILE)
@option("--signers", type=FILE, says="evidence.opt_signers")
@option("--anchor", "anchor", multiple=True, metavar="TEXT", says="evidence.opt_anchor")
def verify(file: Path, signers: Path | None, anchor: tuple[str, ...]) -> None:
    """The same check as that of the verify.py in it."""
    for line in proofs.check(proofs.read_bundle(file), signers=signers, anchor=anchor):
        click.echo(line)
    say("evidence.verified", file=file)


@click.command("send", cls=Command, help=text("cli.help_evidence_send"))
@click.argument("file", metavar="FILE", type=FILE)
@mail_option
@paper_locale_option
def send(file: Path, to: tuple[str, ...], locale: str) -> None:
    """Mail what was made earlier."""
    if not to:
        raise UsageError("evidence.to_whom")
    with Site.visit() as site:
        check_mail(site, to)
        bundle = proofs.of_file(site, file)
        refuse_unannounced(site, bundle.change_sets)
        with handing_over(site, Parcel({file.name: bundle.raw}, site.author().name, bundle.ids), to, locale):
            pass
