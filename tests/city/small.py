"""Tiny years: the same city before, and only one or three orders. No reorganisation."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from . import truth
from .build import build
from .model import LAST_DAY, City, Person, Post
from .people import Factory, Numbers
from .year import Year

_TO = "040100"


@cache
def small() -> City:
    """One mover (to 市民課), one joiner, one leaver."""
    year = _year()
    _move(year)
    number = max(p.number for p in year.before.values() if p.body == "1" and p.kind == "正規")
    joiner = Factory(Random(1), Numbers()).person("1", "正規", Post("020300", "080"), age=(22, 30))
    number = f"{int(number) + 500:06d}"
    joiner = joiner.with_(
        number=number, account=number, name="汐野\u3000新", kana="シオノ\u3000アラタ", tags=("joiner",)
    )
    year.write("採用", joiner, **year.place(joiner.main), kind="正規")
    year.joined.append(joiner)
    for key in year.take(1, lambda p: year.ordinary(p) and _steady(p) and p.main.title == "060"):
        year.leave(key, "普通退職", "2026-03-31")
        year.left.append(year.before[key].with_(status="退職", left=LAST_DAY))
    return _city(year)


@cache
def one_mover() -> City:
    """Only the mover of ``small``."""
    year = _year()
    _move(year)
    return _city(year)


@cache
def cancelled() -> City:
    """The mover's order of ``small`` cancelled after it was applied: the mover is back, the other two orders stand."""
    city = small()
    year = _year()
    first = next(r for r in city.orders if r["type"] == "異動")
    mover = year.before[f"{first['body']}-{first['number']}"]
    row = year.write("取消", mover, target=first["order"], **year.place(mover.main))
    moved = {"division": "市民生活部", "name": "市民課", "unit": ""}
    row |= {"order": "R8-0101", "old_section": _TO} | {f"old_{k}": v for k, v in moved.items()}
    after = tuple(mover if p.key == mover.key else p for p in city.after)
    retired = tuple(truth.retired(city, "after", "lgwan"))
    return _with(city, before=city.after, retired=retired, orders=(row,), after=after, leavers=())


def _year() -> Year:
    city = build()
    chart = city.before_organisation
    year = Year(Random(7), Factory(Random(7), Numbers()), chart, chart, {p.key: p for p in city.before})
    year.now = dict(year.before)
    return year


def _move(year: Year) -> None:
    wanted = ("020300", "070")
    for key in year.take(1, lambda p: year.ordinary(p) and (p.main.section, p.main.title) == wanted):
        year.move(key, Post(_TO, "070"), kind="異動")


def _steady(person: Person) -> bool:
    return person.kind == "正規" and person.main.section.startswith("0303")


def _city(year: Year) -> City:
    city = build()
    after = tuple(sorted((*year.now.values(), *year.joined), key=lambda p: p.key))
    return _with(city, orders=tuple(year.orders), after=after, leavers=tuple(year.left))


def _with(city: City, **changes: Any) -> City:
    base: dict[str, Any] = {"after_organisation": city.before_organisation, "reforms": (), "returned": ()}
    return replace(city, **(base | changes))
