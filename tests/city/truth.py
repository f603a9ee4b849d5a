"""What must be true in each directory before and after the change, worked out from the people and not by chonai.

``expected(city, "after", "lgwan")`` gives every account; ``members(...)`` every owned group; ``offices(...)`` every
OU. Directories are ``lgwan``, ``ext``, ``corp`` and ``mail`` (see also ``mail.py``). The rules are those of
inventories/shiomino/files/README.md.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .model import EFFECTIVE, EXT_KINDS, LAST_DAY, City, Organisation, Person
from .names import split
from .titles import TITLES

MONTHS_KEPT = {"mail": 3}
"""By directory; six where nothing is said."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One account in one directory. ``retired_on`` is set for those in the retired OU; ``groups`` are owned groups
    only.
    """

    key: str
    account: str
    name: str
    family: str
    given: str
    kana: str
    kind: str
    title: str
    section_code: str
    department: str
    ou: tuple[str, ...]
    enabled: bool
    groups: frozenset[str]
    projects: frozenset[str]
    retired_on: date | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """A 部 or 課: ``ou`` is its path of names under OU=職員, ``group`` the sAMAccountName of its group."""

    code: str
    name: str
    ou: tuple[str, ...]
    group: str
    group_name: str


def organisation(city: City, when: str) -> Organisation:
    """The organisation ``before`` or ``after``."""
    return city.before_organisation if when == "before" else city.after_organisation


def offices(city: City, when: str) -> list[Office]:
    """Every OU under 職員 with its group, in code order."""
    chart = organisation(city, when)
    return [Office(s.code, s.name, _ou(chart, s.code), f"sec-{s.code}", f"所属_{s.name}") for s in chart.offices()]


def expected(city: City, when: str, directory: str) -> dict[str, Expected]:
    """Account to what must be there, the retired included; accounts not in it must not exist."""
    chart = organisation(city, when)
    serving = city.before if when == "before" else city.after
    result = {p.account: _serving(p, chart, directory) for p in serving if _has_account(p, directory)}
    for person in retired(city, when, directory):
        result[person.account] = _retired(person, city.before_organisation)
    return result


def retired(city: City, when: str, directory: str) -> list[Person]:
    """Who is in the retired OU, with ``left`` set; after the change without those whose time to be deleted has come."""
    kept = [p for p in city.retired if _has_account(p, directory)]
    if when == "before":
        return kept
    back = {p.key for p in city.returned}
    kept = [p for p in kept if p.key not in back and not due(p, directory)]
    kept += [p for p in city.leavers if _has_account(p, directory)]
    return kept + [p for p in _lost_by_kind(city) if directory == "ext"]


def deleted(city: City, directory: str) -> list[Person]:
    """Whose account is deleted by the change."""
    back = {p.key for p in city.returned}
    return [p for p in city.retired if _has_account(p, directory) and due(p, directory) and p.key not in back]


def due(person: Person, directory: str) -> bool:
    """Whether a retired account has been kept for the whole period by 2026-04-01."""
    assert person.left is not None
    month = person.left.month + MONTHS_KEPT.get(directory, 6)
    year, month = person.left.year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(person.left.day, monthrange(year, month)[1])) < EFFECTIVE


def members(city: City, when: str, directory: str) -> dict[str, frozenset[str]]:
    """Accounts in every owned group; groups that must exist but are empty are in it."""
    result: dict[str, set[str]] = defaultdict(set)
    if directory != "ext":
        result |= {office.group: set() for office in offices(city, when)}
    for account, person in expected(city, when, directory).items():
        for group in person.groups:
            result[group].add(account)
    return {group: frozenset(accounts) for group, accounts in sorted(result.items())}


def project_members(city: City, when: str) -> dict[str, frozenset[str]]:
    """Accounts in the hand-made project groups of LGWAN: leavers are taken out, nobody is put in."""
    result: dict[str, set[str]] = defaultdict(set)
    for account, person in expected(city, when, "lgwan").items():
        for project in person.projects:
            result[project].add(account)
    return {name: frozenset(accounts) for name, accounts in sorted(result.items())}


def groups_of(person: Person, chart: Organisation, directory: str) -> frozenset[str]:
    """Owned groups of someone in service: sections of all posts, the title of the main post, everyone."""
    if directory == "ext":
        return frozenset({"ext-users"})
    sections = {f"sec-{chart.home(post.section).code}" for post in person.posts}
    positions = {f"pos-{person.main.title}"} if directory == "lgwan" else set()
    return frozenset(sections | positions | {"all-staff"})


def summary(people: Iterable[Expected]) -> dict[str, int]:
    """Counts of enabled, on leave and retired accounts."""
    result = {"enabled": 0, "on_leave": 0, "retired": 0}
    for person in people:
        result["retired" if person.retired_on else "enabled" if person.enabled else "on_leave"] += 1
    return result


def _has_account(person: Person, directory: str) -> bool:
    return directory != "ext" or person.kind in EXT_KINDS


def _lost_by_kind(city: City) -> list[Person]:
    after = {p.account: p for p in city.after}
    lost = [p for p in city.before if p.kind in EXT_KINDS and p.account in after]
    lost = [p for p in lost if after[p.account].kind not in EXT_KINDS]
    return [p.with_(status="退職", left=LAST_DAY) for p in lost]


def _ou(chart: Organisation, code: str) -> tuple[str, ...]:
    home, division = chart.home(code), chart.division(code)
    return (division.name,) if home.level == "部" else (division.name, home.name)


def _serving(person: Person, chart: Organisation, directory: str) -> Expected:
    return _entry(person, chart, _ou(chart, person.main.section), groups_of(person, chart, directory))


def _retired(person: Person, chart: Organisation) -> Expected:
    return _entry(person, chart, (), frozenset())


def _entry(person: Person, chart: Organisation, ou: tuple[str, ...], groups: frozenset[str]) -> Expected:
    family, given = split(person.name)
    home = chart.home(person.main.section)
    return Expected(
        key=person.key,
        account=person.account,
        name=person.name,
        family=family,
        given=given,
        kana=person.kana,
        kind=person.kind,
        title=TITLES[person.main.title],
        section_code=home.code,
        department=home.name,
        ou=ou,
        enabled=person.enabled,
        groups=groups,
        projects=frozenset(person.projects) if person.left is None else frozenset(),
        retired_on=person.left,
    )
