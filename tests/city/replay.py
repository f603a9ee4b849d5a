"""The README of the city's files, spelled as code: applies orders and reorganisation to the people before.

It exists to prove that the files are consistent (before + orders = after), and shares nothing with chonai.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .model import City, Person, Post
from .names import split
from .organisation import successor
from .titles import TITLES
from .year import Row

_JOIN = ("採用", "新規任用", "転入", "派遣受入")
_MOVE = ("異動", "配置換", "昇任", "降任")
_ADD = ("兼務", "併任", "事務取扱")
_RELEASE = tuple(f"{kind}解除" for kind in _ADD)
_AWAY = ("出向", "派遣", "休職", "育児休業", "停職")
_BACK = ("復職", "復帰", "派遣終了")
_LEAVE = ("定年退職", "勧奨退職", "普通退職", "任期満了", "死亡退職", "失職", "免職")
_GO_ON = ("再任用", "定年前再任用短時間", "暫定再任用", "会計年度更新")
_NAME = ("改姓", "旧姓使用", "カナ訂正")
_CODES = {name: code for code, name in TITLES.items()}


def replay(city: City, rows: Iterable[Row]) -> dict[str, Person]:
    """Everyone in service after the orders, by key. Joiners' accounts follow the account rule."""
    live = _effective(rows)
    aliases = {(r["old_body"], r["old_number"]): (r["body"], r["number"]) for r in live if r["old_number"]}
    by_person: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in live:
        key = (row["body"], row["number"])
        by_person[aliases.get(key, key)].append(row)
    known = {(p.body, p.number): p for p in (*city.before, *city.retired)}
    serving = {(p.body, p.number) for p in city.before}
    result = {}
    for key, person in known.items():
        orders = by_person.pop(aliases.get(key, key), [])
        after = _person(city, person, orders, serving=key in serving)
        if after is not None:
            result[after.key] = after
    result |= {p.key: p for p in (_joiner(city, rows) for rows in by_person.values())}
    return result


def _effective(rows: Iterable[Row]) -> list[Row]:
    unique = {row["order"]: row for row in rows}
    for row in list(unique.values()):
        if row["type"] == "取消":
            if unique.pop(row["target"], None):
                unique.pop(row["order"])
        elif row["type"] == "訂正":
            unique[row["order"]] = row | {"type": unique.pop(row["target"])["type"]}
    return list(unique.values())


def _person(city: City, person: Person, orders: list[Row], *, serving: bool) -> Person | None:
    kinds = {row["type"] for row in orders}
    goes_on = kinds & {*_GO_ON, *_JOIN}
    if not goes_on and (kinds & set(_LEAVE) or not serving):
        return None
    posts = [Post(successor(p.section, city.reforms) or "", p.title) for p in person.posts]
    person = person.with_(main=posts[0], also=tuple(posts[1:]))
    if not serving:
        person = person.with_(status="在職", left=None)
    for row in orders:
        person = _apply(city, person, row)
    return person


def _apply(city: City, person: Person, row: Row) -> Person:
    kind = row["type"]
    if kind in _LEAVE:
        return person
    if kind in _ADD:
        return person.with_(also=(*person.also, _post(person, row)))
    if kind in _RELEASE:
        gone = successor(row["old_section"], city.reforms)
        return person.with_(also=tuple(p for p in person.also if p.section != gone))
    if kind in _NAME:
        return person.with_(name=_name_in_use(row), kana=row["kana"])
    person = person.with_(main=_post(person, row), also=(*person.also, *_columns(row)))
    if kind in _AWAY:
        return person.with_(status=kind)
    if kind in _BACK:
        return person.with_(status="在職")
    return person.with_(body=row["body"], number=row["number"], kind=row["kind"] or person.kind)


def _post(person: Person, row: Row) -> Post:
    return Post(row["new_section"] or person.main.section, row["title_code"] or person.main.title)


def _columns(row: Row) -> list[Post]:
    pairs = [(row[f"also_section_{n}"], row[f"also_title_{n}"]) for n in (1, 2, 3)]
    return [Post(section, _CODES[title]) for section, title in pairs if section]


def _joiner(city: City, rows: list[Row]) -> Person:
    first = next(r for r in rows if r["type"] in _JOIN)
    model = next(p for p in city.after if p.key == f"{first['body']}-{first['number']}")
    prefix = {"1": "", "2": "e", "3": "w", "4": "h", "5": "f"}[first["body"]]
    return model.with_(
        account=prefix + first["number"],
        name=_name_in_use(first),
        kana=first["kana"],
        kind=first["kind"],
        main=Post(first["new_section"], first["title_code"]),
    )


def _name_in_use(row: Row) -> str:
    if row["use_former"] and row["former_name"]:
        return f"{row['former_name']}\u3000{split(row['name'])[1]}"
    return row["name"]
