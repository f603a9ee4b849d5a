"""The roster as the whole request: what it says of everybody, written into one directory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chonai.change.model import Key
from chonai.operations.personnel.census import Census, told
from chonai.operations.personnel.codes import office
from chonai.operations.personnel.directory import Account, single_fields, text
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.names import identity, may_be_same
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.plausible import Span
from chonai.operations.personnel.records import RosterRow
from chonai.operations.personnel.registry import Registry
from chonai.operations.personnel.rostercheck import has_left
from chonai.operations.personnel.tasks import Task
from chonai.text.folding import kana_fold, search_key
from chonai.text.messages import Message


class Rosters:
    """Writes the roster of the effective date into a census."""

    def __init__(self, census: Census, rows: Sequence[RosterRow]) -> None:
        self._census, self._rows, self._day = census, sorted(rows, key=lambda row: row.key), census.context.day
        self._context, self._units = census.context, census.units
        fields = single_fields(self._context.rules.users.attributes)
        self._shown, self._kana = fields.get("name", ""), fields.get("kana", "")
        self._listed = {str(row.key) for row in rows}
        self._registry = Registry(census.context)
        self._leaving: dict[str, list[Account]] = defaultdict(list)
        self._taken: set[Key] = set()
        self._bearers = Counter(search_key(row.name) for row in rows if not self._is_gone(row))
        self.problems: list[Message] = []
        self.warnings: list[Message] = []

    def write(self) -> None:
        """The roster alone is the request: everybody becomes what it says, and whom it does not name has left."""
        self._find_leavers()
        for row, account in [(row, self._census.account(str(row.key)) or self._renumbered(row)) for row in self._rows]:
            if account is None or account.key not in self._taken or account.staff != str(row.key):
                self._write_row(row, account)
        if self._context.policy.roster.complete:
            for account in self._context.directory.serving():
                if not self._census.is_seen(account) and account.staff not in self._listed:
                    self._write_absent(account)

    # -- the roster alone

    def _find_leavers(self) -> None:
        """Accounts whose number the roster has not, or has as left: one of them may go on under a new number."""
        staying = {str(row.key) for row in self._rows if not self._is_gone(row)}
        for account in self._context.directory.accounts.values():
            if account.staff not in staying and not account.outside:
                self._leaving[self._identity(account)].append(account)

    def _identity(self, account: Account) -> str:
        return identity(text(account.record, self._shown), text(account.record, self._kana))

    def _renumbered(self, row: RosterRow) -> Account | None:
        """The account of somebody who goes on under a new number: same body, name and reading, and nobody else of
        the name.
        """
        if self._is_gone(row) or not self._census.accounts.is_entitled(row.kind):
            return None
        leavers = self._leaving.get(identity(row.name, row.kana if self._kana else ""), [])
        same_body = [account for account in leavers if account.staff.startswith(f"{row.key.body}-")]
        names = ", ".join(sorted(account.staff for account in leavers))
        if not leavers:
            return None
        bearers = max(len(self._registry.named(row.name)), self._bearers[search_key(row.name)])
        if len(same_body) != 1 or bearers != 1:
            self.warnings.append(
                row.says("number", str(row.key), "personnel.roster_maybe_same", name=row.name, candidates=names)
            )
            return None
        self._taken.add(same_body[0].key)
        self.warnings.append(row.says("number", str(row.key), "personnel.same_person", name=row.name, old=names))
        return same_body[0]

    def _write_row(self, row: RosterRow, account: Account | None) -> None:
        start = self._census.start(account) if account is not None else None
        target = self._target(row, start, account)
        if not self._census.accounts.serves(target) and (start is None or start.status is Status.LEFT):
            return
        if account is not None and str(row.key) in self._context.directory.twice:
            self.problems.append(row.says("number", str(row.key), "personnel.two_accounts", accounts=account.name))
            return
        if account is not None and account.outside and account.key not in self._census.protected:
            self.problems.append(row.says("number", str(row.key), "personnel.outside", account=account.name))
            return
        if not self._sections_known(row, start, target) or not self._left_plausibly(row, target):
            return
        if account is not None and account.key in self._census.protected:
            self._leave_protected(account, start, target)
            return
        if other := self._census.former_bearer(target, account, [row.name]):
            self.problems.append(row.says("number", str(row.key), "personnel.number_of_another", **told(other)))
            return
        why, cause = self._why(account, start, target), self._cause(account, start, target)
        self._census.write(Task(account, start, target, why, cause, row.key, row.romaji))
        self._census.tell_address(target, [row], row.romaji)

    def _left_plausibly(self, row: RosterRow, target: Person) -> bool:
        """An account in service whose person left long ago would be deleted at once: the year is mistyped."""
        span = Span(self._day)
        if target.status is not Status.LEFT or row.left is None or row.left in span:
            return True
        fields = {"date": span.day, "earliest": span.earliest, "latest": span.latest}
        said = {name: each.isoformat() for name, each in fields.items()}
        self.problems.append(row.says("left", row.left, "personnel.date_implausible", **said))
        return False

    def _is_gone(self, row: RosterRow) -> bool:
        return has_left(row, self._day)

    def _target(self, row: RosterRow, start: Person | None, account: Account | None) -> Person:
        status = Status.LEFT if self._is_gone(row) else Status.WORKING if row.status is Status.LEFT else row.status
        person = start or Person(row.key, status)
        also = person.also if row.also is None else frozenset(map(self._office, row.also))
        main = self._office(row.section) if row.section else person.main
        name, kana = self._name(row, start, account)
        return replace(
            person,
            key=row.key,
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

    def _name(self, row: RosterRow, start: Person | None, account: Account | None) -> tuple[str | None, str | None]:
        """Name and reading where they are new: a spelling that can be the same name is left as the directory has it."""
        if start is None:
            return row.name, row.kana
        shown_kana = text(account.record, self._kana) if account is not None else ""
        name = None if may_be_same(start.shown, row.name) else row.name
        kana = None if not row.kana or kana_fold(shown_kana) == kana_fold(row.kana) else row.kana
        return name, kana

    def _office(self, code: str) -> str:
        return office(code, self._context.policy.sections)

    def _sections_known(self, row: RosterRow, start: Person | None, target: Person) -> bool:
        if not self._census.accounts.serves(target):
            return True
        unknown = [code for code in self._census.new_posts(start, target) if code not in self._units.sections]
        self.problems += [row.says("section", code or row.section, "personnel.unknown_section") for code in unknown]
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
        why = words.say("absent", date=self._day.isoformat())
        self._census.write(Task(account, start, target, why, words.say("cause_leave"), start.key))

    def _why(self, account: Account | None, start: Person | None, target: Person) -> str:
        words, units = self._context.wording, self._units
        old = self._context.directory.home_name(account)
        moves = start is None or start.main != target.main or old == ""
        parts = [words.change(old, units.name(target.main))] if moves else []
        if target.status is Status.LEFT:
            parts = [words.say("cause_leave")]
        if start is not None and target.name is not None:
            parts.append(words.change(start.shown, target.name))
        if start is not None and target.title and start.title != target.title:
            parts.append(words.change(start.title or "", target.title))
        return words.say("roster", detail=" ".join(parts), date=self._day.isoformat())

    def _cause(self, account: Account | None, start: Person | None, target: Person) -> str:
        return self._context.wording.say(self._census.turn(account, start, target) or "cause_post")
