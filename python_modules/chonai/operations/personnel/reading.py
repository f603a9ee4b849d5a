"""From the bytes of the city's files to a request: everything wrong in any of them at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chonai.change.errors import InputError
from chonai.operations.files import File
from chonai.operations.personnel import columns
from chonai.operations.personnel.cells import Sheet, Words
from chonai.operations.personnel.kinds import Phase
from chonai.operations.personnel.orders import REQUIRED as ORDERS_NEED
from chonai.operations.personnel.orders import parse_orders
from chonai.operations.personnel.organisation import REQUIRED as ORGANISATION_NEEDS
from chonai.operations.personnel.organisation import Finder, parse_organisation
from chonai.operations.personnel.plausible import Span
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.records import Request
from chonai.operations.personnel.reorganisation import REQUIRED as REORGANISATION_NEEDS
from chonai.operations.personnel.reorganisation import parse_reorganisation
from chonai.operations.personnel.roster import REQUIRED as ROSTER_NEEDS
from chonai.operations.personnel.roster import parse_roster
from chonai.text.invisible import harmful, invisible, shows_nothing
from chonai.text.messages import Message, message
from chonai.text.problems import Problem
from chonai.text.tables import Table, columns_named, read_table


def read_request(
    *,
    policy: CityPolicy,
    effective_date: date,
    phase: Phase = Phase.WHOLE,
    orders: File | None = None,
    roster: File | None = None,
    organisation: File | None = None,
    reorganisation: File | None = None,
) -> Request:
    """The request in the files. Its `problems` must be empty to plan; nothing of them is raised."""
    asked = orders or roster or reorganisation or phase is Phase.CLEANUP
    if not asked:
        return Request(effective_date, phase=phase, problems=(message("personnel.nothing_asked"),))
    reader, extra = _Reader(policy, Span(effective_date)), policy.columns
    chart = parse_organisation(reader.sheet(organisation, _ORGANISATION, extra.organisation)) if organisation else None
    finder = Finder(chart or {}, policy.sections)
    listed = parse_orders(reader.sheet(orders, _ORDERS, extra.orders), finder) if orders else None
    people = parse_roster(reader.sheet(roster, _ROSTER, extra.roster), finder) if roster else None
    rows = reader.sheet(reorganisation, _REORGANISATION, extra.reorganisation) if reorganisation else None
    reforms = parse_reorganisation(rows) if rows else None
    problems, warnings = reader.found()
    return Request(effective_date, listed, people, chart, reforms, problems, warnings, phase)


@dataclass(frozen=True, slots=True, eq=False)
class _Kind:
    """A kind of file: its usual header names, what it must have, and what people call it."""

    name: Message
    usual: columns.Aliases
    required: tuple[str, ...]


_ORDERS = _Kind(message("personnel.file_orders"), columns.ORDERS, ORDERS_NEED)
_ROSTER = _Kind(message("personnel.file_roster"), columns.ROSTER, ROSTER_NEEDS)
_ORGANISATION = _Kind(message("personnel.file_organisation"), columns.ORGANISATION, ORGANISATION_NEEDS)
_REORGANISATION = _Kind(message("personnel.file_reorganisation"), columns.REORGANISATION, REORGANISATION_NEEDS)
_KINDS = (_ORDERS, _ROSTER, _ORGANISATION, _REORGANISATION)


def _mistaken(file: File, table: Table, kind: _Kind) -> list[Message]:
    """Where columns are missing: the other kind of file that the header fits at least as well, if there is one."""
    if not any(problem.code in ("text.missing_column", "text.no_header") for problem in table.problems):
        return []
    named = {
        other: columns_named(file.name, file.data, other.usual, other.required) for other in _KINDS if other is not kind
    }
    best = max(named, key=lambda other: named[other])
    if named[best] < max(len(table.columns), 1):
        return []
    return [message("personnel.other_file", file=file.name, kind=best.name, given=kind.name)]


class _Reader:
    """Reads tables and keeps what was found in each."""

    def __init__(self, policy: CityPolicy, span: Span) -> None:
        self._policy, self._words, self._span = policy, Words(policy), span
        self._sheets: list[Sheet] = []

    def sheet(self, file: File, kind: _Kind, extra: Mapping[str, tuple[str, ...]]) -> Sheet:
        try:
            table = read_table(file.name, file.data, columns.with_extra(kind.usual, extra), required=kind.required)
        except ValueError as wrong:
            raise InputError("personnel.policy_columns", why=str(wrong)) from wrong
        sheet = Sheet(table, self._policy, self._words, self._span)
        sheet.problems.extend([*_mistaken(file, table, kind), *(problem.message for problem in table.problems)])
        sheet.warnings.extend(problem.message for problem in (*table.skipped, *table.flags))
        if unused := [title for title in table.unknown if title not in columns.IDLE]:
            titles = ", ".join(unused)
            sheet.warnings.append(message("personnel.unused_columns", file=file.name, columns=titles))
        if any(_is_hopeless(problem, table) for problem in table.problems):
            sheet.table = Table(file.name)
        _look_at_names(sheet)
        self._sheets.append(sheet)
        return sheet

    def found(self) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
        """Problems and warnings of all that was read."""
        problems = tuple(problem for sheet in self._sheets for problem in sheet.problems)
        warnings = (warning for sheet in self._sheets for warning in (*sheet.warnings, *_unknown_titles(sheet)))
        return problems, tuple(warnings)


def _look_at_names(sheet: Sheet) -> None:
    """What cannot be seen in cells that become names and titles."""
    table = sheet.table
    for key in sorted(columns.SHOWN & table.columns.keys()):
        for row in (row for row in table.rows if not row[key].isprintable() or shows_nothing(row[key])):
            if found := harmful(row[key]):
                sheet.problems.append(table.problem(row, key, "personnel.harmful_character", code_points=found).message)
            elif shows_nothing(row[key]):
                sheet.problems.append(table.problem(row, key, "personnel.shows_nothing").message)
            elif found := invisible(row[key]):
                sheet.warnings.append(
                    table.problem(row, key, "personnel.invisible_character", code_points=found).message
                )


def _is_hopeless(problem: Problem, table: Table) -> bool:
    """Whether a problem of the whole table makes every row wrong: one error says it, not one a row."""
    return problem.row is None or problem.code == "text.missing_column" or not table.rows


def _unknown_titles(sheet: Sheet) -> list[Message]:
    return [
        Problem(
            "personnel.unknown_title",
            sheet.table.file,
            row=rows[0],
            column="title",
            value=title,
            fields={"count": len(rows)},
        ).message
        for title, rows in sorted(sheet.unknown_titles.items())
    ]
