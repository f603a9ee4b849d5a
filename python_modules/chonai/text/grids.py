"""A CSV or spreadsheet file as rows of text cells, with their places; knows nothing of headers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from chonai.text.decoding import USER_DEFINED, UndecodableError, decode
from chonai.text.extents import MOST_ROWS, Archive, ExtentError
from chonai.text.problems import Problem

LARGEST_FILE = 64 * 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DELIMITERS = (",", "\t", ";")
HEAD_ROWS = 40
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells, `head` first and then `rest`, which can be gone through once and may raise `UnreadableError`.

    `encoding` is `xlsx` or the codec of a CSV. `user_defined` tells that some cell holds a user-defined character
    (外字).
    """

    head: Rows
    rest: Iterator[Sequence[str]]
    encoding: str
    sheet: str = ""
    user_defined: bool = False


class UnreadableError(Exception):
    """The file as a whole cannot be read; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


def read_grid(name: str, data: bytes, rate: Callable[[Rows], int], sheet: str | None = None) -> Grid:
    """The cells of a file. `rate` tells how well the first rows look, to choose a CSV's delimiter. Raises
    `UnreadableError`.
    """
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\0\r\n\t ,"):
        raise UnreadableError(Problem("text.empty_file", name))
    if len(data) > LARGEST_FILE:
        raise UnreadableError(_too_big(name, len(data), LARGEST_FILE))
    if is_spreadsheet(data):
        return _spreadsheet(name, data, sheet)
    return _csv(name, data, rate)


def _csv(name: str, data: bytes, rate: Callable[[Rows], int]) -> Grid:
    try:
        decoded = decode(data)
    except UndecodableError as error:
        fields = {"offset": error.offset, "bytes": error.data}
        raise UnreadableError(Problem(error.why, name, row=error.line, fields=fields)) from error
    likely = [delimiter for delimiter in DELIMITERS if delimiter in decoded.text] or [","]
    if len(likely) > 1:
        likely.sort(key=lambda delimiter: -rate(_first_rows(decoded.text, delimiter)))
    rows = _all_rows(name, decoded.text, likely[0])
    flagged = USER_DEFINED.search(decoded.text) is not None
    return Grid(list(islice(rows, HEAD_ROWS)), rows, decoded.encoding, user_defined=flagged)


def _first_rows(text: str, delimiter: str) -> Rows:
    rows: list[list[str]] = []
    try:
        rows.extend(islice(_reader(text, delimiter), HEAD_ROWS))
    except csv.Error:
        return rows  # what could be read is enough to choose by; the whole read reports the fault
    return rows


def _all_rows(name: str, text: str, delimiter: str) -> Iterator[list[str]]:
    """The records one by one: a list of all of them would keep the garbage collector busy for longer than the
    reading.
    """
    number = 1
    try:
        for row in _reader(text, delimiter):
            if number > MOST_ROWS:
                raise UnreadableError(Problem("text.too_many_rows", name, row=number, fields={"most": MOST_ROWS}))
            yield row
            number += 1
    except csv.Error as error:
        raise UnreadableError(_csv_problem(name, number, error)) from error


def _csv_problem(name: str, row: int, error: csv.Error) -> Problem:
    """The reader tells a cell that is too long from wrong quotes by its sentence alone."""
    if "field larger than" in str(error):
        return Problem("text.cell_too_long", name, row=row, fields={"most": csv.field_size_limit()})
    return Problem("text.broken_quotes", name, row=row)


def _reader(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _spreadsheet(name: str, data: bytes, wanted: str | None) -> Grid:
    with opened(name, data) as (archive, book):
        title = _sheet_name(name, book, wanted)
        rows = cells_of(archive, book, title)
    flagged = any(USER_DEFINED.search("".join(row)) for row in rows)
    return Grid(rows[:HEAD_ROWS], iter(rows[HEAD_ROWS:]), "xlsx", title, flagged)


def is_spreadsheet(data: bytes) -> bool:
    """Whether this is a workbook of some kind and no text."""
    return data.startswith((_ZIP, _OLE))


@contextmanager
def opened(name: str, data: bytes) -> Iterator[tuple[Archive, CalamineWorkbook]]:
    """A workbook, open while inside. Raises `UnreadableError`, also for what goes wrong inside."""
    if len(data) > LARGEST_FILE:
        raise UnreadableError(_too_big(name, len(data), LARGEST_FILE))
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise UnreadableError(Problem("text.encrypted", name))
    if data.startswith(_OLE):
        raise UnreadableError(Problem("text.other_workbook", name))
    try:
        archive = Archive(io.BytesIO(data))
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            yield archive, book
    except ExtentError as error:
        raise UnreadableError(Problem(error.code, name, fields=error.fields)) from error
    except PasswordError as error:
        raise UnreadableError(Problem("text.encrypted", name)) from error
    except CalamineError as error:
        raise UnreadableError(Problem("text.broken_spreadsheet", name, fields={"reason": str(error)})) from error


def _too_big(name: str, size: int, most: int) -> Problem:
    return Problem("text.file_too_big", name, fields={"size": size // 2**20, "most": most // 2**20})


def visible_sheets(book: CalamineWorkbook) -> list[str]:
    """The titles of the sheets that somebody who opens the workbook sees."""
    return [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]


def _sheet_name(name: str, book: CalamineWorkbook, wanted: str | None) -> str:
    names = [wanted] if wanted is not None else visible_sheets(book)[:1]
    if not names or names[0] not in book.sheet_names:
        fields = {"sheet": wanted or "", "sheets": ", ".join(book.sheet_names)}
        raise UnreadableError(Problem("text.no_sheet", name, fields=fields))
    return names[0]


def cells_of(archive: Archive, book: CalamineWorkbook, title: str) -> list[list[str]]:
    """The rows of a sheet. Raises `ExtentError` for one that reaches too far."""
    archive.refuse_far_cells(title)
    sheet = book.get_sheet_by_name(title)
    rows = [[_cell_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        for row in rows[top + 1 : bottom + 1]:
            row[left : left + 1] = rows[top][left : left + 1]  # merged downwards, it holds for each of its rows
    return rows


def _cell_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.min.time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)
