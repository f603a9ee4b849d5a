"""Who ever had which ID, as the city's ledger of IDs knows it: an address that was somebody's is nobody else's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from chonai.change.ids import GivenId
from chonai.operations.personnel.policy import DirectoryPolicy

MAIN = "name"
"""The attribute of a main address."""


class Taken:
    """Addresses of one system, and staff numbers wherever they were seen. People are told by staff keys, as text.

    Whoever goes on under a new number is still the one who had what was given under the old one.
    """

    def __init__(self, addresses: Iterable[GivenId] = (), everywhere: Iterable[GivenId] = ()) -> None:
        self._given = sorted(addresses, key=lambda one: one.since)
        self._addresses: dict[str, list[GivenId]] = defaultdict(list)
        self._bearers: dict[str, list[GivenId]] = defaultdict(list)
        self._joined: dict[str, str] = {}
        for one in self._given:
            self._addresses[one.value.casefold()].append(one)
        for one in everywhere:
            self._bearers[one.owner].append(one)
            if one.formerly and not self.are_one(one.formerly, one.owner):
                self._joined[self._person(one.formerly)] = self._person(one.owner)

    def is_anothers(self, address: str, mine: Collection[str]) -> bool:
        """Whether somebody else has, or ever had, an address. `mine`: the keys of the person who asks."""
        me = {self._person(key) for key in mine}
        return any(self._person(one.owner) not in me for one in self._addresses.get(address.casefold(), ()))

    def had(self, mine: Collection[str]) -> list[str]:
        """The main addresses that a person ever had, the last one first."""
        me = {self._person(key) for key in mine}
        theirs = (one for one in reversed(self._given) if one.attribute == MAIN and self._person(one.owner) in me)
        return list(dict.fromkeys(one.value for one in theirs))

    def bearers(self, key: str) -> Sequence[GivenId]:
        """What was given to whoever had a staff number, in the order in which it was learned; nothing for a number
        that nobody had.
        """
        return self._bearers.get(key, ())

    def are_one(self, one: str, other: str) -> bool:
        """Whether two staff numbers are known to be one person's."""
        return self._person(one) == self._person(other)

    def _person(self, key: str) -> str:
        """One of the keys of a person, the same for all of them."""
        while key in self._joined:
            key = self._joined[key]
        return key


def taken(ids: Collection[GivenId], system: str, rules: DirectoryPolicy) -> Taken:
    """What the ledger's rows mean for one system."""
    attributes = _address_attributes(rules)
    here = (one for one in ids if one.system == system and one.attribute in attributes)
    return Taken(here, ids)


def _address_attributes(rules: DirectoryPolicy) -> frozenset[str]:
    people, section = rules.users.addresses, rules.groups.section
    if people is None:
        return frozenset()
    return frozenset({MAIN, people.aliases} | ({section.addresses.aliases} if section and section.addresses else set()))
