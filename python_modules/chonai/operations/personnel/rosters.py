"""The roster applied to one directory, or checked against what the orders make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from chonai.operations.personnel.accounts import Task
from chonai.operations.personnel.census import Census
from chonai.operations.personnel.codes import office
from chonai.operations.personnel.directory import Account, single_fields, text
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.names import may_be_same
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.records import RosterRow
from chonai.text.folding import kana_fold
from chonai.text.messages import Message, message


class Rosters:
    """The roster of `effective_date` against a census."""

    def __init__(self, census: Census, rows: Sequence[RosterRow], effective_date: date) -> None:
        self._census, self._rows, self._day = census, sorted(rows, key=lambda row: row.key), effective_date
        self._context, self._units = census.context, census.units
        self._kana = single_fields(self._context.rules.users.attributes).get("kana", "")
        self._listed = {str(row.key) for row in rows}
        self.problems: list[Message] = []
        self.warnings: list[Message] = []

    @property
    def covers(self) -> tuple[int, int]:
        """How many of the accounts in service the roster names, and how many there are."""
        serving = [account.staff for account in self._context.directory.serving()]
        return sum(1 for staff in serving if staff in self._listed), len(serving)

    def write(self) -> None:
        """The roster alone is the request: everybody becomes what it says, and whom it does not name has left."""
        for row in self._rows:
            self._write_row(row)
        if self._context.policy.roster.complete:
            for account in self._context.directory.serving():
                if not self._census.is_seen(account) and account.staff not in self._listed:
                    self._write_absent(account)

    def check(self) -> None:
        """Orders came too: whatever they leave different from the roster is a problem or a warning, and nothing is
        written.
        """
        for row in self._rows:
            person = self._census.finals.get(str(row.key))
            self._check_row(row, person)
        few, of = self.covers
        if self._context.policy.roster.complete and few * 100 >= self._context.policy.brakes.roster_covers_percent * of:
            for staff, person in sorted(self._census.finals.items()):
                if staff not in self._listed and self._census.accounts.serves(person):
                    self.problems.append(
                        message(
                            "personnel.not_in_roster", number=staff, name=person.name or person.shown, file=self._file
                        )
                    )

    @property
    def _file(self) -> str:
        return self._rows[0].place.file if self._rows else ""

    # -- the roster alone

    def _write_row(self, row: RosterRow) -> None:
        account = self._census.account(str(row.key))
        start = self._census.start(account) if account is not None else None
        target = self._target(row, start)
        if not self._census.accounts.serves(target) and (start is None or start.status is Status.LEFT):
            return
        if account is not None and str(row.key) in self._context.directory.twice:
            self.problems.append(
                row.place.says("number", str(row.key), "personnel.two_accounts", accounts=account.name)
            )
            return
        if not self._sections_known(row, start, target):
            return
        if account is not None and account.key in self._census.protected:
            self._leave_protected(account, start, target)
            return
        self._census.write(
            Task(account, start, target, self._why(start, target), self._cause(account, start, target), row.key)
        )

    def _target(self, row: RosterRow, start: Person | None) -> Person:
        gone = row.status is Status.LEFT and (row.left is None or row.left < self._day)
        status = Status.LEFT if gone else Status.WORKING if row.status is Status.LEFT else row.status
        person = start or Person(row.key, status)
        also = person.also if row.also is None else frozenset(map(self._office, row.also))
        main = self._office(row.section) if row.section else person.main
        name, kana = self._name(row, start)
        return replace(
            person,
            status=status,
            main=main,
            also=also - {main or ""},
            title=row.title or person.title,
            title_code=row.title_code or None,
            name=name,
            kana=kana,
            kind=row.kind or person.kind,
            left_on=row.left or self._day - timedelta(days=1),
        )

    def _name(self, row: RosterRow, start: Person | None) -> tuple[str | None, str | None]:
        """Name and reading where they are new: a spelling that can be the same name is left as the directory has it."""
        if start is None:
            return row.name, row.kana
        account = self._census.account(str(row.key))
        shown_kana = text(account.record, self._kana) if account is not None else ""
        name = None if may_be_same(start.shown, row.name) else row.name
        kana = None if not row.kana or kana_fold(shown_kana) == kana_fold(row.kana) else row.kana
        return name, kana

    def _sections_known(self, row: RosterRow, start: Person | None, target: Person) -> bool:
        if not self._census.accounts.serves(target):
            return True
        before = {start.main, *start.also} if start is not None else set()
        unknown = sorted(
            code for code in {target.main or "", *target.also} - before if code not in self._units.sections
        )
        for code in unknown:
            self.problems.append(
                row.place.says(
                    "section", code or row.section, "personnel.unknown_section", number=str(row.key), type=""
                )
            )
        return not unknown

    def _leave_protected(self, account: Account, start: Person | None, target: Person) -> None:
        """A protected account may stand in the roster; only a change of it is refused."""
        if start is not None and (start.status, start.main) != (target.status, target.main):
            self._census.refuses(account)

    def _write_absent(self, account: Account) -> None:
        if self._census.refuses(account):
            return
        start = self._census.start(account)
        target = replace(start, status=Status.LEFT, left_on=self._day - timedelta(days=1))
        words = self._context.wording
        self._census.write(
            Task(
                account,
                start,
                target,
                words.say("absent", date=self._day.isoformat()),
                words.say("cause_leave"),
                start.key,
            )
        )

    def _why(self, start: Person | None, target: Person) -> str:
        words, units = self._context.wording, self._units
        old = units.name(start.main) if start and start.status is not Status.LEFT else ""
        parts = (
            [words.change(old, units.name(target.main))]
            if start is None or start.main != target.main or old == ""
            else []
        )
        if target.status is Status.LEFT:
            parts = [words.say("cause_leave")]
        if start is not None and target.name is not None:
            parts.append(words.change(start.shown, target.name))
        if start is not None and target.title and start.title != target.title:
            parts.append(words.change(start.title or "", target.title))
        return words.say("roster", detail=" ".join(parts), date=self._day.isoformat())

    def _cause(self, account: Account | None, start: Person | None, target: Person) -> str:
        words = self._context.wording
        if not self._census.accounts.serves(target):
            return words.say("cause_leave")
        if start is None or account is None or account.retired:
            return words.say("cause_join")
        return words.say("cause_move" if start.main != target.main else "cause_post")

    # -- the roster beside orders

    def _check_row(self, row: RosterRow, person: Person | None) -> None:
        gone = row.status is Status.LEFT and (row.left is None or row.left < self._day)
        entitled = self._census.accounts.is_entitled(row.kind)
        serves = person is not None and self._census.accounts.serves(person)
        if gone:
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
        self.problems.append(
            row.place.says(column, self._cell(row, column), code, number=str(row.key), type="", **fields)
        )

    def _remark(self, row: RosterRow, column: str, code: str, **fields: object) -> None:
        self.warnings.append(
            row.place.says(column, self._cell(row, column), code, number=str(row.key), type="", **fields)
        )

    def _cell(self, row: RosterRow, column: str) -> str:
        return {
            "section": row.section,
            "title": row.title,
            "name": row.name,
            "number": str(row.key),
            "also": ", ".join(sorted(row.also or ())),
        }.get(column, row.status.value)
