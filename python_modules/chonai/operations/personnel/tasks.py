"""What is to be written of one person into one directory."""

from __future__ import annotations

from dataclasses import dataclass

from chonai.change.model import Key
from chonai.operations.personnel.directory import USER, Account
from chonai.operations.personnel.people import Person
from chonai.operations.personnel.records import StaffKey
from chonai.operations.personnel.taken import Claim


@dataclass(frozen=True, slots=True)
class Task:
    """One person to write: the account where there is one, how they stood and how they will, and why.

    `cause` is the word under which groups count the person; `account_key` the key whose number a new account is
    named after; `romaji` the person's own spelling, where they gave one.
    """

    account: Account | None
    start: Person | None
    target: Person
    why: str
    cause: str
    account_key: StaffKey
    romaji: str = ""

    @property
    def claim(self) -> Claim:
        """The keys by which what this person ever had is theirs."""
        start = self.start.key if self.start else self.target.key
        ever = frozenset(map(str, (self.account_key, self.target.key, start)))
        now = str(self.target.key)
        return Claim(ever, frozenset({now, self.account.staff if self.account else now}))


def new_account(person: Person) -> Key:
    """The key of a person's account until the system has given it its own."""
    return Key(USER, f"new:{person.key}")
