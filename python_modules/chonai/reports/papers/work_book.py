"""作業記録: work on one change set, or all work of a period (月次報告), as a workbook from the journal alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from chonai.change.collector import collector_paused
from chonai.reports.papers.book import Book, Column, Page, Sheet, pieces
from chonai.reports.papers.entries import Entry
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.visible import visible
from chonai.reports.wording import Wording

_LAST = 7
_LIST = {
    "number": 6,
    "application": 16,
    "id": 18,
    "subject": 16,
    "author": 10,
    "approvers": 16,
    "operators": 14,
    "watchers": 14,
    "began": 19,
    "ended": 19,
    "planned": 8,
    "made": 8,
    "failed": 8,
    "left": 8,
    "result": 22,
}
_STEPS = {"id": 18, "time": 20, "system": 16, "who": 12, "what": 80}
_DIFFERENCES = {
    "id": 18,
    "system": 16,
    "account": 30,
    "attribute": 20,
    "old": 30,
    "new": 30,
    "reason": 30,
    "status": 12,
}
_LEFT = {"id": 18, "system": 16, "account": 36, "status": 14, "why": 60, "measure": 30, "due": 14}


@dataclass(frozen=True, slots=True)
class Cover:
    """What a workbook is called, of which period, how it is marked, and the anchor of the journal it is made from."""

    title: str
    period: str
    mark: str
    anchor: str


@collector_paused()
def work_book(entries: Sequence[Entry], cover: Cover, letterhead: Letterhead, wording: Wording) -> bytes:
    """The xlsx file: summary, list, steps, before and after, what is left. The same entries give the same bytes."""
    book = Book(cover.title, letterhead.at)
    page = Page(f"{letterhead.city}  {cover.title}", cover.mark)
    sheets = {name: book.sheet(wording.say(f"report.record_{name}"), page) for name in _SHEETS}
    _summary(entries, cover, letterhead, wording, sheets["summary"])
    _list(entries, wording, sheets["list"])
    _steps(entries, wording, sheets["steps"])
    _differences(entries, wording, sheets["differences"])
    _left(entries, wording, sheets["left"])
    return book.finish()


_SHEETS = ("summary", "list", "steps", "differences", "left")


def _summary(entries: Sequence[Entry], cover: Cover, letterhead: Letterhead, wording: Wording, sheet: Sheet) -> None:
    say = wording.say
    sheet.columns([26, 16, 12, 12, 12, 15, 15, 15])
    sheet.span(0, 4, cover.title, "title")
    for column, box in enumerate(("approved", "examined", "made"), start=5):
        sheet.put(column, say(f"report.box_{box}"), "head")
    sheet.sheet.set_row(sheet.row, 24)
    sheet.row += 1
    sheet.span(0, 4, letterhead.city, "plain")
    for column in (5, 6, 7):
        sheet.put(column, "", "text")
    sheet.sheet.set_row(sheet.row, 62)
    sheet.row += 2
    numbers = [one.numbers for one in entries]
    facts: Mapping[str, str] = {
        "period": cover.period,
        "written": wording.time(letterhead.at),
        "works": f"{len(entries):,}",
        "planned": f"{sum(one.planned for one in numbers):,}",
        "made": f"{sum(one.made for one in numbers):,}",
        "failed": f"{sum(one.failed for one in numbers):,}",
        "left": f"{sum(len(one.left) for one in entries):,}",
        "anchor": cover.anchor,
    }
    for name, value in facts.items():
        sheet.put(0, say(f"report.record_{name}"), "name")
        sheet.span(1, _LAST, value, "text")
        sheet.row += 1
    _counts(entries, wording, sheet)
    sheet.end(_LAST + 1)


def _counts(entries: Sequence[Entry], wording: Wording, sheet: Sheet) -> None:
    """How many pieces of work of each kind stand how."""
    sheet.row += 1
    for column, name in enumerate(("subject", "result", "works")):
        sheet.put(column, wording.say(f"report.record_{name}"), "head")
    sheet.row += 1
    for (subject, result), count in sorted(Counter((one.subject, one.result) for one in entries).items()):
        sheet.put(0, subject, "text")
        sheet.put(1, result, "text")
        sheet.put(2, count, "count")
        sheet.row += 1


def _list(entries: Sequence[Entry], wording: Wording, sheet: Sheet) -> None:
    _head(sheet, _LIST, wording)
    for number, one in enumerate(entries, start=1):
        people = [", ".join(names) for names in (one.approvers, one.operators, one.watchers)]
        times = [_time(at, wording) for at in (one.began, one.ended)]
        counts = [one.numbers.planned, one.numbers.made, one.numbers.failed, one.numbers.left]
        sheet.cells(
            [str(number), one.number, one.id, one.subject, one.author, *people, *times, *counts, one.result], "text"
        )
    sheet.end(len(_LIST), table=0)


def _steps(entries: Sequence[Entry], wording: Wording, sheet: Sheet) -> None:
    _head(sheet, _STEPS, wording)
    for one in entries:
        for step in one.steps:
            at = f"{step.at.astimezone():%Y-%m-%d %H:%M:%S}"
            _rows(sheet, (one.id, at, step.system, step.actor), (step.what,))
    sheet.end(len(_STEPS), table=0)


def _differences(entries: Sequence[Entry], wording: Wording, sheet: Sheet) -> None:
    _head(sheet, _DIFFERENCES, wording)
    for one in entries:
        for each in one.differences:
            texts = (each.label, each.attribute, each.before, each.after, each.reason, each.status)
            _rows(sheet, (one.id, each.system), texts)
        if one.more:
            _rows(sheet, (one.id, ""), (one.more, "", "", "", "", ""))
    sheet.end(len(_DIFFERENCES), table=0)


def _left(entries: Sequence[Entry], wording: Wording, sheet: Sheet) -> None:
    """With room for what is done about it, and until when."""
    _head(sheet, _LEFT, wording)
    for one in entries:
        for each in one.left:
            _rows(sheet, (one.id, each.system), (each.label, each.status, each.why, "", ""))
    if not any(one.left for one in entries):
        sheet.cells(["", "", wording.say("report.record_nothing_left"), "", "", "", ""], "text")
    sheet.end(len(_LEFT), table=0)


def _head(sheet: Sheet, sizes: Mapping[str, float], wording: Wording) -> None:
    sheet.table_head([Column(wording.say(f"report.record_{name}"), size) for name, size in sizes.items()])


def _rows(sheet: Sheet, head: Sequence[str], texts: Iterable[str]) -> None:
    """A row; what is too long for a cell goes on in the next one."""
    parts = [list(pieces(visible(text))) for text in texts]
    for number, cells in enumerate(zip_longest(*parts, fillvalue="")):
        looks = ("text" if number == 0 else "again",) * len(head)
        sheet.cells([*head, *cells], "text" if number == 0 else "more", looks=looks)


def _time(at: datetime | None, wording: Wording) -> str:
    return wording.time(at) if at else ""
