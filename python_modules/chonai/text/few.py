"""The first few of many things, for a sentence that says how many there are."""

from __future__ import annotations

from collections.abc import Iterable

MOST_TOLD = 5


def first_few(things: Iterable[object]) -> str:
    """The first things with commas between, and … for those that are left out."""
    told = [str(thing) for thing in things]
    return ", ".join([*told[:MOST_TOLD], *(["…"] if len(told) > MOST_TOLD else [])])
