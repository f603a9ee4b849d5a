"""Address ledgers in spreadsheets, made as people make them, and what an import makes of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from chonai.change.model import State, Value
from chonai.change.plan import Outcome
from chonai.operations.addressing import Guard, addressing_policy
from chonai.operations.addressing.sheet import Terms, plan_import, tables
from chonai.operations.files import File
from chonai.reports.papers.ledger_book import LedgerSheet, ledger_book
from chonai.reports.papers.letterhead import Letterhead
from chonai.text.messages import Message
from tests.unit.addressing.town import DAY, POLICY, planned

Rows = Sequence[Sequence[object]]
LETTERHEAD = Letterhead("汐見野市", "", datetime(2026, 4, 1, 9, tzinfo=UTC))


def book(sheets: Mapping[str, Rows], more: Callable[[Worksheet], None] | None = None) -> File:
    """A workbook with these sheets; `more` works on the last one."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if more is not None:
        more(made.worksheets[-1])
    out = io.BytesIO()
    made.save(out)
    return File("台帳.xlsx", out.getvalue())


def exported(state: State) -> File:
    """The workbook that is written of a ledger."""
    sheets = [LedgerSheet(one.title, one.headings, one.rows, one.choices) for one in tables(state)]
    return File("export.xlsx", ledger_book("ledger", sheets, LETTERHEAD, "ja"))


def taken_in(
    observed: State,
    file: File,
    *,
    day: date = DAY,
    guard: Guard | None = None,
    policy: Mapping[str, object] | None = None,
    **terms: object,
) -> Outcome:
    """What becomes of a ledger with a workbook."""
    rules = addressing_policy({**POLICY, **(policy or {})})
    wanted = Terms(day, **terms)  # type: ignore[arg-type]  # a test names terms as they are called
    return plan_import(observed, file, rules, wanted, guard or Guard())


def changed(observed: State, outcome: Outcome) -> dict[str, dict[str, Value]]:
    """Every object that is new or otherwise, by what people call it; the plan has to have no problems."""
    plan = planned(observed, outcome)
    return {
        plan.labels[change.key]: {
            name: value for name, value in change.after.items() if change.before.get(name) != value
        }
        for change in plan.changes
    }


def wrong(outcome: Outcome) -> list[tuple[str, str]]:
    """Each problem: where, and its code."""
    found = []
    for one in outcome.problems:
        what = one.fields.get("what")
        assert isinstance(what, Message)
        found.append((str(what.fields["cell"]), what.code.partition(".")[2]))
    return found


def warned(outcome: Outcome) -> list[str]:
    """The warnings as people read them."""
    return [one.render("en") for one in outcome.warnings]
