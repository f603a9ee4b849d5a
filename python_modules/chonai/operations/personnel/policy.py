"""The policy of a city and of each of its directories: data in group_vars and host_vars, with defaults. See
docs/policy.md.

`city_policy` and `directory_policy` turn what YAML gave into these values, or raise `InputError` with every
fault and its path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chonai.change.model import Scalar
from chonai.operations.personnel.kinds import (
    GivesBack,
    OrderType,
    ReformKind,
    SplitAddress,
    Status,
    usual_order_types,
    usual_reform_kinds,
    usual_statuses,
)
from chonai.operations.personnel.retirement import Retirement
from chonai.operations.personnel.templates import (
    AddressTemplate,
    ClosedFolderTemplate,
    EndedTemplate,
    FolderTemplate,
    PersonTemplate,
    PlainTemplate,
    SectionTemplate,
    TitleTemplate,
)


@dataclass(frozen=True, slots=True)
class Body:
    """An appointing body (任命権者): it numbers its staff by itself.

    `prefix` goes before the number in an account name.
    """

    name: str
    prefix: str = ""
    number_width: int = 6
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionCodes:
    """How a section code is built: digits of 部, 課, 係. Sections down to `office_levels` have an OU and a group."""

    widths: tuple[int, ...] = (2, 2, 2)
    office_levels: int = 2


@dataclass(frozen=True, slots=True)
class RosterRule:
    """`complete`: whoever the roster does not hold has left. `statuses`: words of the 在職 column."""

    complete: bool = True
    statuses: Mapping[str, Status] = field(default_factory=usual_statuses)


@dataclass(frozen=True, slots=True)
class Forwarding:
    """`most_months`: how long mail of somebody may be forwarded at most, counted from the day of the order."""

    most_months: int = 6


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """`kinds`: words of the 種別 column.

    `delete_ended`: delete the empty OU and group of a section that ended, instead of keeping them.
    """

    kinds: Mapping[str, ReformKind] = field(default_factory=usual_reform_kinds)
    delete_ended: bool = False


@dataclass(frozen=True, slots=True)
class Brakes:
    """Shares of the directory's staff, of a share's folders for `folders_percent`, in percent, above (for the roster:
    below) which a plan is refused.

    Up to `always_allowed` people or folders no share counts: one leaver of three is no catastrophe.
    """

    leavers_percent: int = 10
    disabled_percent: int = 10
    deletions_percent: int = 10
    joiners_percent: int = 15
    moved_percent: int = 60
    roster_covers_percent: int = 90
    folders_percent: int = 10
    always_allowed: int = 5


@dataclass(frozen=True, slots=True)
class Columns:
    """Further header names of the city's files: for each file, column key to header names."""

    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roster: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    organisation: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reorganisation: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CityPolicy:
    """What holds for the whole city."""

    bodies: Mapping[str, Body]
    employment_kinds: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]
    default_body: str | None = None
    title_code_width: int = 3
    order_types: Mapping[str, OrderType] = field(default_factory=usual_order_types)
    sections: SectionCodes = SectionCodes()
    roster: RosterRule = RosterRule()
    retirement: Retirement = Retirement()
    forwarding: Forwarding = Forwarding()
    reorganisation: Reorganisation = Reorganisation()
    brakes: Brakes = Brakes()
    columns: Columns = Columns()
    language: str = "ja"


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


@dataclass(frozen=True, slots=True)
class PositionGroups:
    """Groups of titles: members are all whose main post has the title.

    `titles`: codes that have a group; empty: all.
    """

    identity: str
    name: TitleTemplate
    attributes: Mapping[str, TitleTemplate]
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EveryoneGroup:
    """The group of everybody who has an account and has not left."""

    identity: str
    name: PlainTemplate
    attributes: Mapping[str, PlainTemplate]


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


@dataclass(frozen=True, slots=True)
class FolderRights:
    """Who gets which rights in a new folder, by the names that the file server gives them."""

    read: tuple[FolderTemplate, ...] = ()
    write: tuple[FolderTemplate, ...] = ()
    manage: tuple[FolderTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderPolicy:
    """What holds for the folders of sections on one file server.

    group            the group of a section's people, by the name that the file server gives it
    levels           which sections have a folder: 1 for a 部, 2 for a 課; empty: all that have an OU
    readable_months  how long the folder of a section that has ended is read by those who took its people in
    delete_empty     delete such a folder when that time is over and nothing is in it
    """

    group: FolderTemplate
    rights: FolderRights
    name: FolderTemplate = FolderTemplate.parse("{section_code}_{section_name}")
    levels: tuple[int, ...] = ()
    inherits: bool = False
    ended_name: ClosedFolderTemplate = ClosedFolderTemplate.parse("{section_code}_{section_name}（{date}まで閲覧）")
    readable_months: int = 12
    delete_empty: bool = False
