"""Everybody in one directory: how they stand, how they will, and who was written. What brakes and checks count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chonai.change.ids import GivenId
from chonai.change.model import Key
from chonai.operations.personnel.accounts import Accounts
from chonai.operations.personnel.addresses import overlong_fields
from chonai.operations.personnel.context import Context, Units
from chonai.operations.personnel.directory import Account
from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.names import may_be_same
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.records import Order, RosterRow
from chonai.operations.personnel.starts import Starts
from chonai.operations.personnel.succession import ENDED
from chonai.operations.personnel.tasks import Task, new_account
from chonai.text.messages import Message


@dataclass(slots=True)
class Counts:
    """How many people change how; `touched_protected` names those that nobody may touch."""

    serving: int = 0
    leavers: int = 0
    disabled: int = 0
    joiners: int = 0
    moved: int = 0
    deletions: int = 0
    touched_protected: list[tuple[str, Message]] = field(default_factory=list)


class Census:
    """Writes people one by one and remembers them."""

    def __init__(self, context: Context, units: Units, protected: Mapping[Key, Message]) -> None:
        self.context, self.units, self.protected = context, units, protected
        self.starts, self.accounts = Starts(context, units), Accounts(context, units)
        self.counts = Counts(serving=sum(1 for _ in context.directory.serving()))
        self.finals: dict[str, Person] = {}
        self.keys: dict[str, Key] = {}
        self.address_problems: dict[Key, list[Message]] = {}
        self._seen: set[Key] = set()

    def account(self, staff: str) -> Account | None:
        """The account of a staff key."""
        return self.context.directory.accounts.get(staff)

    def start(self, account: Account) -> Person:
        """How the person of an account stands."""
        return self.starts.of(account)

    def is_seen(self, account: Account) -> bool:
        """Whether the person was written (or refused) already."""
        return account.key in self._seen

    def refuses(self, account: Account) -> bool:
        """Note that a protected account was named; it is left as it is."""
        why = self.protected.get(account.key)
        if why is not None:
            self._seen.add(account.key)
            self.counts.touched_protected.append((f"{account.staff} ({account.name})", why))
        return why is not None

    def write(self, task: Task) -> bool:
        """Write one person and count; tells whether anything changes."""
        if task.account is not None:
            self._seen.add(task.account.key)
        self.finals[str(task.target.key)] = task.target
        self.keys[str(task.target.key)] = task.account.key if task.account else new_account(task.target)
        changed = self.accounts.write(task)
        if changed:
            self._count(task)
        return changed

    def tell_address(self, person: Person, rows: Sequence[Order | RosterRow], romaji: str) -> None:
        """Note what is wrong with the new mail address of a written person: a problem of the row that the spelling
        `romaji`, or else the reading, comes from: the last of `rows` that has one.
        """
        found = self.address_problems.setdefault(self.keys[str(person.key)], [])
        if code := self.accounts.addresses.misspelt.get(person.key):
            spelt = next(row for row in reversed(rows) if row.romaji == romaji)
            found.append(spelt.says("romaji", romaji, code, kana=person.kana or ""))
        if address := self.accounts.addresses.overlong.get(person.key):
            said: Order | RosterRow = next((row for row in reversed(rows) if row.kana), rows[-1])
            found.append(said.says("kana", said.kana, "personnel.address_too_long", **overlong_fields(address)))

    def keep(self, account: Account) -> Person:
        """Somebody whom nothing was said about."""
        person = self.start(account)
        self.finals[account.staff], self.keys[account.staff] = person, account.key
        return person

    def turn(self, account: Account | None, start: Person | None, target: Person) -> str:
        """The word for somebody who leaves, comes or moves; blank for who stays where they are."""
        if not self.accounts.serves(target):
            return "cause_leave"
        if start is None or account is None or account.is_away:
            return "cause_join"
        return "cause_move" if start.main != target.main else ""

    def new_posts(self, start: Person | None, target: Person) -> list[str]:
        """The sections in which somebody gets a post, blank for one that is not known; concurrent ones count where
        groups follow them.
        """
        before = {start.main, *start.also} if start is not None else set()
        also = target.also if self.context.rules.groups.section is not None else frozenset()
        return sorted({target.main or "", *also} - before)

    def former_bearer(self, person: Person, account: Account | None, names: Iterable[str]) -> GivenId | None:
        """Who had the number of a person before, if that was somebody else: nobody of these names or of the name that
        the account shows. Nobody is looked for where the account has the number already.
        """
        key, taken = str(person.key), self.context.taken
        if not self.accounts.serves(person) or (account and taken.are_one(account.staff, key)):
            return None
        bearers = [one for one in taken.bearers(key) if one.person]
        theirs = [name for name in (*names, person.shown) if name]
        if any(may_be_same(one.person, name) for one in bearers for name in theirs):
            return None
        return bearers[-1] if bearers else None

    def left_behind(self) -> dict[str, list[str]]:
        """Old codes of sections that end without saying where their people go, with those who still have a post
        there.
        """
        found: dict[str, list[str]] = {}
        for staff, person in sorted(self.finals.items()):
            if self.accounts.serves(person):
                for code in sorted({person.main or "", *person.also}):
                    if code.startswith(ENDED):
                        found.setdefault(code.removeprefix(ENDED), []).append(staff)
        return found

    def _count(self, task: Task) -> None:
        start, counts = task.start, self.counts
        was_here = start is not None and start.status is not Status.LEFT
        if not self.accounts.serves(task.target):
            counts.leavers += was_here
        elif start is None or not was_here:
            counts.joiners += 1
        else:
            counts.disabled += start.status is Status.WORKING and task.target.status is Status.ON_LEAVE
            counts.moved += start.main != task.target.main


def told(other: GivenId) -> dict[str, str]:
    """Who had an ID, where and since when, for a sentence about it."""
    return {"person": other.person, "system": other.system, "since": other.since.isoformat()}
