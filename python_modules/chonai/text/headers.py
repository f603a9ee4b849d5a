"""Finds the header of a table: the row that names most of the wanted columns, somewhere near the top.

A header may stand on two rows, a group (新所属) above its parts (コード, 部, 課): the names are then joined
(新所属コード).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chonai.text.folding import search_key
from chonai.text.grids import HEAD_ROWS, Rows
from chonai.text.problems import Problem

Aliases = Sequence[str]


class ColumnsError(ValueError):
    """Names of columns that contradict each other: not the file is wrong, but who reads it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns a reader knows: `aliases` folded header name to key, `names` key to its names as written."""

    aliases: Mapping[str, str]
    names: Mapping[str, Aliases]
    required: Collection[str]
    dropped: Collection[str]


@dataclass(frozen=True, slots=True)
class Header:
    """A found header. `row` counts from 0 and is its last row; `titles` are the cells as the file has them."""

    row: int
    titles: Sequence[str]
    columns: Mapping[str, int]
    doubled: Sequence[tuple[str, str, str]]
    unknown: Sequence[str]
    dropped: Sequence[str]

    def rating(self, required: Collection[str]) -> int:
        """How much of what is wanted this row names; required columns weigh most."""
        return 100 * sum(key in self.columns for key in required) + len(self.columns)


def wanted_columns(names: Mapping[str, Aliases], required: Collection[str], dropped: Collection[str]) -> Wanted:
    """What to look for. Raises `ColumnsError` when one title stands for two keys, or a required key has no names."""
    aliases: dict[str, str] = {}
    for key, titles in names.items():
        for title in titles:
            if aliases.setdefault(fold_title(title), key) != key:
                raise ColumnsError(f"header {title!r} is given to both {aliases[fold_title(title)]!r} and {key!r}")
    if unknown := set(required) - set(names):
        raise ColumnsError(f"required columns without names: {sorted(unknown)}")
    return Wanted(aliases, names, tuple(required), frozenset(map(fold_title, dropped)))


@lru_cache(maxsize=4096)
def fold_title(title: str) -> str:
    """A header cell for comparing: folded, without punctuation (本務・兼務区分 and 本務兼務区分 are one)."""
    return "".join(c for c in search_key(title) if unicodedata.category(c)[0] not in "PS")


def find_header(rows: Rows, wanted: Wanted) -> Header | None:
    """The best header among the first rows, or None when no row names a wanted column. The first of equals wins."""
    best: Header | None = None
    for row in range(min(HEAD_ROWS, len(rows))):
        for titles in _readings(rows, row):
            header = _match(row, titles, wanted)
            if header.columns and (best is None or header.rating(wanted.required) > best.rating(wanted.required)):
                best = header
    return best


def header_problems(file: str, header: Header, wanted: Wanted) -> list[Problem]:
    """Missing required columns and columns that the file has twice."""
    found = ", ".join(title for title in header.titles if title)
    row = header.row + 1
    missing = [
        Problem(
            "text.missing_column",
            file,
            row=row,
            fields={"names": " / ".join(wanted.names[key]), "found": found},
        )
        for key in wanted.required
        if key not in header.columns
    ]
    doubled = [
        Problem("text.doubled_column", file, row=row, column=second, fields={"first": first, "key": key})
        for key, first, second in header.doubled
    ]
    return missing + doubled


def _readings(rows: Rows, row: int) -> list[Sequence[str]]:
    """The row itself, and joined with the row above it."""
    return [rows[row]] if row == 0 else [rows[row], _joined(rows[row - 1], rows[row])]


def _joined(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """Group names spread to the right over their parts; a name merged over both rows counts once."""
    titles, group = [], ""
    for i, part in enumerate(below):
        own = above[i].strip() if i < len(above) else ""
        group = own or (group if part.strip() else "")
        titles.append(group if part.strip() in ("", group) else group + part.strip())
    return titles


def _match(row: int, titles: Sequence[str], wanted: Wanted) -> Header:
    columns: dict[str, int] = {}
    doubled, unknown, dropped = [], [], []
    for i, title in enumerate(titles):
        folded = fold_title(title)
        key = wanted.aliases.get(folded)
        if folded in wanted.dropped:
            dropped.append(title.strip())
        elif key is None:
            unknown += [title.strip()] if folded else []
        elif key in columns:
            doubled.append((key, titles[columns[key]].strip(), title.strip()))
        else:
            columns[key] = i
    return Header(row, [title.strip() for title in titles], columns, doubled, unknown, dropped)
