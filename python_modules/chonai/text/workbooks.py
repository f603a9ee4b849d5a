"""Every sheet of a workbook, or the one table of a CSV, as rows of cells with their comments: for files whose sheets
belong together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from chonai.text.comments import comments_of
from chonai.text.grids import Rows, cells_of, is_spreadsheet, opened, read_grid, visible_sheets


@dataclass(frozen=True, slots=True)
class Cells:
    """A sheet: its title (blank for a CSV), its rows, and the comments by cell (`B12`)."""

    title: str
    rows: Rows
    comments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets that people see, in their order, and the titles of those that are hidden."""

    sheets: Sequence[Cells]
    hidden: Sequence[str] = ()


def read_workbook(name: str, data: bytes, rate: Callable[[Rows], int]) -> Workbook:
    """All of a file called `name`. `rate` tells how well the first rows look, to choose a CSV's delimiter.

    Raises `UnreadableError`.
    """
    if not is_spreadsheet(data):
        grid = read_grid(name, data, rate)
        return Workbook([Cells("", [*grid.head, *grid.rest])])
    with opened(name, data) as (archive, book):
        titles = visible_sheets(book)
        sheets = [Cells(title, cells_of(archive, book, title), comments_of(archive, title)) for title in titles]
        return Workbook(sheets, [title for title in book.sheet_names if title not in titles])
