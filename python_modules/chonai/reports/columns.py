"""Columns of text in which Japanese characters take two places."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence


def width(text: str) -> int:
    """How many places a text takes at a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_places, text))


def columns(rows: Iterable[Sequence[str]], *, right: Collection[int] = ()) -> Iterator[str]:
    """Rows of one length as lines with aligned columns; columns in `right` are aligned at their end."""
    table = list(rows)
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = [_padded(cell, widths[n], at_end=n in right) for n, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()


def _padded(cell: str, size: int, *, at_end: bool) -> str:
    blank = " " * (size - width(cell))
    return blank + cell if at_end else cell + blank


def _places(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):  # accents, variation selectors, joiners
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
