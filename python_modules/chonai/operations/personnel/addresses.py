"""Mail addresses of people: made of the reading, never given twice."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chonai.change.model import State, Value
from chonai.operations.personnel.directory import GROUP, USER, Account, text, values
from chonai.operations.personnel.names import split
from chonai.operations.personnel.policy import Addresses
from chonai.text.messages import Message, message
from chonai.text.romaji import passport

_NOT_ALLOWED = re.compile(r"[^a-z0-9]+(?=[^a-z0-9])|^[^a-z0-9]+|[^a-z0-9]+$")
"""Separators that a part without letters leaves behind."""


class AddressBook:
    """All addresses of one system, those given by this plan included. `warnings` fills as addresses are given."""

    def __init__(self, rule: Addresses, state: State) -> None:
        self._rule = rule
        self._taken: set[str] = set()
        self.warnings: list[Message] = []
        for key, record in state.items():
            if key.type in (USER, GROUP):
                self._taken |= {text(record, "name"), *values(record, rule.aliases)}

    def give(self, told: Mapping[str, str]) -> str:
        """A new address for a person whose `account`, `number` and `kana` are told."""
        wish = self._wish(told)
        if wish is None:
            self.warnings.append(message("personnel.address_without_reading", number=told["number"], kana=told["kana"]))
            wish = told["account"]
        found, n = wish, 1
        while found in self._taken:
            n += 1
            found = f"{wish}{n}"
        self._taken.add(found)
        return found

    def renamed(self, account: Account, old_kana: str, told: Mapping[str, str]) -> dict[str, Value]:
        """What changes with a new reading: the main address, and the old one becomes an alias. Nothing when both
        readings give the same."""
        wish = self._wish(told)
        if wish is None or wish == self._wish({**told, "kana": old_kana}):
            return {}
        aliases = values(account.record, self._rule.aliases)
        return {"name": self.give(told), self._rule.aliases: aliases | {text(account.record, "name")}}

    def _wish(self, told: Mapping[str, str]) -> str | None:
        """The address by the rule; None when the reading is missing or is no reading."""
        try:
            family, given = (passport(part) for part in split(told["kana"]))
        except ValueError:
            return None
        if not family:
            return None
        rendered = self._rule.local.render({**told, "romaji_family": family, "romaji_given": given})
        return _NOT_ALLOWED.sub("", rendered.lower())
