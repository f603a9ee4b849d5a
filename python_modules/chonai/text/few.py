"""The first few of many things, for a sentence that says how many there are."""

from __future__ import annotations

from collections.abc import Iterable

FEW, MANY = 5, 20


def first_few(things: Iterable[object], most: int = FEW) -> str:
    """The first things with commas between, and … for those that are left out."""
    told = [str(thing) for thing in things]
    return ", ".join([*told[:most], *(["…"] if len(told) > most else [])])
