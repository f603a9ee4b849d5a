"""The reorganisation table (機構改革): `旧コード,新コード,種別,適用日`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from chonai.operations.personnel.cells import Cells, Sheet
from chonai.operations.personnel.kinds import ReformKind
from chonai.operations.personnel.plausible import old_dates
from chonai.operations.personnel.records import Reform, Section
from chonai.text.messages import Message

REQUIRED = ("old", "new", "kind", "date")
_NO_OLD = frozenset({ReformKind.NEW})
_NO_NEW = frozenset({ReformKind.ABOLISH})
_ONE_TARGET = frozenset({ReformKind.RENAME, ReformKind.TRANSFER, ReformKind.MERGE, ReformKind.ABOLISH})


def parse_reorganisation(sheet: Sheet) -> tuple[Reform, ...]:
    """The rows, identical ones once; problems go to the sheet."""
    found: dict[tuple[object, ...], Reform] = {}
    for row in sheet.table.rows:
        cells = Cells(sheet, row)
        reform = _reform(cells)
        if reform is not None:
            found.setdefault((reform.kind, reform.old, reform.new, reform.date), reform)
    sheet.warnings.extend(old_dates(((reform.place, reform.date) for reform in found.values()), sheet.span))
    return tuple(found.values())


def _reform(cells: Cells) -> Reform | None:
    word, day = cells.reform("kind"), cells.day_of_change("date")
    old, new = cells.section("old"), cells.section("new")
    cells.needed("kind")
    if not word or cells.failed():
        return None
    kind = cells.sheet.policy.reorganisation.kinds[word]
    for key, code, absent in (("old", old, kind in _NO_OLD), ("new", new, kind in _NO_NEW)):
        if bool(code) == absent:
            cells.wrong(
                key, "personnel.reform_code_not_wanted" if absent else "personnel.reform_code_missing", word=word
            )
    return None if cells.failed() else Reform(cells.place, kind, word, old, new, day)


def reform_problems(reforms: Iterable[Reform], after: Mapping[str, Section]) -> list[Message]:
    """What contradicts itself or the organisation of the effective date. All rows have one date."""
    rows = sorted(reforms, key=lambda row: row.place)
    problems = [
        row.place.says("new", row.new, "personnel.reform_new_unknown", word=row.word)
        for row in rows
        if row.new and row.new not in after
    ]
    return problems + _old_twice(rows) + _new_twice(rows) + _merged_in_circles(rows)


def _old_twice(rows: list[Reform]) -> list[Message]:
    """One old code with two fates that do not go together."""
    return [
        _twice(found, "old", found[0].old)
        for found in _together(rows, lambda row: row.old)
        if any(row.kind in _ONE_TARGET or row.kind is not found[0].kind for row in found)
    ]


def _new_twice(rows: list[Reform]) -> list[Message]:
    """One new code that an object takes over in place, and something else claims too."""
    return [
        _twice(found, "new", found[0].new)
        for found in _together(rows, lambda row: row.new)
        if any(row.kind not in (ReformKind.MERGE, ReformKind.SPLIT) for row in found)
    ]


def _together(rows: list[Reform], code: Callable[[Reform], str]) -> list[list[Reform]]:
    """Rows that name one code, where there are several."""
    by_code: dict[str, list[Reform]] = defaultdict(list)
    for row in rows:
        if code(row):
            by_code[code(row)].append(row)
    return [found for found in by_code.values() if len(found) > 1]


def _twice(found: list[Reform], column: str, code: str) -> Message:
    fields = {"other": found[0].place.row, "word": found[1].word}
    return found[1].place.says(column, code, f"personnel.reform_{column}_twice", **fields)


def _merged_in_circles(rows: list[Reform]) -> list[Message]:
    """Sections that are merged into each other, or one into itself alone: nothing tells what is meant."""
    merges = [row for row in rows if row.kind is ReformKind.MERGE]
    into = {row.old: row.new for row in merges if row.old != row.new}
    joined = set(into.values())
    return [
        row.place.says("new", row.new, "personnel.reform_circle", word=row.word)
        for row in merges
        if (row.old == row.new and row.new not in joined) or _returns(row.old, into)
    ]


def _returns(code: str, into: Mapping[str, str]) -> bool:
    at, seen = into.get(code), set[str]()
    while at is not None and at not in seen and at != code:
        seen.add(at)
        at = into.get(at)
    return at == code
