"""`chonai passwords`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from chonai.change.errors import Refused, UsageError
from chonai.change.model import ChangeSet
from chonai.cli.common import DECLINED, FILE, id_argument, paper_locale_option, yes_option
from chonai.cli.framework import Command, option, text
from chonai.cli.terminal import agreed, has_person, say, warn, write
from chonai.reports.handout import ENCODINGS, Slip, expected_slips, refuse_unencodable, slips_csv, slips_text
from chonai.reports.wording import Wording
from chonai.site import Site
from chonai.site.core import NOT_STARTED
from chonai.site.handing_out import handouts
from chonai.site.new_files import refuse_existing, refuse_shared, write_new
from chonai.site.people import holder_of
from chonai.site.reporting import existing, ledgers, letterhead
from chonai.text.messages import current_locale


@click.command("passwords", cls=Command, help=text("cli.help_passwords"))
@id_argument
@option("--key", type=FILE, says="cli.opt_recipient_key")
@option("--format", "format_", type=click.Choice(["text", "csv"]), default="text", says="cli.opt_format_passwords")
@option("--encoding", type=click.Choice(ENCODINGS), default=ENCODINGS[0], says="cli.opt_encoding")
@option("--slips", type=FILE, says="cli.opt_slips")
@option("--receipts", type=FILE, says="cli.opt_receipts")
@option("--font", "fonts", type=FILE, multiple=True, says="cli.opt_font")
@paper_locale_option
@option("--discard", is_flag=True, says="cli.opt_discard")
@option("--unshown", "also_unshown", is_flag=True, says="cli.opt_unshown")
@option("--as", "name", metavar="NAME", says="cli.opt_discarder")
@yes_option
def passwords(
    *,
    id_: str,
    key: Path | None,
    format_: str,
    encoding: str,
    slips: Path | None,
    receipts: Path | None,
    fonts: tuple[Path, ...],
    locale: str,
    discard: bool,
    also_unshown: bool,
    name: str | None,
    yes: bool,
) -> int:
    """Show initial passwords to one of their recipients, or print them; that they were shown is journaled. Or forget
    them.
    """
    if discard != bool(name) or discard == bool(key) or (discard and (slips or receipts)):
        raise UsageError("cli.passwords_key_or_discard")
    if receipts and not slips:
        raise UsageError("cli.receipts_need_slips")
    if key and not slips and format_ == "text" and not sys.stdout.isatty():
        raise UsageError("cli.not_a_terminal")
    with Site.visit() as site:
        existing(site, id_)
        if name:
            return _discard(site, id_, name, also_unshown=also_unshown, yes=yes)
        change_set = site.checked(id_)
        if key and slips:
            _print(site, change_set, key, [slips, *([receipts] if receipts else [])], fonts, locale)
        elif key:
            _show(site, change_set, key, format_, encoding)
    return 0


def _discard(site: Site, id_: str, name: str, *, also_unshown: bool, yes: bool) -> int:
    """Who has decided in advance (`--yes`, a script) has to say that passwords nobody has read may go too."""
    from chonai.site.discarding import discard, unshown

    kept = site.store.kept_secrets(id_)
    count, unread = len(kept), unshown(site, id_, ledgers(site, site.checked(id_)), kept)
    if unread and not also_unshown and (yes or not has_person()):
        raise Refused("cli.passwords_unshown", id=id_, count=unread)
    question = "cli.confirm_discard_unshown" if unread else "cli.confirm_discard"
    if count and not (yes or agreed(question, id=id_, count=count, unshown=unread)):
        warn("cli.not_discarded", id=id_)
        return DECLINED
    gone = discard(site, id_, kept, principal=name)
    say("cli.discarded" if gone else "cli.discarded_before", id=id_, count=gone)
    return 0


def _show(site: Site, change_set: ChangeSet, key: Path, format_: str, encoding: str) -> None:
    if format_ == "csv":
        refuse_unencodable(expected_slips(change_set), encoding)
    found = _handed_out(site, change_set.id, key)
    if format_ == "csv":
        sys.stdout.buffer.write(slips_csv(found, current_locale(), encoding))
        sys.stdout.buffer.flush()
    elif found:
        write(slips_text(found, current_locale()))
    if not found:
        _say_why_none(site, change_set.id, format_)
    warn("cli.passwords_shown", count=len(found))


def _say_why_none(site: Site, id_: str, format_: str) -> None:
    """Nothing but rows goes where a table is read."""
    if site.store.state_of(id_) in NOT_STARTED:
        warn("cli.no_passwords_yet", id=id_)
    elif format_ == "text":
        say("cli.no_passwords", id=id_)


def _print(
    site: Site, change_set: ChangeSet, key: Path, files: list[Path], fonts: tuple[Path, ...], locale: str
) -> None:
    """Slips and, where a second file is named, the receipt list. All that can refuse is asked before anything is
    decrypted: that is journaled."""
    from chonai.reports.papers.faces import monospaced, text_faces
    from chonai.reports.papers.receipts import receipts_pdf
    from chonai.reports.papers.recipients import recipients, refuse_unprintable
    from chonai.reports.papers.slips import Printing, slips_pdf

    for path in files:
        refuse_existing(path)
        refuse_shared(path)
    printing = Printing(change_set.id, letterhead(site), text_faces(fonts), monospaced(), Wording(locale))
    refuse_unprintable(expected_slips(change_set), printing.letterhead, printing.faces)
    people = recipients(_handed_out(site, change_set.id, key))
    if not people:
        _say_why_none(site, change_set.id, "text")
        return
    for path, paper in zip(files, (slips_pdf, receipts_pdf), strict=False):
        write_new(path, paper(people, printing))
        say("cli.written", file=path)
    warn("cli.slips_made", people=len(people), file=files[0])


def _handed_out(site: Site, id_: str, key: Path) -> list[tuple[Slip, Mapping[str, str]]]:
    found = handouts(site, id_, key, holder_of(site, key))
    return [(Slip.of(one.system, one.record, one.owner), one.secrets) for one in found]
