"""The reality check of an address ledger: read it, look at what is out there, compare. Only reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

from chonai.operations.addressing.audit import Atlas, Finding, compare
from chonai.reports.audits import Checked, FindingRow, audit_text
from chonai.site.core import Site
from chonai.site.ledgers import Ledger, prefix_of
from chonai.site.sightings import Asked, SettingsOf, collect
from chonai.text.messages import current_locale

__all__ = ["Asked", "audit", "lines"]


def audit(
    site: Site,
    ledger: Ledger,
    asked: Asked,
    settings_of: SettingsOf,
    before_ping: Callable[[int, float], None] = lambda _addresses, _seconds: None,
) -> Checked:
    """The ledger held against everything that was asked for. Raises as `collect` does, and `UsageError` for a prefix
    that the ledger does not have.
    """
    within = [prefix_of(ledger, word)[1] for word in asked.prefixes]
    atlas = Atlas(ledger.state, ledger.day, within)
    now = site.now()
    found = collect(atlas, asked, settings_of, before_ping, now)
    compared = compare(atlas, found.sources, found.sightings, now=now, days=asked.days)
    return Checked(
        rows=tuple(map(_row, compared.findings)),
        counts={kind.value: count for kind, count in compared.counts.items()},
        checked=compared.checked,
        days=asked.days,
        sources=compared.seen,
        unseen=compared.unseen,
        unclear=compared.unclear,
    )


def lines(found: Checked) -> list[str]:
    """All of it for people, a line each, in the language of this process."""
    return "".join(audit_text(found, current_locale())).splitlines()


def _row(finding: Finding) -> FindingRow:
    return FindingRow(**{field.name: getattr(finding, field.name) for field in fields(FindingRow)})
