"""A change set as a workbook for those who examine it: 概要, one 新旧対照表 a system, 要確認."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from chonai.change.collector import collector_paused
from chonai.change.ledger import Status
from chonai.change.model import Action, Change, Key, Plan
from chonai.reports.as_text import brake_way_out, care, head_rows, reason_line, type_name, withheld
from chonai.reports.papers.book import Book, Column, Page, Sheet, beginning, pieces
from chonai.reports.papers.letterhead import Letterhead
from chonai.reports.review import Review, objects_by_type, warnings
from chonai.reports.visible import visible
from chonai.reports.warned import warning_lines
from chonai.reports.wording import Wording

LAST = 9
"""The last column of the summary, counted from 0."""
ROOM = 116
"""Characters that fit between its second column and the last."""
MOST_WARNINGS = 20
"""On the summary; all of them stand on the sheet of what is to be decided."""


@collector_paused()
def review_book(review: Review, letterhead: Letterhead, locale: str) -> bytes:
    """The xlsx file. The same review gives the same bytes."""
    wording = Wording(locale)
    title = _title(review, wording)
    book = Book(title, review.change_set.created_at)
    page = Page(f"{letterhead.city}  {title}", care(review, wording))
    _Summary(review, letterhead, wording, book.sheet(wording.say("report.sheet_summary"), page)).write()
    for plan in review.change_set.plans:
        _Comparison(review, plan, wording, book.sheet(plan.system, page)).write()
    _open_points(review, wording, book.sheet(wording.say("report.sheet_open_points"), page))
    return book.finish()


def _title(review: Review, wording: Wording) -> str:
    change_set = review.change_set
    return wording.say("report.title", id=change_set.id, operation=wording.operation(change_set.operation))


class _Summary:
    """The first sheet: what the change set is, counts, what stops it, and boxes for those who agree."""

    def __init__(self, review: Review, letterhead: Letterhead, wording: Wording, sheet: Sheet) -> None:
        self.review, self.letterhead, self.wording, self.sheet = review, letterhead, wording, sheet

    def write(self) -> None:
        self.sheet.columns([20, 20, 8, 8, 8, 8, 24, 15, 15, 15])
        self._head()
        for item in self.review.broken:
            self._line(self.wording.say("report.broken", why=self.wording.spoken(item)), "stop")
        for name, value in head_rows(self.review, self.wording):
            self._pair(name, value)
        self._counts()
        self._brakes()
        self._warnings()
        self.sheet.end(LAST + 1)

    def _head(self) -> None:
        """Title at the left; at the right empty boxes, for stamps. No seal is ever drawn."""
        sheet, say = self.sheet, self.wording.say
        sheet.span(0, 5, _title(self.review, self.wording), "title")
        sheet.put(6, care(self.review, self.wording), "care")
        for column, box in enumerate(("approved", "examined", "made"), start=7):
            sheet.put(column, say(f"report.box_{box}"), "head")
        sheet.sheet.set_row(sheet.row, 24)
        sheet.row += 1
        sheet.span(0, 6, self.letterhead.city, "plain")
        for column in (7, 8, 9):
            sheet.put(column, "", "text")
        sheet.sheet.set_row(sheet.row, 62)
        sheet.row += 2

    def _pair(self, name: str, value: str) -> None:
        self.sheet.put(0, name, "name")
        self.sheet.span(1, LAST, value, "text")
        self.sheet.height(value, ROOM)
        self.sheet.row += 1

    def _line(self, text: str, look: str) -> None:
        self.sheet.span(0, LAST, text, look)
        self.sheet.height(text, ROOM + 20)
        self.sheet.row += 1

    def _heading(self, code: str, **fields: object) -> None:
        self.sheet.row += 1
        self._line(self.wording.say(code, **fields), "heading")

    def _counts(self) -> None:
        sheet, say = self.sheet, self.wording.say
        self._heading("report.counts")
        for column, code in enumerate(
            ("column_system", "column_type", *(f"counted_{action.value}" for action in Action))
        ):
            sheet.put(column, say(f"report.{code}"), "head")
        sheet.span(6, LAST, say("report.reasons"), "head")
        sheet.row += 1
        for plan in self.review.change_set.plans:
            self._counts_of(plan)

    def _counts_of(self, plan: Plan) -> None:
        sheet, found = self.sheet, objects_by_type(plan)
        if not found:
            sheet.put(0, plan.system, "name")
            sheet.span(1, LAST, self.wording.say("report.no_changes"), "text")
            sheet.row += 1
        for type_, count in found.items():
            line = reason_line(plan, type_, self.wording)
            cells: list[str | int] = [plan.system, type_name(type_, self.wording), *(count[one] for one in Action)]
            for column, cell in enumerate(cells):
                sheet.put(column, cell, "name" if column == 0 else "text")
            sheet.span(6, LAST, line, "text")
            sheet.height(line, 66)
            sheet.row += 1

    def _brakes(self) -> None:
        tripped = [(plan, brake) for plan in self.review.change_set.plans for brake in plan.brakes]
        self._heading("report.brakes", count=len(tripped))
        for plan, brake in tripped:
            why = self.wording.say("report.brake", name=brake.name, why=self.wording.spoken(brake.message))
            self._pair(plan.system, f"{why}\n{brake_way_out(self.review, brake, self.wording)}")

    def _warnings(self) -> None:
        found = list(warning_lines(self.review, self.wording))
        self._heading("report.warnings", count=len(found))
        for line in found[:MOST_WARNINGS]:
            self._line(line, "text")
        if len(found) > MOST_WARNINGS:
            sheet = self.wording.say("report.sheet_open_points")
            self._line(self.wording.say("report.warnings_on", count=len(found) - MOST_WARNINGS, sheet=sheet), "text")


class _Comparison:
    """新旧対照表 of one system: the rows of an object stand together, each complete, so that filters work."""

    def __init__(self, review: Review, plan: Plan, wording: Wording, sheet: Sheet) -> None:
        self.review, self.plan, self.wording, self.sheet = review, plan, wording, sheet

    def write(self) -> None:
        say, review = self.wording.say, self.review
        sizes = {
            "number": 6,
            "action": 7,
            "type": 10,
            "account": 23,
            "attribute": 22,
            "old": 28,
            "new": 28,
            "reason": 32,
            "status": 8,
        }
        self.sheet.table_head([Column(say(f"report.column_{name}"), size) for name, size in sizes.items()])
        for number, changes in enumerate(_by_object(self.plan).values() if not review.is_withheld else (), start=1):
            self._object(number, changes)
        if review.is_withheld or not self.plan.changes:
            why = withheld(review, self.wording) if review.is_withheld else say("report.no_changes")
            self.sheet.cells(["", "", "", why, "", "", "", "", ""], "text")
        self.sheet.end(len(sizes), table=0)

    def _object(self, number: int, positions: Sequence[int]) -> None:
        plan, say = self.plan, self.wording.say
        ledger = self.review.ledgers.get(plan.system)
        label = beginning(visible(self.review.label(plan.system, plan.changes[positions[0]].key)))
        is_first = True
        for position in positions:
            change = plan.changes[position]
            status = ledger.status[position] if ledger else Status.UNTOUCHED
            action, kind = say(f"report.action_{change.action.value}"), type_name(change.key.type, self.wording)
            head, said = (str(number), action, kind, label), say(f"report.status_{status.value}")
            for cells in self._differences(change):
                look = "text" if is_first else "more"
                looks = (look,) if is_first else ("again",) * len(head)
                self.sheet.cells((*head, *cells, said), look, looks=looks)
                is_first = False

    def _differences(self, change: Change) -> Iterator[tuple[str, str, str, str]]:
        """Attribute, old, new and reason, one value a row. What is too long for a cell goes on in the next row."""
        reason, *more = pieces(visible(change.reason))
        for one in self.wording.differences(self.review, self.plan, change):
            for old, new in zip_longest(one.before or ("",), one.after, fillvalue=""):
                for parts in zip_longest(pieces(old), pieces(new), fillvalue=""):
                    yield (one.attribute, *parts, reason)
        for part in more:
            yield "", "", "", part


def _by_object(plan: Plan) -> dict[Key, list[int]]:
    """Positions in the plan of the changes of each object, objects in the order in which they first occur."""
    found: dict[Key, list[int]] = {}
    for number, change in enumerate(plan.changes):
        found.setdefault(change.key, []).append(number)
    return found


def _open_points(review: Review, wording: Wording, sheet: Sheet) -> None:
    """Everything that a person has to decide, with room to write the decision."""
    say = wording.say
    sizes = {"number": 6, "kind": 12, "system": 16, "matter": 80, "decision": 24, "decided_by": 20}
    sheet.table_head([Column(say(f"report.column_{name}"), size) for name, size in sizes.items()])
    found = list(_matters(review, wording))
    for number, (kind, systems, text) in enumerate(found, start=1):
        for part in pieces(text):
            sheet.cells([str(number), say(f"report.matter_{kind}"), systems, part, "", ""], "text")
    if not found:
        sheet.cells(["", "", "", say("report.no_matters"), "", ""], "text")
    sheet.end(len(sizes), table=0)


def _matters(review: Review, wording: Wording) -> Iterator[tuple[str, str, str]]:
    """Kind, systems and sentence of each: what stops everything first."""
    for item in review.broken:
        yield "seal", "", wording.spoken(item)
    for plan in review.change_set.plans:
        for brake in plan.brakes:
            why = wording.say("report.brake", name=visible(brake.name), why=wording.spoken(brake.message))
            yield "brake", plan.system, f"{why} {brake_way_out(review, brake, wording)}"
        for item in plan.problems:
            yield "problem", plan.system, wording.spoken(item)
    for warning in warnings(review.change_set):
        yield "warning", ", ".join(warning.systems), wording.spoken(warning.said)
