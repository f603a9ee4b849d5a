"""The state of the year's change while its orders are being written, one order at a time.

``now`` holds everyone under their key of 2026-03-31, already in the codes of the new organisation (a blank section
code means that the old section has no successor and an order must say where to). Writing an order and changing
``now`` go together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from .headers import ORDERS
from .model import EFFECTIVE, Organisation, Person, Post
from .organisation import successor
from .people import Factory
from .titles import TITLES, rank_of

TYPES = {
    "採用": "01",
    "新規任用": "02",
    "転入": "03",
    "派遣受入": "04",
    "異動": "11",
    "配置換": "12",
    "昇任": "13",
    "降任": "14",
    "兼務": "21",
    "併任": "22",
    "事務取扱": "23",
    "兼務解除": "24",
    "併任解除": "25",
    "事務取扱解除": "26",
    "出向": "31",
    "派遣": "32",
    "休職": "33",
    "育児休業": "34",
    "停職": "35",
    "復職": "41",
    "復帰": "42",
    "派遣終了": "43",
    "定年退職": "51",
    "勧奨退職": "52",
    "普通退職": "53",
    "死亡退職": "54",
    "失職": "55",
    "免職": "56",
    "任期満了": "57",
    "再任用": "61",
    "定年前再任用短時間": "62",
    "暫定再任用": "63",
    "会計年度更新": "64",
    "改姓": "71",
    "旧姓使用": "72",
    "カナ訂正": "73",
    "取消": "91",
    "訂正": "92",
}
Row = dict[str, str]


@dataclass
class Year:
    """Everything that is decided so far."""

    rng: Random
    factory: Factory
    old_organisation: Organisation
    organisation: Organisation
    before: dict[str, Person]
    now: dict[str, Person] = field(default_factory=dict)
    orders: list[Row] = field(default_factory=list)
    joined: list[Person] = field(default_factory=list)
    left: list[Person] = field(default_factory=list)
    pool: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = {key: _follow(person) for key, person in self.before.items()}
        self.pool = list(self.before)
        self.rng.shuffle(self.pool)

    def take(self, count: int, want: Callable[[Person], bool]) -> list[str]:
        """Up to ``count`` keys of people with no order yet who satisfy ``want`` (asked of their state before)."""
        taken: list[str] = []
        rest: list[str] = []
        for key in self.pool:
            (taken if len(taken) < count and want(self.before[key]) else rest).append(key)
        self.pool = rest
        return taken

    def ordinary(self, person: Person) -> bool:
        """No hard name, in service, one post, in a 課 that goes on: fit for any kind of order."""
        return (
            not person.tags
            and person.enabled
            and not person.also
            and not person.former
            and successor(person.main.section) is not None
            and self.old_organisation.sections[person.main.section].level != "部"
        )

    def write(self, kind: str, person: Person, old: Person | None = None, /, **cells: str) -> Row:
        """Appends the order ``kind`` for ``person`` (whose key and name it shows); ``old`` fills the old columns."""
        row = dict.fromkeys(ORDERS, "")
        row |= {
            "order": f"R8-{len(self.orders) + 1:04d}",
            "date": EFFECTIVE.isoformat(),
            "type": kind,
            "type_code": TYPES[kind],
            "body": person.body,
            "number": person.number,
            "name": person.legal or person.name,
            "kana": person.kana,
            "former_name": person.former,
            "use_former": "○" if person.use_former else "",
            "job": person.job,
            "grade": person.grade,
            "post": "本務",
            "born": person.born.isoformat(),
            "gender": person.gender,
        }
        row |= self._old_place(old) if old else {}
        row |= cells
        self.orders.append(row)
        return row

    def place(self, post: Post) -> Row:
        """The cells of a new post."""
        division, name, unit = self.organisation.path(post.section)
        return {
            "new_section": post.section,
            "new_division": division,
            "new_name": name,
            "new_unit": unit,
            "title_code": post.title,
            "title": TITLES[post.title],
        }

    def _old_place(self, person: Person) -> Row:
        return self.old_section(person.main) | {"old_title": TITLES[person.main.title]}

    def old_section(self, post: Post) -> Row:
        """The cells of an old section."""
        division, name, unit = self.old_organisation.path(post.section)
        return {"old_section": post.section, "old_division": division, "old_name": name, "old_unit": unit}

    def move(self, key: str, main: Post, kind: str = "", **cells: str) -> Row:
        """Moves someone; the kind of order follows from the ranks unless it is given."""
        old, person = self.before[key], self.now[key]
        row = self.write(kind or _kind_of_move(old.main, main), person, old, **(self.place(main) | cells))
        self.now[key] = person.with_(main=main)
        return row

    def leave(self, key: str, kind: str, day: str, **cells: str) -> Row:
        """Writes a leaver's order and takes them out of service."""
        old = self.before[key]
        row = self.write(kind, old, old, date=day, **cells)
        del self.now[key]
        return row

    def offices(self, body: str) -> list[str]:
        """Codes of the 課 of a body in the new organisation."""
        return [s.code for s in self.organisation.offices() if s.level == "課" and s.body == body]


def _kind_of_move(old: Post, new: Post) -> str:
    ranks = ["director", "vice", "head", "deputy", "chief", "senior", "leader", "clerk"]
    step = ranks.index(rank_of(new.title)) - ranks.index(rank_of(old.title))
    return "昇任" if step < 0 else "降任" if step > 0 else "異動"


def _follow(person: Person) -> Person:
    posts = [Post(successor(p.section) or "", p.title) for p in person.posts]
    return person.with_(main=posts[0], also=tuple(posts[1:]))
