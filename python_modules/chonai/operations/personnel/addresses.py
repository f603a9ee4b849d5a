"""Mail addresses of people: made of the reading, never given twice."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from itertools import chain, count

from chonai.change.model import State, Value
from chonai.operations.personnel.aliasends import last_day, with_ends
from chonai.operations.personnel.directory import GROUP, USER, Account, text, values
from chonai.operations.personnel.directory_rules import Addresses
from chonai.operations.personnel.spellings import parts, romanised
from chonai.operations.personnel.taken import Claim, Taken
from chonai.text.messages import Message, message

_NOT_ALLOWED = re.compile(r"[^a-z0-9]+(?=[^a-z0-9])|^[^a-z0-9]+|[^a-z0-9]+$")
"""Separators that a part without letters leaves behind."""
LONGEST = 64
"""Octets of what stands before the `@` (RFC 5321 section 4.5.3.1.1)."""


class AddressBook:
    """All addresses of one system on the day of the change, those given by this plan included. What is to be said of
    one that is given is added to `warnings`.

    What people had themselves is free to them, as far as their claim goes.
    """

    def __init__(self, rule: Addresses, state: State, taken: Taken, day: date, warnings: list[Message]) -> None:
        self._rule, self._taken, self._day, self._warnings = rule, taken, day, warnings
        self._in_use: set[str] = set()
        for key, record in state.items():
            if key.type in (USER, GROUP):
                self._in_use |= {text(record, "name"), *values(record, rule.aliases)}

    def give(self, told: Mapping[str, str], claim: Claim, own: Collection[str] = ()) -> str:
        """An address for a person whose `account`, `number` and `kana` are told, and the own `romaji` if any: the one
        that they had before if it is made of the same, else the first that nobody has or had. `own`: what their account
        has already.

        One that they had and that the system does not give back is told in a warning.
        """
        wish = self._wish(told)
        if wish is None:
            self._warnings.append(
                message("personnel.address_without_reading", number=told["number"], kana=told["kana"])
            )
            wish = told["account"]
        had = [address for address in self._taken.had(claim) if _is_numbered(address, wish)]
        numbered = chain([wish], (f"{wish}{n}" for n in count(2)))
        found = next(each for each in chain(had, numbered) if self._is_free(each, claim, own))
        if had and found not in had:
            fields = {"number": told["number"], "former": had[0], "address": found}
            self._warnings.append(message("personnel.address_not_given_back", **fields))
        self._in_use.add(found)
        return found

    def renamed(self, account: Account, old_kana: str, told: Mapping[str, str], claim: Claim) -> dict[str, Value]:
        """What changes with a new reading: the main address, and the old one becomes an alias. Nothing when both
        readings give the same.
        """
        wish = self._wish(told)
        if wish is None or wish == self._wish({**told, "kana": old_kana, "romaji": ""}):
            return {}
        rule, former = self._rule, text(account.record, "name")
        aliases = values(account.record, rule.aliases)
        name = self.give(told, claim, {former, *aliases})
        if name == former:
            return {}
        changes: dict[str, Value] = {"name": name, rule.aliases: (aliases | {former}) - {name}}
        if rule.months is not None:
            ends = {former: last_day(self._day, rule.months)}
            changes[rule.ends] = with_ends(values(account.record, rule.ends), ends, gone={name})
        return changes

    def _is_free(self, address: str, claim: Claim, own: Collection[str]) -> bool:
        return (address in own or address not in self._in_use) and not self._taken.is_anothers(address, claim)

    def _wish(self, told: Mapping[str, str]) -> str | None:
        """The address by the rule; None when the reading is missing or is no reading, and no spelling is told."""
        try:
            family, given = parts(told["romaji"]) if told.get("romaji") else romanised(told["kana"])
        except ValueError:
            return None
        if not family:
            return None
        rendered = self._rule.local.render({**told, "romaji_family": family, "romaji_given": given})
        return _NOT_ALLOWED.sub("", rendered.lower())


def is_overlong(address: Value) -> bool:
    """Whether no mail server has to take what stands before the `@`."""
    return isinstance(address, str) and len(address.encode()) > LONGEST


def overlong_fields(address: str) -> dict[str, object]:
    """What a sentence about such an address says."""
    return {"address": address, "length": len(address.encode()), "limit": LONGEST}


def _is_numbered(address: str, wish: str) -> bool:
    """Whether an address is the wished one, with a number or without."""
    number = address.removeprefix(wish)
    return address == wish or (number != address and number.isdecimal())
