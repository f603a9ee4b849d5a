"""Who ever had which ID, as the city's ledger of IDs knows it: an address that was somebody's is nobody else's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from chonai.change.ids import GivenId
from chonai.operations.personnel.directory_rules import Addresses, DirectoryPolicy
from chonai.operations.personnel.kinds import GivesBack

MAIN = "name"
"""The attribute of a main address."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who asks for an address: the staff keys, as text, that make what was given to them free to the person.

    ever  all keys that the person is or was known by, wherever
    here  those under which the system's own account of the person stands, or will
    """

    ever: frozenset[str]
    here: frozenset[str]


class Taken:
    """Addresses of one system, and staff numbers wherever they were seen. People are told by staff keys, as text.

    Whoever goes on under a new number is still the one who had what was given under the old one. A system that knows
    people by their number alone (`gives_back` is `number`) has to have seen that itself: of an account that it
    deleted, it does not know under which number the person comes back.
    """

    def __init__(
        self, here: Iterable[GivenId] = (), everywhere: Iterable[GivenId] = (), rules: Addresses | None = None,
        attributes: Collection[str] = (),
    ) -> None:  # fmt: skip
        self._by_number = rules is None or rules.gives_back is GivesBack.NUMBER
        self._persons, self._bearers = _Persons(), dict[str, list[GivenId]]()
        for one in everywhere:
            self._bearers.setdefault(one.owner, []).append(one)
            self._persons.join(one)
        self._accounts = _Persons()
        self._given: list[GivenId] = []
        self._addresses: dict[str, list[GivenId]] = defaultdict(list)
        for one in sorted(here, key=lambda one: one.since):
            self._accounts.join(one)
            if one.attribute in attributes:
                self._given.append(one)
                self._addresses[one.value.casefold()].append(one)

    def is_anothers(self, address: str, claim: Claim) -> bool:
        """Whether the system takes an address for somebody else's, who has or ever had it."""
        same, keys = (self._accounts, claim.here) if self._by_number else (self._persons, claim.ever)
        me = {same.of(key) for key in keys}
        return any(same.of(one.owner) not in me for one in self._addresses.get(address.casefold(), ()))

    def had(self, claim: Claim) -> list[str]:
        """The main addresses that a person ever had, the last one first."""
        me = {self._persons.of(key) for key in claim.ever}
        theirs = (one for one in reversed(self._given) if one.attribute == MAIN and self._persons.of(one.owner) in me)
        return list(dict.fromkeys(one.value for one in theirs))

    def bearers(self, key: str) -> Sequence[GivenId]:
        """What was given to whoever had a staff number, in the order in which it was learned; nothing for a number
        that nobody had.
        """
        return self._bearers.get(key, ())

    def are_one(self, one: str, other: str) -> bool:
        """Whether two staff numbers are known to be one person's."""
        return self._persons.of(one) == self._persons.of(other)


class _Persons:
    """Staff keys that are one person's."""

    def __init__(self) -> None:
        self._joined: dict[str, str] = {}

    def join(self, given: GivenId) -> None:
        if given.formerly and self.of(given.formerly) != self.of(given.owner):
            self._joined[self.of(given.formerly)] = self.of(given.owner)

    def of(self, key: str) -> str:
        """One of the keys of a person, the same for all of them."""
        while key in self._joined:
            key = self._joined[key]
        return key


def taken(ids: Collection[GivenId], system: str, rules: DirectoryPolicy) -> Taken:
    """What the ledger's rows mean for one system."""
    here = (one for one in ids if one.system == system)
    return Taken(here, ids, rules.users.addresses, _address_attributes(rules))


def _address_attributes(rules: DirectoryPolicy) -> frozenset[str]:
    people, section = rules.users.addresses, rules.groups.section
    if people is None:
        return frozenset()
    return frozenset({MAIN, people.aliases} | ({section.addresses.aliases} if section and section.addresses else set()))
