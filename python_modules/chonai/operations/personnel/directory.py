"""One directory as observed, indexed for the questions of this operation. Reading it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chonai.change.model import Key, Record, State
from chonai.policies.templates import Template
from chonai.text.messages import Message

USER, GROUP, OU = "user", "group", "ou"


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account.

    home     its section as code and name, where known
    outside  in none of the OUs for staff; where there are no OUs, one that nobody may touch
    waiting  prepared for somebody who has not joined yet
    named    groups of sections that the account itself names as its posts
    """

    key: Key
    record: Record
    staff: str
    name: str
    enabled: bool
    retired: bool
    outside: bool
    notes: frozenset[str]
    home: tuple[str, str] | None
    groups: tuple[Key, ...]
    waiting: bool = False
    named: tuple[Key, ...] = ()

    @property
    def posts(self) -> tuple[Key, ...]:
        """The groups it is in, whoever says so."""
        return (*self.groups, *self.named)

    @property
    def is_away(self) -> bool:
        """Its person is not with the city now: has left, or has not come yet."""
        return self.retired or self.waiting


class Kept(NamedTuple):
    """What a kept group says of the section that has ended. Its name and the first day without it (ISO 8601) are blank
    where the group's name does not hold them.
    """

    code: str
    name: str
    day: str


@dataclass(slots=True)
class Directory:
    """The index. Codes are those that the directory holds now, before any reorganisation that is not applied yet.

    ended_groups  in a keyed product, groups that are kept of sections that have ended
    """

    state: State
    users_ou: Key | None = None
    retired_ou: Key | None = None
    groups_ou: Key | None = None
    retired_ous: set[str] = field(default_factory=set)
    section_ous: dict[Key, tuple[str, str]] = field(default_factory=dict)
    section_groups: dict[Key, tuple[str, str]] = field(default_factory=dict)
    ended_groups: dict[Key, Kept] = field(default_factory=dict)
    section_names: dict[str, str] = field(default_factory=dict)
    position_groups: dict[str, Key] = field(default_factory=dict)
    everyone: Key | None = None
    accounts: dict[str, Account] = field(default_factory=dict)
    twice: dict[str, list[Key]] = field(default_factory=dict)
    retired_strangers: list[str] = field(default_factory=list)
    names: dict[str, Key] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)

    def home_name(self, account: Account | None) -> str:
        """What the section is called where an account is now; blank for who is not there."""
        if account is None or account.is_away or account.home is None:
            return ""
        code, name = account.home
        return name or self.section_names.get(code, code)

    def retired(self) -> Iterable[Account]:
        """Accounts of those who have left: in the retired OU, or noted so where there is none."""
        return (account for account in self.accounts.values() if account.retired)

    def serving(self) -> Iterable[Account]:
        """Accounts of staff that has not left, those on leave included."""
        return (account for account in self.accounts.values() if not account.is_away and not account.outside)


def text(record: Record, name: str) -> str:
    """An attribute as text; blank when absent. Of a set that holds one value, the value."""
    value = record.get(name)
    if isinstance(value, frozenset):
        return next(iter(value)) if len(value) == 1 else ""
    return "" if value is None else str(value)


def values(record: Record, name: str) -> frozenset[str]:
    """An attribute as a set; empty when absent."""
    value = record.get(name)
    if isinstance(value, frozenset):
        return value
    return frozenset() if value in (None, "") else frozenset({str(value)})


def single_fields(attributes: Mapping[str, Template]) -> dict[str, str]:
    """Field name to the attribute that holds its bare value."""
    return {template.single: name for name, template in attributes.items() if template.single is not None}
