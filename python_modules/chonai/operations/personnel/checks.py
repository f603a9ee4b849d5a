"""What is wrong with a request whatever the directory: reorganisation against organisation, dates, and what is not
due yet.
"""

from __future__ import annotations

from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.records import Reform, Request
from chonai.operations.personnel.reorganisation import reform_problems
from chonai.operations.personnel.succession import Fate, succession, units_that_move
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
    problems, warnings = list[Message](), list[Message]()
    dates = sorted({row.date for row in due})
    if len(dates) > 1:
        days = ", ".join(day.isoformat() for day in dates)
        problems.append(message("personnel.reform_dates", file=due[0].place.file, dates=days))
    problems += reform_problems(due, request.organisation or {})
    later = [row for row in request.reorganisation or () if row.date > request.effective_date]
    if later:
        warnings.append(
            message(
                "personnel.reform_not_due",
                file=later[0].place.file,
                count=len(later),
                date=request.effective_date.isoformat(),
            )
        )
    fates: dict[str, Fate] = dict(succession(due, request.organisation or {}, policy.sections).fates)
    warnings += [
        row.place.says("old", row.old, "personnel.unit_moves", word=row.word)
        for row in units_that_move(due, fates, policy.sections)
    ]
    return problems, warnings
