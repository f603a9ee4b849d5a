"""Safety thresholds of a personnel change. Each names itself and says what to look at."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.change.model import Brake
from chonai.operations.personnel.census import Counts
from chonai.operations.personnel.policy import Brakes
from chonai.text.messages import message


def brakes(
    counts: Counts, rules: Brakes, *, covers: tuple[int, int] | None, vanished: Mapping[str, tuple[str, int]]
) -> list[Brake]:
    """The brakes that these counts pass. Their names tell nothing of whom or what: all see them before an announcement.

    covers    how many accounts in service the roster names, and how many there are; None without a roster
    vanished  code to name and number of people of sections that the organisation table has no longer
    """
    shares = (
        ("leavers", counts.leavers, rules.leavers_percent),
        ("disabled", counts.disabled, rules.disabled_percent),
        ("deletions", counts.deletions, rules.deletions_percent),
        ("joiners", counts.joiners, rules.joiners_percent),
        ("moved", counts.moved, rules.moved_percent),
    )
    found: list[Brake] = []
    for name, count, limit in shares:
        found += share(name, count, total=counts.serving, limit=limit, rules=rules)
    return [*found, *_uncovered(covers, rules), *_vanished(vanished), *_protected(counts)]


def share(name: str, count: int, *, total: int, limit: int, rules: Brakes) -> list[Brake]:
    """The brake of this name where more than `limit` percent of all are concerned, and more than are always allowed."""
    if count <= rules.always_allowed or count * 100 <= total * limit:
        return []
    percent = round(count * 100 / total, 1) if total else 100.0
    fields = {"count": count, "total": total, "percent": percent, "limit": limit}
    return [Brake(name, message(f"personnel.brake_{name}", **fields))]


def _uncovered(covers: tuple[int, int] | None, rules: Brakes) -> list[Brake]:
    """A roster that lacks many is not the whole roster."""
    limit = rules.roster_covers_percent
    if covers is None or covers[0] * 100 >= covers[1] * limit:
        return []
    missing = covers[1] - covers[0]
    said = message("personnel.brake_roster_covers", missing=missing, total=covers[1], limit=limit)
    return [Brake("roster_covers", said)]


def _vanished(sections: Mapping[str, tuple[str, int]]) -> list[Brake]:
    return [
        Brake("section_vanished", message("personnel.brake_section_vanished", code=code, name=name, people=people))
        for code, (name, people) in sorted(sections.items())
    ]


def _protected(counts: Counts) -> list[Brake]:
    return [
        Brake("protected", message("personnel.brake_protected", who=who, why=why), releasable=False)
        for who, why in sorted(counts.touched_protected, key=lambda each: each[0])
    ]
