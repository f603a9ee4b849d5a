"""What holds for one system of accounts in a personnel change: data in its host_vars, with defaults. See
docs/policy.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chonai.change.model import Scalar
from chonai.operations.personnel.kinds import GivesBack, SplitAddress
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.retirement import Retirement
from chonai.operations.personnel.templates import (
    AddressTemplate,
    EndedTemplate,
    PersonTemplate,
    PlainTemplate,
    SectionTemplate,
    TitleTemplate,
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Mail addresses: made of a person's reading, kept when the name changes, never another's.

    local       what a new person gets before the `@`; a number is added where somebody has it
    aliases     attribute with an account's further addresses; a former one goes there
    ends        attribute with the last days of those that end, as `ADDRESS=DATE`
    months      how long a former address stays; None: for good
    gives_back  to whom the system gives the addresses of a deleted account
    """

    local: AddressTemplate = AddressTemplate.parse("{romaji_family}.{romaji_given}")
    aliases: str = "aliases"
    ends: str = "aliasEnds"
    months: int | None = None
    gives_back: GivesBack = GivesBack.NUMBER


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts that an account names itself, instead of the sections' groups naming their members.

    main, also  attributes that refer to the group of the main post and to those of the concurrent ones
    """

    main: str
    also: str


@dataclass(frozen=True, slots=True)
class Users:
    """Accounts: where they live, and the template of every attribute that the operation owns.

    identity, account, notes   attributes that hold the staff key, the account name and our tagged notes (the
    last has many values)
    listed                     attribute that says whether an address book shows the account
    initial_password           new accounts get one; not where people log in by another system
    by_section                 accounts live in the OU of their section; otherwise all in `ou`
    on_joining                 what further attributes of a new account are, once
    on_leaving                 what further attributes are while the person has left; a return brings back the rest
    forward, forward_until     attributes that hold where mail goes as well, and the last day of that
    """

    identity: str
    account: str
    notes: str
    name: PersonTemplate
    attributes: Mapping[str, PersonTemplate]
    ou: tuple[str, ...] | None = None
    retired_ou: tuple[str, ...] | None = None
    by_section: bool = False
    employment_kinds: tuple[str, ...] = ()
    addresses: Addresses | None = None
    listed: str | None = None
    posts: Posts | None = None
    initial_password: bool = True
    on_joining: Mapping[str, Scalar] = field(default_factory=dict)
    on_leaving: Mapping[str, Scalar] = field(default_factory=dict)
    forward: str | None = None
    forward_until: str | None = None


@dataclass(frozen=True, slots=True)
class SectionUnits:
    """OUs of sections: `code` is the attribute that holds the section code."""

    code: str = "description"
    name: SectionTemplate = SectionTemplate.parse("{section_name}")
    ended_name: EndedTemplate = EndedTemplate.parse("{section_name}（{date}廃止）")
    ended_code: EndedTemplate = EndedTemplate.parse("ended:{section_code}:{date}")


@dataclass(frozen=True, slots=True)
class SectionAddresses:
    """Mail addresses of sections: a group's name is one, and follows the section's code.

    aliases, ends  attributes with its further addresses, and with the last days of those that end, as `ADDRESS=DATE`
    months         how long an address stays after a reorganisation took it away
    of_split       whose the address of a split section becomes
    """

    aliases: str = "aliases"
    ends: str = "aliasEnds"
    months: int = 12
    of_split: SplitAddress = SplitAddress.FIRST


@dataclass(frozen=True, slots=True)
class SectionGroups:
    """Groups of sections: members are all whose main or concurrent post is there.

    `identity` names the attribute that tells them, `listed` the one that says whether an address book shows them.
    `delete_ended` says for this directory what the city's `reorganisation.delete_ended` says for all.
    """

    identity: str
    name: SectionTemplate
    attributes: Mapping[str, SectionTemplate]
    ended_name: EndedTemplate
    ended_attributes: Mapping[str, EndedTemplate]
    delete_ended: bool | None = None
    addresses: SectionAddresses | None = None
    listed: str | None = None

    @property
    def told_by(self) -> SectionTemplate:
        """What tells a group of these: its name, or the attribute that `identity` names."""
        return self.name if self.identity == "name" else self.attributes[self.identity]


@dataclass(frozen=True, slots=True)
class PositionGroups:
    """Groups of titles: members are all whose main post has the title.

    `titles`: codes that have a group; empty: all.
    """

    identity: str
    name: TitleTemplate
    attributes: Mapping[str, TitleTemplate]
    titles: tuple[str, ...] = ()

    @property
    def told_by(self) -> TitleTemplate:
        """What tells a group of these: its name, or the attribute that `identity` names."""
        return self.name if self.identity == "name" else self.attributes[self.identity]


@dataclass(frozen=True, slots=True)
class EveryoneGroup:
    """The group of everybody who has an account and has not left."""

    identity: str
    name: PlainTemplate
    attributes: Mapping[str, PlainTemplate]

    @property
    def told_by(self) -> PlainTemplate:
        """What tells a group of these: its name, or the attribute that `identity` names."""
        return self.name if self.identity == "name" else self.attributes[self.identity]


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who approves in a section and who stands in for them, told by the titles of its people (spec 5.3.2 no. 3).

    titles, deputy_titles   title codes; no title is in both
    approvers, deputies     attributes of a section's group that name them
    """

    titles: tuple[str, ...]
    deputy_titles: tuple[str, ...] = ()
    approvers: str = "approvers"
    deputies: str = "deputies"


@dataclass(frozen=True, slots=True)
class Groups:
    """Which groups follow the posts, and the OU that new ones are made in."""

    ou: tuple[str, ...] = ()
    section: SectionGroups | None = None
    position: PositionGroups | None = None
    everyone: EveryoneGroup | None = None
    approvers: Approvers | None = None


class Misfit(StrEnum):
    """What becomes of a person or section whose texts the system has no room for: the plan is refused, or it is made
    without them, past a brake.
    """

    REFUSE = "refuse"
    LEAVE_OUT = "leave_out"


@dataclass(frozen=True, slots=True)
class DirectoryPolicy:
    """What holds for one directory.

    `flat`: it has no OUs, as a mail system or a product that takes a list of accounts; who has left is disabled and
    noted, and stays where they are.
    `keyed`: account names and section codes are the keys of a product, which never change. A section that gets another
    code is another group.
    `unwritable`: what becomes of what the system has no room for.
    `limits`: the most characters that an attribute (or `name`) of any object may have.
    `retirement`: what holds here instead of what holds for the city.
    """

    users: Users
    flat: bool = False
    keyed: bool = False
    groups: Groups = Groups()
    section_units: SectionUnits = SectionUnits()
    limits: Mapping[str, int] = field(default_factory=dict)
    unwritable: Misfit = Misfit.REFUSE
    retirement: Retirement | None = None

    def retirement_in(self, city: CityPolicy) -> Retirement:
        """What becomes of retired accounts here."""
        return self.retirement or city.retirement
