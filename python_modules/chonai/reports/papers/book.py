"""Workbooks for people: every cell is text that no spreadsheet takes for a formula, every sheet prints on A4."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from chonai.change.errors import Refused
from chonai.reports.columns import width
from chonai.reports.visible import visible

FACE = "游ゴシック"
A4 = 9
LINE = 15.5
"""Points that one line of text takes."""
MOST_ROWS = 1_048_576
HIGHEST = 409
"""Points of the highest row that Excel shows."""
LONGEST = 250
"""Characters of one cell. What is longer goes on in the next row: one row would not be high enough."""
_LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_IN_NO_FILE = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""What no XML file may hold."""
_TEXT = {"num_format": "@", "quote_prefix": True, "text_wrap": True, "valign": "top", "border": 1}
LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 15, "valign": "vcenter"},
    "plain": {"valign": "vcenter"},
    "heading": {"bold": True, "font_size": 11, "bottom": 2},
    "head": {**_TEXT, "bold": True, "bg_color": "#E7E6E6", "align": "center", "valign": "vcenter"},
    "name": {**_TEXT, "bold": True, "bg_color": "#F2F2F2"},
    "text": _TEXT,
    "again": {**_TEXT, "font_color": "#7F7F7F", "top": 4, "top_color": "#BFBFBF"},
    "more": {**_TEXT, "top": 4, "top_color": "#BFBFBF"},
    "count": {"num_format": "#,##0", "valign": "top", "border": 1},
    "stop": {**_TEXT, "bold": True, "font_color": "#A40000", "bg_color": "#FFF1F0"},
    "care": {"border": 1, "bold": True, "align": "center", "valign": "vcenter"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and its width in characters."""

    title: str
    width: float


@dataclass(frozen=True, slots=True)
class Page:
    """What stands above and below each printed page."""

    left: str
    right: str


@dataclass(slots=True)
class Book:
    """A workbook under construction, whole in memory: nothing of it is written to a temporary file."""

    title: str
    at: datetime
    _buffer: io.BytesIO = field(default_factory=io.BytesIO)
    _book: xlsxwriter.Workbook = field(init=False)
    _formats: dict[str, Format] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": FACE, "font_size": 10},
        }
        self._book = xlsxwriter.Workbook(self._buffer, options)
        created = self.at.astimezone(UTC).replace(tzinfo=None)
        self._book.set_properties({"title": visible(self.title), "created": created})

    def look(self, name: str) -> Format:
        """One of `LOOKS`."""
        if name not in self._formats:
            self._formats[name] = self._book.add_format({"font_name": FACE, "font_size": 10, **LOOKS[name]})
        return self._formats[name]

    def sheet(self, name: str, page: Page) -> Sheet:
        """A new sheet; its name is made one that Excel takes and that no other sheet has."""
        sheet = self._book.add_worksheet(self._free(name))
        _lay_out(sheet, page)
        return Sheet(self, sheet)

    def finish(self) -> bytes:
        """The file's content."""
        self._book.close()
        return self._buffer.getvalue()

    def _free(self, name: str) -> str:
        clean = _NOT_IN_NAMES.sub("_", visible(name)).strip("' ") or "_"
        number, free = 1, clean[:_LONGEST_NAME]
        while free.casefold() in {*self._names, "history"}:
            number += 1
            end = f"_{number}"
            free = clean[: _LONGEST_NAME - len(end)] + end
        self._names.add(free.casefold())
        return free


@dataclass(slots=True)
class Sheet:
    """A sheet that grows downwards."""

    book: Book
    sheet: Worksheet
    row: int = 0
    widths: Sequence[float] = ()

    def columns(self, widths: Iterable[float]) -> None:
        """How wide the columns are."""
        self.widths = tuple(widths)
        for number, size in enumerate(self.widths):
            self.sheet.set_column(number, number, size)

    def table_head(self, columns: Sequence[Column]) -> None:
        """The heading of the only table of a sheet: it stays in view and stands on every page."""
        self.columns(column.width for column in columns)
        self.cells([column.title for column in columns], "head")
        self.sheet.freeze_panes(self.row, 0)
        self.sheet.repeat_rows(self.row - 1)

    def cells(self, texts: Sequence[str | int], look: str, looks: Sequence[str] = ()) -> None:
        """A row; `looks` are those of its first cells, `look` that of the others. Numbers are counts.

        Raises `Refused` when the sheet holds no more: Excel would lose what comes after.
        """
        self._refuse_full()
        for column, text in enumerate(texts):
            self.put(column, text, looks[column] if column < len(looks) else look)
        self._end_row(map(str, texts))

    def exact_cells(self, texts: Sequence[str]) -> None:
        """A row whose texts are kept as they are, to be read back. Raises `Refused` as `cells` does."""
        self._refuse_full()
        look = self.book.look("text")
        for column, text in enumerate(texts):
            self._exact(column, text, look)
        self._end_row(texts)

    def _refuse_full(self) -> None:
        if self.row >= MOST_ROWS:
            raise Refused("report.sheet_full", rows=MOST_ROWS)

    def _end_row(self, texts: Iterable[str]) -> None:
        """Make the row high enough for the longest of its texts, and go on below it."""
        lines = max(lines_of(text, room) for text, room in zip(texts, self.widths, strict=True))
        if lines > 1:
            self._raise(lines)
        self.row += 1

    def _exact(self, column: int, text: str, look: Format) -> None:
        if text:
            self.sheet.write_string(self.row, column, visible(text) if _IN_NO_FILE.search(text) else text, look)
        else:
            self.sheet.write_blank(self.row, column, None, look)

    def choose(self, column: int, words: Sequence[str]) -> None:
        """Offer words in a column, below the heading and somewhat beyond the last row; others can be typed too."""
        rule = {"validate": "list", "source": list(words), "error_type": "warning"}
        self.sheet.data_validation(1, column, self.row + 200, column, rule)

    def put(self, column: int, text: str | int, look: str) -> None:
        """One cell of the present row."""
        if isinstance(text, int):
            self.sheet.write_number(self.row, column, text, self.book.look("count"))
        elif text:
            self.sheet.write_string(self.row, column, visible_lines_of(text), self.book.look(look))
        else:
            self.sheet.write_blank(self.row, column, None, self.book.look(look))

    def span(self, first: int, last: int, text: str, look: str) -> None:
        """One cell over several columns of the present row."""
        self.sheet.merge_range(self.row, first, self.row, last, "", self.book.look(look))
        self.put(first, text, look)

    def height(self, text: str, room: float) -> None:
        """Make the present row high enough for a text in merged cells of `room` characters."""
        self._raise(lines_of(text, room))

    def _raise(self, lines: int) -> None:
        self.sheet.set_row(self.row, min(HIGHEST, LINE * lines))

    def end(self, columns: int, *, table: int | None = None) -> None:
        """All rows are there; `table` is the row of the heading whose rows can be filtered."""
        last = max(self.row - 1, 0)
        self.sheet.print_area(0, 0, last, columns - 1)
        if table is not None and last > table:
            self.sheet.autofilter(table, 0, last, columns - 1)


def pieces(text: str) -> Iterator[str]:
    """A text in parts that a cell can show whole."""
    for start in range(0, max(len(text), 1), LONGEST):
        yield text[start : start + LONGEST]


@lru_cache(maxsize=8192)
def lines_of(text: str, room: float) -> int:
    """How many lines a text takes in a column. Not every program finds that out by itself, so that rows are given
    their height. Words are not broken, so that a line is not quite full."""
    full = max(1, int(room - 1))
    return sum(max(1, -(-width(line) // full)) for line in text.split("\n"))


@lru_cache(maxsize=8192)
def visible_lines_of(text: str) -> str:
    """The lines of a cell, safe to show. Most texts of a table stand in many of its cells."""
    return "\n".join(visible(line) for line in text.split("\n"))


def beginning(text: str) -> str:
    """A text that a cell can show whole; how long it really is is said where that is not all of it."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 10]}…({len(text):,})"


def _lay_out(sheet: Worksheet, page: Page) -> None:
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header(f"&L&9{_marginal(page.left)}&R&9{_marginal(page.right)}", {"margin": 0.3})
    sheet.set_footer("&C&9&P/&N", {"margin": 0.3})
    sheet.hide_gridlines(2)


def _marginal(text: str) -> str:
    """Text of a header: `&` begins a command there, and a digit after a size would count as part of it."""
    return " " + visible(text)[:90].replace("&", "&&")
