"""What holds for the whole city in a personnel change: data in group_vars, with defaults. See docs/policy.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chonai.operations.personnel.kinds import (
    OrderType,
    ReformKind,
    Status,
    usual_order_types,
    usual_reform_kinds,
    usual_statuses,
)
from chonai.operations.personnel.retirement import Retirement


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
