"""Rows of an address ledger in a spreadsheet, and of every cell where it stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from chonai.text.folding import search_key
from chonai.text.messages import Message
from chonai.text.problems import Problem

_NOTHING = re.compile("[-ー]*")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text on one line, the title of its column, its row, and its address (`台帳!B12`)."""

    text: str
    title: str
    row: int
    at: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of a type. `said` is what stands above it for the whole table, `first` its first filled cell,
    `columns` are those that the table has.
    """

    file: str
    type: str
    cells: Mapping[str, Cell]
    said: Mapping[str, Cell]
    first: Cell
    columns: Collection[str]

    def __getitem__(self, name: str) -> str:
        return self.cells[name].text if name in self.cells else ""

    def anywhere(self, name: str) -> str:
        """A word of the row, else the one that stands above it."""
        return self[name] or (self.said[name].text if name in self.said else "")

    def cell(self, name: str) -> Cell:
        """Where a word comes from; the first cell of the row where it says nothing of it."""
        if self[name]:
            return self.cells[name]
        return self.said.get(name, self.first)

    def problem(self, name: str, code: str, /, **fields: object) -> Message:
        """What is wrong with one of its words, with its place."""
        cell = self.cell(name)
        return problem_at(self.file, cell if cell.at else replace(cell, at=self.first.at), code, **fields)


@dataclass(slots=True)
class Rows:
    """All rows of a file and how many tables they are in, what is wrong with it, and what is left out of it."""

    tables: int = 0
    rows: list[Row] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)


def problem_at(file: str, cell: Cell, code: str, /, **fields: object) -> Message:
    """A problem with a cell."""
    return Problem(code, file, row=cell.row, column=cell.title, value=cell.text, cell=cell.at, fields=fields).message


def is_filled(text: str) -> bool:
    """Whether a cell says something: people put a dash where there is nothing."""
    return _NOTHING.fullmatch(search_key(text)) is None
