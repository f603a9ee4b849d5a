"""Everybody who works for the city, or lately did, as of 2026-03-31."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .model import BODY_PREFIX, Organisation, Person, Post, Section, Size
from .names import HARD, TOGETHER, draw
from .titles import title_of

KINDS = (("正規", 0.80), ("会計年度任用職員", 0.145), ("再任用", 0.035), ("任期付", 0.02))
RETIRED_ON = (
    date(2025, 3, 31),
    date(2025, 6, 30),
    date(2025, 9, 30),
    date(2025, 10, 31),
    date(2025, 12, 31),
    date(2026, 1, 31),
)
PROJECTS = ("庁舎建替", "ＤＸ推進", "市制七十周年")
_FIRST_NUMBER = {"正規": 1001, "任期付": 600001, "再任用": 700001, "会計年度任用職員": 800001}
_JOBS = {"2": "教育", "3": "技術", "4": "医療", "5": "消防"}


class Numbers:
    """Gives out staff numbers: separately for each body, so that one number occurs in several."""

    def __init__(self) -> None:
        self._next: dict[tuple[str, str], int] = {}

    def take(self, body: str, kind: str) -> str:
        """The next number of a body for an employment kind; numbers leave gaps, as real ones do."""
        key = (body, kind)
        number = self._next.get(key, _FIRST_NUMBER[kind])
        self._next[key] = number + (2 if number % 10 == 7 else 1)
        return f"{number:06d}"


@dataclass(frozen=True, slots=True)
class Factory:
    """Makes people with the next number, a drawn name and plausible dates."""

    rng: Random
    numbers: Numbers

    def person(self, body: str, kind: str, main: Post, *, age: tuple[int, int] = (22, 59)) -> Person:
        """A new person; account as the account rule of the city gives it."""
        name, kana, gender = draw(self.rng)
        number = self.numbers.take(body, kind)
        born = date(2026 - self.rng.randint(*age), self.rng.randint(1, 12), self.rng.randint(1, 28))
        hired = date(min(2025, born.year + self.rng.randint(22, 30)), 4, 1)
        return Person(
            body=body,
            number=number,
            account=f"{BODY_PREFIX[body]}{number}",
            name=name,
            kana=kana,
            kind=kind,
            main=main,
            job=_JOBS.get(body, "一般行政"),
            grade=str(self.rng.randint(1, 8)),
            born=born,
            gender=gender,
            hired=hired,
            term_end=None if kind == "正規" else date(2026, 3, 31),
        )


def staff(factory: Factory, organisation: Organisation, size: Size) -> list[Person]:
    """Everyone in service: two directors and vice-directors a 部, then each 課 by its weight."""
    people: list[Person] = []
    divisions = [s for s in organisation.sections.values() if s.level == "部"]
    for division in divisions:
        for rank in ("director", "vice"):
            post = Post(division.code, title_of(rank, division))
            people.append(factory.person(division.body, "正規", post, age=(52, 59)))
    offices = [s for s in organisation.sections.values() if s.level == "課"]
    for section, count in _shares(offices, size.staff - len(people)):
        people.extend(_section_staff(factory, organisation, section, count))
    return people


def _shares(offices: list[Section], total: int) -> list[tuple[Section, int]]:
    weight = sum(s.weight for s in offices)
    shares, given, running = [], 0, 0
    for section in offices:
        running += section.weight
        upto = total * running // weight
        shares.append((section, upto - given))
        given = upto
    return shares


def _section_staff(factory: Factory, organisation: Organisation, section: Section, count: int) -> list[Person]:
    units = [s for s in organisation.sections.values() if s.parent == section.code]
    ranks = ["head", "deputy", *(["chief"] * max(1, count // 8)), *(["senior"] * (count // 6))]
    ranks += ["leader"] * (count // 5)
    people = []
    for i in range(count):
        rank = ranks[i] if i < len(ranks) else "clerk"
        kind = "正規" if i < len(ranks) else _kind(factory.rng)
        place = section if i < 2 or not units else units[i % len(units)]
        title = {"会計年度任用職員": "090", "再任用": "091"}.get(kind) or title_of(rank, section)
        people.append(factory.person(section.body, kind, Post(place.code, title), age=_ages(rank, kind)))
    return people


def _kind(rng: Random) -> str:
    # Ranked staff are always 正規, so the other kinds are drawn twice as often among the rest.
    at = rng.random()
    for kind, share in KINDS[1:]:
        at -= share * 1.85
        if at < 0:
            return kind
    return "正規"


def _ages(rank: str, kind: str) -> tuple[int, int]:
    if kind == "再任用":
        return (60, 64)
    return {"head": (48, 59), "deputy": (44, 59), "chief": (38, 59)}.get(rank, (22, 50))


def with_hard_names(people: list[Person], rng: Random) -> list[Person]:
    """Gives the hard names to ordinary 正規 staff of the 市長部局; the pairs of TOGETHER sit in one 課."""
    people = list(people)
    free = [i for i, p in enumerate(people) if p.body == "1" and p.kind == "正規" and p.main.title in ("070", "080")]
    free = [i for i in free if people[i].main.section[:4] in ("0401", "0402", "0504", "0605", "0503", "0302")]
    rng.shuffle(free)
    taken: dict[str, int] = {}
    partners = {b: a for a, b in TOGETHER}
    for tag, name, kana in HARD:
        mate = taken.get(partners.get(tag, ""))
        spots = [i for i in free if mate is None or people[i].main.section[:4] == people[mate].main.section[:4]]
        taken[tag] = spots[0]
        free.remove(spots[0])
        person = people[spots[0]]
        people[spots[0]] = person.with_(name=name, kana=kana, tags=(*person.tags, tag))
    return people


def retired(factory: Factory, organisation: Organisation, size: Size) -> list[Person]:
    """Former staff in the retired OU; those who left by 2025-09-30 are due for deletion on 2026-04-01."""
    offices = [s for s in organisation.sections.values() if s.level == "課"]
    people = []
    for i in range(size.retired):
        section = offices[(i * 7) % len(offices)]
        kind = "会計年度任用職員" if i % 5 == 4 else "正規"
        person = factory.person(section.body, kind, Post(section.code, title_of("senior", section)), age=(58, 60))
        people.append(person.with_(status="退職", left=RETIRED_ON[i % len(RETIRED_ON)], hired=date(1990, 4, 1)))
    return people


def with_former_names(people: list[Person], rng: Random) -> list[Person]:
    """A few people already work under their former family name."""
    people = list(people)
    candidates = [i for i, p in enumerate(people) if p.gender == "女" and not p.tags and p.kind == "正規"]
    for i in rng.sample(candidates, 5):
        family, given = people[i].name.split("\u3000")
        surname = draw(rng)[0].split("\u3000")[0]
        people[i] = people[i].with_(former=family, legal=f"{surname}\u3000{given}")
    return people


def with_hand_made(people: list[Person], rng: Random) -> list[Person]:
    """Telephone and room set by hand on every 40th person; three project groups of eight people each."""
    people = list(people)
    for i in range(7, len(people), 40):
        extra = (
            ("telephoneNumber", f"0599-00-{i % 10000:04d}"),
            ("physicalDeliveryOfficeName", f"本庁舎{i % 7 + 1}階"),
        )
        people[i] = people[i].with_(extra=extra)
    for project in PROJECTS:
        for i in rng.sample(range(len(people)), 8):
            people[i] = people[i].with_(projects=(*people[i].projects, project))
    return people


def term_of(start: date) -> tuple[date, date]:
    """A one-year term that begins on ``start``."""
    return start, start.replace(year=start.year + 1) - timedelta(days=1)
