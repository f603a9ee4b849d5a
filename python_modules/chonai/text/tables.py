"""Reads a table out of a CSV or spreadsheet as people make them: `read_table`.

The header may stand anywhere near the top and under other names; blank, total, section and repeated header rows are
left out and reported; columns that must not be kept are dropped before anybody sees them. Cells are data: `=cmd` is a
text. All problems of a file are collected, none is raised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from operator import itemgetter

from chonai.text.decoding import USER_DEFINED
from chonai.text.extents import address
from chonai.text.folding import search_key
from chonai.text.grids import Grid, Rows, UnreadableError, read_grid
from chonai.text.headers import Aliases, Header, Wanted, find_header, header_problems, wanted_columns
from chonai.text.problems import Problem

# Personal data that no operation needs: read past, never kept.
NEVER_KEPT = ("生年月日", "生年月日(西暦)", "生年月日(和暦)", "誕生日", "年齢", "性別", "性別コード")
_TOTAL = re.compile("(?:.*(?:合計|小計|総計|[部課係所局]計)|計|total|subtotal)[:]?")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One data row. `number` is its row in the file, from 1, as a spreadsheet shows it; `row[key]` is the value of a
    column, blank for a wanted column that the file has not. White space around a cell is padding and not part of its
    value; all else is as in the file.
    """

    number: int
    cells: tuple[str, ...]
    places: Mapping[str, int | None] = field(repr=False)

    def __getitem__(self, key: str) -> str:
        place = self.places[key]
        return "" if place is None else self.cells[place]

    def values(self) -> dict[str, str]:
        """All wanted columns by key."""
        return {key: self[key] for key in self.places}


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds. `columns` maps the keys that the file has to their headers; `problems` must be empty to go
    on.

    `skipped` are the rows left out (with why) and `flags` the user-defined characters: both to report, neither wrong.
    `encoding` is `xlsx` or a codec name; `header_row` counts from 1 (0 when there is none).
    """

    file: str
    encoding: str = ""
    sheet: str = ""
    header_row: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    unknown: Sequence[str] = ()
    dropped: Sequence[str] = ()
    rows: Sequence[TableRow] = ()
    skipped: Sequence[Problem] = ()
    flags: Sequence[Problem] = ()
    problems: Sequence[Problem] = ()
    positions: Mapping[str, int] = field(default_factory=dict)

    def problem(self, row: TableRow, key: str, code: str, **fields: object) -> Problem:
        """A problem with one cell of this table, its place filled in."""
        cell = address(self.positions[key], row.number) if self.encoding == "xlsx" and key in self.positions else ""
        return Problem(
            code,
            self.file,
            row=row.number,
            column=self.columns.get(key, key),
            value=row[key],
            cell=cell,
            fields=fields,
        )


def read_table(
    name: str,
    data: bytes,
    wanted: Mapping[str, Aliases],
    *,
    required: Collection[str] = (),
    sheet: str | None = None,
) -> Table:
    """The table in `data`, a file called `name`. `wanted` maps each column key to the header names it may have.

    `required` keys must have a column. `sheet` names the sheet of a workbook (default: the first visible one).
    """
    columns = wanted_columns(wanted, required, NEVER_KEPT)
    try:
        grid = read_grid(name, data, lambda rows: _rating(rows, columns), sheet)
        header = find_header(grid.head, columns)
        if header is not None:
            return _table(name, grid, header, columns)
    except UnreadableError as error:
        return Table(name, problems=(error.problem,))
    names = " / ".join(columns.names[key][0] for key in columns.required or columns.names)
    return Table(name, grid.encoding, grid.sheet, problems=(Problem("text.no_header", name, fields={"names": names}),))


def is_total(text: str) -> bool:
    """Whether a row that begins so sums others up."""
    return _TOTAL.fullmatch(search_key(text).strip("[]()【】〔〕<>")) is not None


def columns_named(name: str, data: bytes, wanted: Mapping[str, Aliases], required: Collection[str]) -> int:
    """How many of the `wanted` columns the header of a file names; 0 without a `required` one, or without header."""
    columns = wanted_columns(wanted, required, NEVER_KEPT)
    try:
        header = find_header(read_grid(name, data, lambda rows: _rating(rows, columns)).head, columns)
    except UnreadableError:
        return 0
    return len(header.columns) if header is not None and not set(required) - header.columns.keys() else 0


def _rating(rows: Rows, columns: Wanted) -> int:
    header = find_header(rows, columns)
    return header.rating(columns.required) if header else 0


def _table(name: str, grid: Grid, header: Header, wanted: Wanted) -> Table:
    body = _Body(name, header, wanted)
    body.read(chain(grid.head[header.row + 1 :], grid.rest))
    if not body.rows and not body.problems:
        body.problems.append(Problem("text.no_rows", name, row=header.row + 1))
    table = Table(
        file=name,
        encoding=grid.encoding,
        sheet=grid.sheet,
        header_row=header.row + 1,
        columns={key: header.titles[i] for key, i in header.columns.items()},
        unknown=header.unknown,
        dropped=header.dropped,
        rows=body.rows,
        skipped=body.skipped,
        problems=[*header_problems(name, header, wanted), *body.problems],
        positions=header.columns,
    )
    return replace(table, flags=_flags(table)) if grid.user_defined else table


class _Body:
    """Goes through the rows below the header once."""

    def __init__(self, file: str, header: Header, wanted: Wanted) -> None:
        self.file, self.header = file, header
        self.rows: list[TableRow] = []
        self.skipped: list[Problem] = []
        self.problems: list[Problem] = []
        columns = {key: i for i, key in enumerate(header.columns)}
        self.places: dict[str, int | None] = {key: columns.get(key) for key in wanted.names}
        self.must = [header.columns[key] for key in wanted.required if key in header.columns]
        self.pick = _picker(list(header.columns.values()))

    def read(self, rows: Iterable[Sequence[str]]) -> None:
        """Sorts every row below the header into data, skipped and wrong ones."""
        titles, must, least = self.header.titles, self.must, max(self.header.columns.values())
        width, first = len(titles), must[0] if must else least
        for number, cells in enumerate(rows, start=self.header.row + 2):
            if len(cells) > width and any(map(str.strip, cells[width:])):
                self._wrong("text.long_row", number, cells)
                continue
            row = cells if len(cells) > least else [*cells, *[""] * (width - len(cells))]
            lead = row[first].strip()
            if lead and lead != titles[first] and "計" not in lead and all(row[i] for i in must):
                self._add(number, row)
            elif any(map(str.strip, row)):
                self._unusual(number, row)

    def _add(self, number: int, cells: Sequence[str]) -> None:
        self.rows.append(TableRow(number, tuple(map(str.strip, self.pick(cells))), self.places))

    def _unusual(self, number: int, cells: Sequence[str]) -> None:
        """A row that lacks a required cell or repeats the header."""
        filled = [cell.strip() for cell in cells if cell.strip()]
        if self._repeats_header(cells):
            self._skip("text.skipped_header", number, filled)
        elif is_total(filled[0]):
            self._skip("text.skipped_total", number, filled)
        elif len(filled) == 1 and self._is_heading(cells):
            self._skip("text.skipped_section", number, filled)
        else:
            self._add(number, cells)

    def _is_heading(self, cells: Sequence[str]) -> bool:
        """Words alone at the left edge or in no known column. A name alone in the name column is a person."""
        place, text = next((i, cell) for i, cell in enumerate(cells) if cell.strip())
        columns = self.header.columns.values()
        return not search_key(text).isascii() and (place <= min(columns) or place not in columns)

    def _repeats_header(self, cells: Sequence[str]) -> bool:
        places = self.header.columns.values()
        return all(search_key(cells[i]) == search_key(self.header.titles[i]) for i in places)

    def _skip(self, code: str, number: int, filled: Sequence[str]) -> None:
        self.skipped.append(Problem(code, self.file, row=number, fields={"text": " ".join(filled[:3])}))

    def _wrong(self, code: str, number: int, cells: Sequence[str]) -> None:
        fields = {"cells": len(cells), "columns": len(self.header.titles)}
        self.problems.append(Problem(code, self.file, row=number, fields=fields))


def _picker(places: Sequence[int]) -> Callable[[Sequence[str]], Sequence[str]]:
    """`itemgetter` that gives a sequence for one place too."""
    if len(places) == 1:
        return lambda cells: (cells[places[0]],)
    getter: Callable[[Sequence[str]], Sequence[str]] = itemgetter(*places)
    return getter


def _flags(table: Table) -> list[Problem]:
    return [
        table.problem(row, key, "text.user_defined_character", code_points=_code_points(value))
        for row in table.rows
        if USER_DEFINED.search("".join(row.cells))
        for key, value in row.values().items()
        if USER_DEFINED.search(value)
    ]


def _code_points(value: str) -> str:
    return ", ".join(f"U+{ord(c):04X}" for c in USER_DEFINED.findall(value))
