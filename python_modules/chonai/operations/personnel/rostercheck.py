"""The roster beside orders: whatever the orders leave different from it is a problem or a warning, and nothing is
written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chonai.operations.personnel.census import Census
from chonai.operations.personnel.codes import office
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.names import may_be_same
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.records import RosterRow
from chonai.text.messages import Message, message


def has_left(row: RosterRow, day: date) -> bool:
    """Whether the roster says that the person is gone on a day; who leaves on that day still works."""
    return row.status is Status.LEFT and (row.left is None or row.left < day)


def coverage(census: Census, rows: Sequence[RosterRow]) -> tuple[int, int]:
    """How many of the accounts in service the roster names, and how many there are."""
    listed = {str(row.key) for row in rows}
    serving = [account.staff for account in census.context.directory.serving()]
    return sum(1 for staff in serving if staff in listed), len(serving)


class RosterCheck:
    """Compares the roster of the effective date with what the orders make of everybody."""

    def __init__(self, census: Census, rows: Sequence[RosterRow]) -> None:
        self._census, self._rows, self._day = census, sorted(rows, key=lambda row: row.key), census.context.day
        self._context, self._units = census.context, census.units
        self.problems: list[Message] = []
        self.warnings: list[Message] = []

    def check(self) -> None:
        """Compare every row, and everybody who has none.

        A roster that lacks many trips its brake instead of naming each.
        """
        for row in self._rows:
            self._check_row(row, self._census.finals.get(str(row.key)))
        few, of = coverage(self._census, self._rows)
        if self._context.policy.roster.complete and few * 100 >= self._context.policy.brakes.roster_covers_percent * of:
            self._check_absent()

    def _check_absent(self) -> None:
        listed = {str(row.key) for row in self._rows}
        file = self._rows[0].place.file if self._rows else ""
        for staff, person in sorted(self._census.finals.items()):
            if staff not in listed and self._census.accounts.serves(person):
                name = person.name or person.shown
                self.problems.append(message("personnel.not_in_roster", number=staff, name=name, file=file))

    def _check_row(self, row: RosterRow, person: Person | None) -> None:
        entitled = self._census.accounts.is_entitled(row.kind)
        serves = person is not None and self._census.accounts.serves(person)
        if has_left(row, self._day):
            if serves:
                self._differs(row, "status", "personnel.roster_left_without_order")
        elif entitled and person is None and not self._is_retired(row):
            self._differs(row, "number", "personnel.roster_unknown_person")
        elif entitled and not serves:
            self._differs(row, "status", "personnel.roster_serves_leaver")
        elif entitled and person is not None:
            self._compare(row, person)

    def _is_retired(self, row: RosterRow) -> bool:
        account = self._census.account(str(row.key))
        return account is not None and account.retired

    def _compare(self, row: RosterRow, person: Person) -> None:
        units = self._units
        if row.section and person.main != self._office(row.section):
            self._differs(
                row,
                "section",
                "personnel.roster_section_differs",
                found=units.name(person.main),
                said=units.name(self._office(row.section)),
            )
        if (person.status is Status.WORKING) != (row.status is not Status.ON_LEAVE):
            self._differs(row, "status", "personnel.roster_status_differs")
        if row.title and person.title and row.title != person.title:
            self._remark(row, "title", "personnel.roster_title_differs", found=person.title)
        if not may_be_same(row.name, person.name or person.shown):
            self._remark(row, "name", "personnel.name_differs", name=person.name or person.shown)
        if (
            row.also is not None
            and self._context.rules.groups.section
            and frozenset(map(self._office, row.also)) - {person.main} != person.also
        ):
            found = ", ".join(map(units.name, sorted(person.also)))
            self._remark(row, "also", "personnel.roster_posts_differ", found=found)

    def _office(self, code: str) -> str:
        return office(code, self._context.policy.sections)

    def _differs(self, row: RosterRow, column: str, code: str, **fields: object) -> None:
        self.problems.append(row.says(column, "", code, **fields))

    def _remark(self, row: RosterRow, column: str, code: str, **fields: object) -> None:
        self.warnings.append(row.says(column, "", code, **fields))
