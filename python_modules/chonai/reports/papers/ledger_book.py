"""The address ledger as a workbook: to print on A4, to fill in, and to read back. Its cells hold the ledger's own
texts, so that nothing differs when it comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chonai.reports.columns import width
from chonai.reports.papers.book import Book, Column, Page, Sheet
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.wording import Wording

_NARROWEST, _WIDEST = 6, 34
_LOOKED_AT = 2000
"""Rows whose texts say how wide a column has to be."""


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """A sheet: its title, its headings, and rows of text. `choices`: the words of a column, by its place."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    choices: Mapping[int, Sequence[str]]


def ledger_book(name: str, sheets: Sequence[LedgerSheet], letterhead: Letterhead, locale: str) -> bytes:
    """The xlsx file of the ledger called `name`. Raises `Refused` when a sheet cannot hold all of its rows."""
    title = Wording(locale).say("report.ledger_title", name=name)
    book = Book(title, letterhead.at)
    for one in sheets:
        page = Page(f"{letterhead.city}  {title}  {one.title}", f"{letterhead.at:%Y-%m-%d %H:%M}")
        _fill(book.sheet(one.title, page), one)
    return book.finish()


def _fill(sheet: Sheet, table: LedgerSheet) -> None:
    columns = [Column(heading, _room(table, place, heading)) for place, heading in enumerate(table.headings)]
    sheet.table_head(columns)
    for row in table.rows:
        sheet.exact_cells(row)
    for place, words in table.choices.items():
        sheet.choose(place, words)
    sheet.end(len(columns), table=0)


def _room(table: LedgerSheet, place: int, heading: str) -> float:
    """As wide as its longest text, within bounds; longer ones go on in the next line."""
    longest = max((width(row[place]) for row in table.rows[:_LOOKED_AT]), default=0)
    return min(_WIDEST, max(_NARROWEST, longest, width(heading)) + 2)
