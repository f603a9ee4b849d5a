"""How the bytes of an unknown export are written: every way is tried, the strictest that reads it all is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chonai.change.errors import InputError
from chonai.systems.csv_import.draft_titles import is_known
from chonai.systems.csv_import.profile import DELIMITERS, ENCODINGS, LINE_ENDINGS, Encoding, Format, Formula, Quoting
from chonai.systems.csv_import.sheet import Row, to_bytes, to_rows
from chonai.systems.csv_import.writable import looks_like_formula
from chonai.text.decoding import UndecodableError, decode
from chonai.text.messages import Message, message

_ENCODINGS = {
    ("utf-8", False): "utf-8",
    ("utf-8", True): "utf-8-sig",
    ("utf-16-le", True): "utf-16le-bom",
    ("cp932", False): "cp932",
}


@dataclass(frozen=True, slots=True)
class Table:
    """An export's cells, how it is written, and what is not sure about that."""

    form: Format
    titles: Sequence[str]
    rows: Sequence[Sequence[str]]
    doubts: Sequence[Message]


def read_unknown(name: str, data: bytes) -> Table:
    """The table in an export. Raises InputError when no way of writing fits, or columns cannot be told apart."""
    encoding = _encoding(name, data)
    found = max(_readings(name, data, encoding), key=_rating, default=None)
    if found is None or not found[1]:
        raise InputError("csv_import.no_table", file=name)
    form, rows = found[0], [row.cells for row in found[1]]
    doubts: list[Message] = []
    if data.isascii():
        doubts.append(message("csv_import.doubt_ascii"))
    form = replace(_quoting(form, rows, data, doubts), formula=_formula(rows, doubts))
    header = _header(rows, doubts)
    if header:
        _refuse_doubled(name, rows[0])
    titles = rows[0] if header else [f"column{n}" for n in range(1, len(rows[0]) + 1)]
    return Table(replace(form, header=header), titles, rows[1:] if header else rows, doubts)


def _encoding(name: str, data: bytes) -> Encoding:
    try:
        decoded = decode(data)
    except UndecodableError as error:
        why = Message(error.why, {"offset": error.offset, "bytes": error.data})
        raise InputError("csv_import.no_text_file", file=name, cause=why) from None
    known = _ENCODINGS.get((decoded.encoding, decoded.bom))
    if known is None:
        raise InputError(
            "csv_import.no_such_encoding", file=name, encoding=decoded.encoding, known=", ".join(ENCODINGS)
        )
    return ENCODINGS[known]


def _readings(name: str, data: bytes, encoding: Encoding) -> Iterator[tuple[Format, list[Row]]]:
    """Every way of writing in which the whole file is a table."""
    for delimiter in DELIMITERS.values():
        for ending in LINE_ENDINGS.values():
            for quoting in (Quoting.MINIMAL, Quoting.NONE):
                form = Format(encoding, delimiter, quoting, ending, header=True, formula=Formula.KEEP)
                rows, problems = to_rows(name, data, form)
                if not problems and len({len(row.cells) for row in rows}) == 1:
                    yield form, rows


def _rating(reading: tuple[Format, list[Row]]) -> tuple[int, bool, int]:
    """More columns are better, then quotes that are quotes, then more rows."""
    form, rows = reading
    return len(rows[0].cells), form.quoting is Quoting.MINIMAL, len(rows)


def _quoting(form: Format, rows: Sequence[Sequence[str]], data: bytes, doubts: list[Message]) -> Format:
    """The rule by which cells are quoted, if writing them by it gives the very same bytes."""
    if form.quoting is Quoting.NONE:
        return form
    ending = form.line_ending.encode(form.encoding.codec)
    for quoting in (Quoting.ALL, Quoting.MINIMAL):
        again = to_bytes(rows, replace(form, quoting=quoting))
        if data in (again, again.removesuffix(ending)):
            if '"'.encode(form.encoding.codec) not in data:
                doubts.append(message("csv_import.doubt_no_quotes"))
            return replace(form, quoting=quoting)
    doubts.append(message("csv_import.doubt_quotes"))
    return form


def _formula(rows: Sequence[Sequence[str]], doubts: list[Message]) -> Formula:
    risky = [cell for row in rows for cell in row if looks_like_formula(cell)]
    if not risky:
        return Formula.REFUSE
    doubts.append(message("csv_import.doubt_formula", count=len(risky)))
    return Formula.APOSTROPHE if all(cell.startswith("'") for cell in risky) else Formula.KEEP


def _header(rows: Sequence[Sequence[str]], doubts: list[Message]) -> bool:
    """Whether the first row is a header: it has a title that people use, or else looks like titles only."""
    first = rows[0]
    if any(is_known(cell) for cell in first):
        return True
    plain = all(cell.strip() and not any(c.isdigit() for c in cell) for cell in first)
    looks_so = plain and len(rows) > 1 and not any(cell in row for row in rows[1:] for cell in first)
    doubts.append(message("csv_import.doubt_header" if looks_so else "csv_import.doubt_no_header"))
    return looks_so


def _refuse_doubled(name: str, titles: Sequence[str]) -> None:
    wrong = sorted({title for title in titles if not title or list(titles).count(title) > 1})
    if wrong:
        raise InputError("csv_import.bad_titles", file=name, titles=", ".join(f'"{title}"' for title in wrong))
