"""受領簿: everybody who gets a slip, with room for date and stamp, on A4."""

from __future__ import annotations

from collections.abc import Sequence

from chonai.reports.papers.pages import Pages
from chonai.reports.papers.recipients import Recipient
from chonai.reports.papers.slips import Printing
from chonai.reports.visible import visible

A4 = (210.0, 297.0)
LEFT = 15.0
COLUMNS = {"number": 10, "staff_number": 30, "name": 46, "section": 44, "received": 28, "stamp": 22}
HEIGHT = 12.0
TOP = 38.0
ROWS = 20
SIZE, SHRUNK, SMALL = 10.5, 8, 7.5
MOST = 100
"""Characters of which surely not all fit into one line."""


def receipts_pdf(people: Sequence[Recipient], printing: Printing) -> bytes:
    """The list, in the order of the slips."""
    pages = Pages(A4, printing.faces, printing.mono, printing.letterhead.at)
    pages.pdf.set_title(printing.wording.say("report.receipts_title"))
    count = max(1, -(-len(people) // ROWS))
    for page in range(count):
        pages.new()
        _frame(pages, printing, f"{page + 1}/{count}")
        for place, person in enumerate(people[page * ROWS : (page + 1) * ROWS]):
            cells = (str(page * ROWS + place + 1), person.number, person.name, person.section, "", "")
            _row(pages, cells, TOP + 8 + place * HEIGHT, HEIGHT)
    return pages.finish()


def _frame(pages: Pages, printing: Printing, page: str) -> None:
    say, room = printing.wording.say, sum(COLUMNS.values())
    pages.text((LEFT, 17), printing.letterhead.city, 11, 80)
    pages.centred((LEFT, 25, room), say("report.receipts_title"), 16)
    pages.text((LEFT, 34), f"{printing.id}  {printing.letterhead.at:%Y-%m-%d}", 9, 80)
    pages.centred((LEFT, 290, room), page, 9)
    _row(pages, [say(f"report.column_{name}") for name in COLUMNS], TOP, 8)


def _row(pages: Pages, cells: Sequence[str], top: float, height: float) -> None:
    x = LEFT
    for text, width in zip(cells, COLUMNS.values(), strict=True):
        pages.box(x, top, (width, height))
        _cell(pages, text, (x + 1.5, top + height / 2 + 1.5), width - 3)
        x += width


def _cell(pages: Pages, text: str, at: tuple[float, float], room: float) -> None:
    """One line where it fits, else up to three smaller ones; what is still too long is cut and says so."""
    if pages.width(visible(text)[:MOST], SHRUNK) <= room:
        pages.text(at, text, SIZE, room)
        return
    lines = pages.wrapped(visible(text), SMALL, room)
    rest = "".join(lines[2:])
    pages.paragraph((at[0], at[1] - (4.5 if rest else 3)), [*lines[:2], *([rest] if rest else [])], SMALL, room)
