"""What commands share that hand files over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from chonai.cli.framework import option
from chonai.cli.terminal import say
from chonai.site import Site
from chonai.site.delivering import Parcel, mail, mail_settings, record, refuse_unannounced
from chonai.site.new_files import refuse_existing, write_new

mail_option = option("--mail", "to", multiple=True, metavar="ADDRESS", says="delivery.opt_mail")


def check_mail(site: Site, to: Sequence[str]) -> None:
    """Return if mail could go to all of these; raises as `mail_settings` does, before anything is made."""
    if to:
        mail_settings(site, to)


def check_secrecy(site: Site, ids: Sequence[str], to: Sequence[str], key: Path | None) -> None:
    """Return if what a reader's key opened may be mailed; raises as `refuse_unannounced` does."""
    if to and key:
        refuse_unannounced(site, ids)


def write_and_mail(site: Site, path: Path, content: bytes, ids: Sequence[str], to: Sequence[str], locale: str) -> None:
    """Make a file, and where somebody is to get it by mail hand it over by the rules for that."""
    if not to:
        write_new(path, content)
        say("cli.written", file=path)
        return
    refuse_existing(path)
    with handing_over(site, Parcel({path.name: content}, site.author().name, ids), to, locale):
        write_new(path, content)
        say("cli.written", file=path)


@contextmanager
def handing_over(site: Site, parcel: Parcel, to: Sequence[str], locale: str) -> Iterator[None]:
    """Check and journal a parcel, let the caller write it, then send it where somebody is to get it by mail."""
    handed = record(site, parcel)
    for line in handed.said:
        click.echo(str(line))
    yield
    if to:
        say("delivery.sent", to=", ".join(to), answer=mail(site, parcel, handed, to, locale))
