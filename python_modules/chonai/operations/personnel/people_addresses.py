"""The mail addresses of the people that are written: given to who is new, changed with a reading, and what is wrong
with them.
"""

from __future__ import annotations

from collections.abc import Mapping

from chonai.change.model import Value
from chonai.operations.personnel.addresses import AddressBook, is_overlong
from chonai.operations.personnel.context import Context
from chonai.operations.personnel.directory import Account
from chonai.operations.personnel.records import StaffKey
from chonai.operations.personnel.spellings import fault, plain
from chonai.operations.personnel.tasks import Task
from chonai.text.messages import Message


class PeopleAddresses:
    """The addresses of people in one directory; where its policy has no rule for them, there are none.

    overlong  new mail addresses that are too long, by whose they are
    misspelt  people whose own spelling cannot stand in an address, with the code of the message why
    """

    def __init__(self, context: Context, warnings: list[Message]) -> None:
        rule, observed = context.rules.users.addresses, context.directory.state
        self._book = AddressBook(rule, observed, context.taken, context.day, warnings) if rule else None
        self.overlong: dict[StaffKey, str] = {}
        self.misspelt: dict[StaffKey, str] = {}

    def of_new(self, task: Task, told: Mapping[str, str]) -> dict[str, str]:
        """The template field of the address of somebody who is new, of whom this is told."""
        if self._book is None:
            return {}
        address = self._book.give({**told, "romaji": self._spelt(task)}, task.claim)
        self._measure(task, address)
        return {"address": address}

    def renamed(self, task: Task, account: Account, shown: str) -> dict[str, Value]:
        """What changes where a person gets another reading than the account shows."""
        kana = task.target.kana
        if self._book is None or kana is None:
            return {}
        told = {"account": account.name, "number": task.target.key.number, "kana": kana, "romaji": self._spelt(task)}
        changes = self._book.renamed(account, shown, told, task.claim)
        self._measure(task, str(changes.get("name") or ""))
        return changes

    def _spelt(self, task: Task) -> str:
        """The own spelling as an address has it; blank for none, and for one that cannot stand there (then noted)."""
        written = plain(task.romaji)
        wrong = fault(written, task.target.kana or "") if written else None
        if wrong is None:
            return written
        self.misspelt[task.target.key] = wrong
        return ""

    def _measure(self, task: Task, address: str) -> None:
        if is_overlong(address):
            self.overlong[task.target.key] = address
