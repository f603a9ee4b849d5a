"""From the sheets of an address ledger to rows of a known type: finds tables and takes what stands above them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chonai.operations.addressing.model import ADDRESS
from chonai.operations.addressing.sheet.headings import OF_PREFIX, WITH_HEADINGS, Said, is_section
from chonai.operations.addressing.sheet.rows import Cell, Row, Rows, is_filled, problem_at
from chonai.operations.addressing.sheet.values import Unreadable, tidy
from chonai.operations.addressing.sheet.words import NEEDED, USED
from chonai.text.extents import address
from chonai.text.folding import search_key
from chonai.text.headers import Header, Wanted, find_header, fold_title
from chonai.text.messages import message
from chonai.text.problems import Problem
from chonai.text.tables import is_total
from chonai.text.workbooks import Cells, Workbook

_COUNTED = frozenset(("", "no", "番号", "項番", "通番", "連番"))
"""Titles of columns that only count the rows."""
BETWEEN_NOTES = " / "
"""What stands between a note and the comments that belong to it."""
_VALUE = re.compile(r"\d+|.*\d+\.\d+\.\d+.*|.*[0-9a-f]:[0-9a-f:].*")


def table_type(columns: Mapping[str, int]) -> str:
    """Of what a table with these columns is; blank for nothing that is known."""
    if len(columns) < 2:
        return ""
    return next((type_ for type_, ways in NEEDED.items() if any(way <= columns.keys() for way in ways)), "")


def rows_of(file: str, workbook: Workbook, wanted: Wanted, said: Mapping[str, str]) -> Rows:
    """The rows of all sheets. `said` holds for all of them, where they say nothing else."""
    found = Rows()
    given = {name: Cell(text, name, 1, "") for name, text in said.items() if text}
    for sheet in workbook.sheets:
        _Walk(file, sheet, wanted, Said(given, wanted), found).read()
    found.warnings += [message("addressing.sheet_hidden", file=file, sheet=title) for title in workbook.hidden]
    if not found.tables and not found.problems:
        names = " / ".join(wanted.names[key][0] for key in ("address", "prefix", "vlan", "device"))
        found.problems.append(Problem("addressing.sheet_nothing", file, fields={"names": names}).message)
    return found


@dataclass(slots=True)
class _Walk:
    """Goes down one sheet."""

    file: str
    sheet: Cells
    wanted: Wanted
    said: Said
    found: Rows
    header: Header | None = None
    header_row: int = 0
    type: str = ""
    unused: Counter[int] = field(default_factory=Counter)
    noted: set[str] = field(default_factory=set)

    def read(self) -> None:
        self.said.take_title(self.sheet.title, self._place("A1"))
        number = 0
        while number < len(self.sheet.rows):
            number += self._line(number)
        self._end_table()
        if not self.type and any(any(map(str.strip, row)) for row in self.sheet.rows):
            self.found.warnings.append(message("addressing.sheet_no_table", file=self.file, sheet=self.sheet.title))
        for at, text in self.sheet.comments.items():
            if at in self.noted:
                continue
            fields = {"file": self.file, "cell": self._place(at), "text": text[:200]}
            self.found.warnings.append(message("addressing.sheet_comment", **fields))

    def _line(self, number: int) -> int:
        """Take a line; how many of them that took."""
        cells = self.sheet.rows[number]
        filled = [i for i, cell in enumerate(cells) if is_filled(cell)]
        if not filled or (self.type in ("", *WITH_HEADINGS) and is_total(cells[filled[0]])):
            return 1
        if not self._has_values(number) and (taken := self._head(number)):
            return taken
        if self.header is None or is_section(self.type, self.header, cells, filled):
            line = [self._cell(number, column, "") for column in filled]
            self.said.take_line(line, in_table=self.header is not None)
        else:
            self._row(self.header, number, filled[0])
        return 1

    def _has_values(self, number: int) -> bool:
        return any(_VALUE.fullmatch(search_key(cell)) for cell in self.sheet.rows[number] if is_filled(cell))

    def _head(self, number: int) -> int:
        """Begin a table where these lines are its header; how many lines that is."""
        is_alone = number + 1 >= len(self.sheet.rows) or self._has_values(number + 1)
        header = find_header(self.sheet.rows[number : number + (1 if is_alone else 2)], self.wanted)
        type_ = table_type(header.columns) if header else ""
        if header is None or not type_:
            return 0
        self._end_table()
        self.found.tables += 1
        self.header, self.type, self.header_row = header, type_, number + header.row
        for key, first, second in header.doubled:
            cell = self._cell(self.header_row, list(header.titles).index(second), second)
            fields = {"first": first, "key": key}
            self.found.problems.append(problem_at(self.file, cell, "text.doubled_column", **fields))
        return header.row + 1

    def _end_table(self) -> None:
        for column, count in sorted(self.unused.items()):
            cell = self._cell(self.header_row, column, "")
            fields = {"file": self.file, "cell": cell.at, "column": cell.text, "count": count}
            self.found.warnings.append(message("addressing.sheet_unused", **fields))
        self.unused.clear()

    def _row(self, header: Header, number: int, first: int) -> None:
        cells: dict[str, Cell] = {}
        used = {place: key for key, place in header.columns.items() if key in USED[self.type]}
        for column, text in enumerate(self.sheet.rows[number]):
            if is_filled(text) and column in used:
                cells[used[column]] = self._cell(number, column, header.titles[column])
            elif is_filled(text) and column < len(header.titles) and fold_title(header.titles[column]) not in _COUNTED:
                self.unused[column] += 1
        place = self._cell(number, first, "")
        if not cells:
            return
        if "note" in USED[self.type] and (note := self._note(number, used, cells.get("note"))):
            cells["note"] = note
        self.found.rows.append(Row(self.file, self.type, cells, self.said.cells, place, header.columns.keys()))

    def _note(self, number: int, used: Mapping[int, str], own: Cell | None) -> Cell | None:
        """What stands in the row's note, with the comments of its cells. Those of a cell that names the network of an
        address are that network's.
        """
        found = [own] if own else []
        for column, key in used.items():
            at = address(column, number + 1)
            text = self.sheet.comments.get(at)
            if text and text.isprintable() and not (self.type == ADDRESS and key in OF_PREFIX):
                found.append(Cell(tidy(text), "", number + 1, self._place(at)))
                self.noted.add(at)
        if not found:
            return None
        return replace(found[0], text=BETWEEN_NOTES.join(one.text for one in found))

    def _cell(self, number: int, column: int, title: str) -> Cell:
        at = self._place(address(column, number + 1))
        text = self.sheet.rows[number][column].strip()
        try:
            return Cell(tidy(text), title, number + 1, at)
        except Unreadable as wrong:
            self.found.problems.append(problem_at(self.file, Cell(text, title, number + 1, at), wrong.code))
            return Cell("", title, number + 1, at)

    def _place(self, at: str) -> str:
        return f"{self.sheet.title}!{at}" if self.sheet.title else at
