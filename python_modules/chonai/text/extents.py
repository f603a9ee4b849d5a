"""How far a sheet of a workbook reaches, read before a parser makes room for all of it.

A parser keeps a sheet as a rectangle: one stray cell at XFD1048576 makes it ask for hundreds of gigabytes. Only
cells with content count; cells that only have a format may lie anywhere. A part of the archive is read piece by
piece, and no more of it than `LARGEST_UNPACKED`.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import IO
from xml.parsers import expat

LARGEST_UNPACKED = 1024 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 300_000, 500, 10_000_000
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_OTHER_KINDS = frozenset({"content.xml", "xl/workbook.bin"})  # ods and xlsb
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_DIGITS = 8
"""Of the number of a row: more than any sheet has, and no number that is long to read."""
_CONTENT = frozenset({"v", "is", "f"})
_PIECE = 256 * 1024
_UNREADABLE = (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError, RuntimeError)
_Begin = Callable[[str, Mapping[str, str]], None]
_End = Callable[[str], None]
_Text = Callable[[str], None]


class ExtentError(ValueError):
    """A workbook must not be given to a parser: `code` of the catalogue and its `fields` say why."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code = code
        self.fields = fields
        super().__init__(code)


class Archive:
    """The parts of an .xlsx workbook. Raises `ExtentError` for another kind of workbook, one that unpacks to too much,
    and one that cannot be read.
    """

    def __init__(self, data: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(data)
        except _UNREADABLE as error:
            raise _broken(error) from error
        members = self._zip.infolist()
        self._parts = {_folded(member.filename): member for member in members}
        size = sum(member.file_size for member in members)
        if size > LARGEST_UNPACKED:
            raise ExtentError("text.file_too_big", size=size // 2**20, most=LARGEST_UNPACKED // 2**20)
        if _WORKBOOK not in self._parts or self._parts.keys() & _OTHER_KINDS:
            raise ExtentError("text.other_workbook")
        if len(self._parts) < len(members):
            raise _broken("two parts of one name")

    def refuse_far_cells(self, sheet: str) -> None:
        """Raises `ExtentError` when the sheet reaches further than a table of a city can, naming the cell."""
        extent = _Extent(sheet)
        self.parse(self.part_of(sheet), extent.begin, extent.end)

    def part_of(self, sheet: str) -> str:
        """The part that holds a sheet, found as the parser finds it."""
        ids: dict[str, str] = {}
        targets: dict[str, str] = {}

        def begin_sheet(name: str, attributes: Mapping[str, str]) -> None:
            if name == "sheet":
                id_ = next((value for key, value in attributes.items() if _local(key) == "id"), "")
                ids.setdefault(attributes.get("name", ""), id_)

        def begin_relation(name: str, attributes: Mapping[str, str]) -> None:
            if name == "Relationship":
                targets[attributes.get("Id", "")] = attributes.get("Target", "")

        self.parse(_WORKBOOK, begin_sheet)
        self.parse(_RELATIONS, begin_relation)
        target = targets.get(ids.get(sheet, ""), "")
        return target.removeprefix("/") if target.startswith(("/xl/", "xl/")) else f"xl/{target}"

    def has(self, part: str) -> bool:
        """Whether there is a part of this name."""
        return _folded(part) in self._parts

    def parse(self, part: str, begin: _Begin, end: _End | None = None, text: _Text | None = None) -> None:
        """Go through a part; elements come without their namespace, and text in pieces."""
        member = self._parts.get(_folded(part))
        if member is None:
            raise _broken(f"no part {part}")
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda name, attributes: begin(_local(name), attributes)
        parser.EndElementHandler = (lambda name: end(_local(name))) if end else None
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            with self._zip.open(member) as stream:
                _feed(parser, stream)
        except _UNREADABLE as error:
            raise _broken(error) from error


class _Extent:
    """Follows the cells of a sheet as a parser does: a row or cell without a reference comes after the one before."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._row = self._column = self._rows = self._columns = 0
        self._filled = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "c":
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = _column(match[1]) if match else self._column + 1
            self._row = int(match[2]) if match else self._row
            self._filled = False
        elif name == "row":
            given = attributes.get("r", "")
            self._row = int(given[:_DIGITS]) if given.isascii() and given.isdecimal() else self._row + 1
            self._column = 0
        elif name in _CONTENT:
            self._filled = True

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "c" and self._filled and (self._row > self._rows or self._column > self._columns):
            self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
            self._check()

    def _check(self) -> None:
        rows, columns = self._rows, self._columns
        if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
            cell = address(self._column - 1, self._row)
            raise ExtentError("text.far_cell", sheet=self._sheet, cell=cell, rows=MOST_ROWS, columns=MOST_COLUMNS)


def address(column: int, row: int) -> str:
    """`A1` and so on; `column` counts from 0, `row` from 1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _column(letters: str) -> int:
    """`A` is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    read = 0
    while piece := stream.read(_PIECE):
        read += len(piece)
        if read > LARGEST_UNPACKED:
            raise ExtentError("text.file_too_big", size=read // 2**20, most=LARGEST_UNPACKED // 2**20)
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise _broken("DOCTYPE")


def _broken(reason: object) -> ExtentError:
    return ExtentError("text.broken_spreadsheet", reason=str(reason))


def _folded(name: str) -> str:
    return name.replace("\\", "/").lower()


def _local(name: str) -> str:
    return name.rpartition(":")[2]
