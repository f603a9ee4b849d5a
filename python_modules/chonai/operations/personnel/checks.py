"""What is wrong with a request whatever the directory: reorganisation against organisation, dates, and what is not
due yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.records import Reform, Request
from chonai.operations.personnel.reorganisation import reform_problems
from chonai.operations.personnel.succession import succession, units_that_move
from chonai.text.messages import Message, message


def due_reforms(request: Request) -> tuple[Reform, ...]:
    """The rows that hold on the effective date, in the order of the file."""
    rows = [row for row in request.reorganisation or () if row.date <= request.effective_date]
    return tuple(sorted(rows, key=lambda row: (row.old, row.new, row.kind)))


def request_problems(request: Request, policy: CityPolicy) -> tuple[list[Message], list[Message]]:
    """Problems and warnings."""
    due = due_reforms(request)
    if due and request.organisation is None:
        return [message("personnel.organisation_needed", file=due[0].place.file)], []
    problems = [*_of_one_day(due), *reform_problems(due, request.organisation or {})]
    fates = succession(due, request.organisation or {}, policy.sections).fates
    moves = [
        row.place.says("old", row.old, "personnel.unit_moves", word=row.word)
        for row in units_that_move(due, fates, policy.sections)
    ]
    return problems, [*_not_due(request), *moves]


def _of_one_day(due: Sequence[Reform]) -> Iterator[Message]:
    """Rows of several days are several reorganisations, and an organisation table is of one day."""
    dates = sorted({row.date for row in due})
    if len(dates) > 1:
        days = ", ".join(day.isoformat() for day in dates)
        yield message("personnel.reform_dates", file=due[0].place.file, dates=days)


def _not_due(request: Request) -> Iterator[Message]:
    later = [row for row in request.reorganisation or () if row.date > request.effective_date]
    if later:
        fields = {"file": later[0].place.file, "count": len(later), "date": request.effective_date.isoformat()}
        yield message("personnel.reform_not_due", **fields)
