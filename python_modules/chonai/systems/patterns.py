"""Patterns of names (`core-*`) that a city's settings protect."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence


def first_match(patterns: Sequence[str], name: str) -> str | None:
    """The first of the patterns that the name falls under; upper and lower case are one."""
    folded = name.casefold()
    return next((item for item in patterns if fnmatch.fnmatchcase(folded, item.casefold())), None)
