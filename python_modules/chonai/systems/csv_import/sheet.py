"""Cells to bytes and bytes to cells, exactly as a profile's format says. Nothing is guessed, replaced or trimmed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from chonai.systems.csv_import.profile import Format, Quoting
from chonai.text.problems import Problem, shown


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row; `number` counts from 1 as a spreadsheet shows it, a header included."""

    number: int
    cells: Sequence[str]


def to_bytes(rows: Sequence[Sequence[str]], form: Format) -> bytes:
    """The file that holds these cells. Every cell has to have passed `writable.fault`."""
    lines = [form.delimiter.join([_quoted(cell, form) for cell in row]) for row in rows]
    text = "".join(line + form.line_ending for line in lines)
    return form.encoding.bom + text.encode(form.encoding.codec)


def to_rows(name: str, data: bytes, form: Format) -> tuple[list[Row], list[Problem]]:
    """The rows of a file that are not empty, and everything that is wrong with its bytes and quotes."""
    text, problems = _decoded(name, data, form)
    if text is None:
        return [], problems
    rows = []
    for number, found in enumerate(_lines(text, form), start=1):
        if isinstance(found, str):
            problems.append(Problem("csv_import.bad_row", name, row=number, fields={"text": shown(found)}))
        elif found != [""]:
            rows.append(Row(number, found))
    return rows, problems


def _quoted(cell: str, form: Format) -> str:
    if form.quoting is Quoting.ALL or (form.quoting is Quoting.MINIMAL and _needs_quotes(form).search(cell)):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@cache
def _needs_quotes(form: Format) -> re.Pattern[str]:
    return re.compile(rf'[{re.escape(form.delimiter)}"\r\n]|^\s|\s$')


def _decoded(name: str, data: bytes, form: Format) -> tuple[str | None, list[Problem]]:
    encoding = form.encoding
    if not data.startswith(encoding.bom):
        return None, [Problem("csv_import.no_bom", name, fields={"encoding": encoding.name})]
    try:
        text = data[len(encoding.bom) :].decode(encoding.codec)
    except UnicodeDecodeError:
        return None, list(_undecodable(name, data[len(encoding.bom) :], form))
    if text.startswith("\ufeff"):
        return None, [Problem("csv_import.unwanted_bom", name, fields={"encoding": encoding.name})]
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        return None, [Problem("csv_import.nul_character", name, row=row, fields={"encoding": encoding.name})]
    return text, []


def _undecodable(name: str, data: bytes, form: Format) -> Iterator[Problem]:
    """Every line that the encoding cannot read, with the byte. A line feed is never part of another character."""
    ending = "\n".encode(form.encoding.codec)
    for number, line in enumerate(_split(data, ending), start=1):
        try:
            line.decode(form.encoding.codec)
        except UnicodeDecodeError as error:
            bad = line[error.start : error.start + 2].hex(" ").upper()
            fields = {"encoding": form.encoding.name, "data": bad, "byte": error.start + 1}
            yield Problem("csv_import.undecodable", name, row=number, fields=fields)


def _split(data: bytes, ending: bytes) -> Iterator[bytes]:
    """Lines, where a character may take two bytes: an ending counts only at a whole character."""
    width, start = len(ending), 0
    if width == 1:
        yield from data.split(ending)
        return
    for at in range(0, len(data), width):
        if data[at : at + width] == ending:
            yield data[start:at]
            start = at + width
    yield data[start:]


@cache
def _cell(form: Format) -> re.Pattern[str]:
    """One cell and what ends it: a delimiter, the line ending, or the end of the file."""
    delimiter, ending = re.escape(form.delimiter), re.escape(form.line_ending)
    plain = rf"(?P<plain>[^{delimiter}\r\n]*)"
    if form.quoting is not Quoting.NONE:
        plain = rf'"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<plain>[^{delimiter}"\r\n]*)'
    return re.compile(rf"(?:{plain})(?P<end>{delimiter}|{ending}|\Z)")


def _lines(text: str, form: Format) -> Iterator[list[str] | str]:
    """Each row's cells; for a row that breaks the rules, the text from there to the end of its line."""
    pattern, at = _cell(form), 0
    quotes = form.quoting is not Quoting.NONE
    cells: list[str] = []
    while at < len(text) or cells:
        match = pattern.match(text, at)
        if match is None:
            end = text.find(form.line_ending, at)
            end = len(text) if end < 0 else end
            yield text[at:end]
            cells, at = [], end + len(form.line_ending)
            continue
        quoted = match["quoted"] if quotes else None
        cells.append(match["plain"] if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if match["end"] != form.delimiter:
            yield cells
            cells = []
