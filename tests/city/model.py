"""The values the city is made of. Nothing here knows of chonai: the truth must not depend on what it judges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

EFFECTIVE = date(2026, 4, 1)
LAST_DAY = date(2026, 3, 31)
ON_LEAVE = ("休職", "育児休業", "停職", "派遣", "出向")
BODY_PREFIX = {"1": "", "2": "e", "3": "w", "4": "h", "5": "f"}
EXT_KINDS = ("正規", "再任用")


@dataclass(frozen=True, slots=True)
class Section:
    """A 部, 課 or 係 of one organisation."""

    code: str
    name: str
    parent: str
    level: str
    body: str
    weight: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """All sections of one year by code."""

    year: int
    sections: dict[str, Section]

    def home(self, code: str) -> Section:
        """The 課 (or 部) whose OU and group a post in ``code`` belongs to."""
        section = self.sections[code]
        return self.sections[section.parent] if section.level == "係" else section

    def division(self, code: str) -> Section:
        """The 部 above ``code``, or itself."""
        section = self.sections[code]
        return section if section.level == "部" else self.division(section.parent)

    def path(self, code: str) -> tuple[str, str, str]:
        """Names of the 部, 課 and 係 of ``code``; blank where there is none."""
        section, home = self.sections[code], self.home(code)
        return (
            self.division(code).name,
            "" if home.level == "部" else home.name,
            section.name if section.level == "係" else "",
        )

    def offices(self) -> list[Section]:
        """Every 部 and 課, in code order: what has an OU and a group."""
        return [s for _, s in sorted(self.sections.items()) if s.level != "係"]


@dataclass(frozen=True, slots=True)
class Reform:
    """One row of the reorganisation table; a blank code is None of that side."""

    old: str
    new: str
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A section code and a title code."""

    section: str
    title: str


@dataclass(frozen=True, slots=True)
class Person:
    """One member of staff at one moment. ``name`` is the name in use, ``legal`` the one in the register."""

    body: str
    number: str
    account: str
    name: str
    kana: str
    kind: str
    main: Post
    also: tuple[Post, ...] = ()
    status: str = "在職"
    legal: str = ""
    former: str = ""
    job: str = ""
    grade: str = ""
    born: date = date(1980, 1, 1)
    gender: str = ""
    hired: date = date(2010, 4, 1)
    term_end: date | None = None
    left: date | None = None
    tags: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    projects: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``<任命権者コード>-<職員番号>``."""
        return f"{self.body}-{self.number}"

    @property
    def posts(self) -> tuple[Post, ...]:
        """Main post first, then the concurrent ones."""
        return (self.main, *self.also)

    @property
    def enabled(self) -> bool:
        """Whether the accounts may be used."""
        return self.status == "在職"

    @property
    def use_former(self) -> bool:
        """Whether the name in use is the former family name."""
        return bool(self.former) and self.legal not in ("", self.name)

    def with_(self, **changes: object) -> Person:
        """A copy with other values."""
        return replace(self, **changes)  # type: ignore[arg-type]  # field names are checked by replace itself


@dataclass(frozen=True, slots=True)
class Size:
    """How many people and how much change."""

    staff: int = 1500
    moves: int = 560
    leavers: int = 50
    joiners: int = 40
    renewals: int = 80
    reemployed: int = 12
    retired: int = 30


@dataclass(frozen=True, slots=True)
class City:
    """Before, the orders, and after. ``orders`` rows use the keys of inventories/shiomino/files/README.md."""

    size: Size
    before_organisation: Organisation
    after_organisation: Organisation
    reforms: tuple[Reform, ...]
    before: tuple[Person, ...]
    retired: tuple[Person, ...]
    orders: tuple[dict[str, str], ...]
    after: tuple[Person, ...]
    leavers: tuple[Person, ...]
    returned: tuple[Person, ...]

    def person_before(self, tag: str) -> Person:
        """The person with this tag as of 2026-03-31."""
        return next(p for p in (*self.before, *self.retired) if tag in p.tags)

    def person_after(self, tag: str) -> Person:
        """The person with this tag as of 2026-04-01."""
        return next(p for p in self.after if tag in p.tags)
