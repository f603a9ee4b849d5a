"""Joiners, leavers, people who go on under a new number, leave and return."""

from __future__ import annotations

from datetime import date
from itertools import cycle

from .model import BODY_PREFIX, EFFECTIVE, LAST_DAY, Person, Post
from .people import term_of
from .titles import rank_of, title_of
from .year import Row, Year

_JOINERS = (
    (("採用", "正規"),) * 14 + (("新規任用", "会計年度任用職員"),) * 4 + (("転入", "正規"), ("派遣受入", "任期付"))
)
_JOINER_NAMES = {
    0: ("髙橋\u3000濵子", "タカハシ\u3000ハマコ", "joiner_cp932"),
    1: ("\ue001島\u3000隆", "ナカジマ\u3000タカシ", "joiner_gaiji"),
    2: ("山田\u3000太郎", "ヤマダ\u3000タロウ", "joiner_twin_a"),
    3: ("山田\u3000太郎", "ヤマダ\u3000タロウ", "joiner_twin_b"),
    4: ("グエン\u3000ティ\u3000ラン", "グエン\u3000ティ\u3000ラン", "joiner_middle"),
    5: ("比嘉大地", "ヒガダイチ", "joiner_no_space"),
}
_FORWARDED = (
    {"forward": "shiomi-ob@example.jp", "forward_until": "2026-09-30"},
    {"forward": "jimu@ob-kai.example.jp", "forward_until": "2026-06-30"},
)
_DAY = LAST_DAY.isoformat()


def leavers(year: Year, count: int) -> None:
    """People who leave for good; one dies, one is dismissed and one loses the post by law (失職) earlier in March, one
    is of the abolished 課, two have their mail forwarded for a while.
    """
    older = year.take(count * 2 // 5, lambda p: year.ordinary(p) and p.kind == "正規" and p.born.year <= 1968)
    younger = year.take(1, lambda p: year.ordinary(p) and p.kind == "正規" and bool(p.projects))
    younger += year.take(count * 2 // 5 - 1, lambda p: year.ordinary(p) and p.kind == "正規")
    yearly = year.take(count - len(older) - len(younger), lambda p: year.ordinary(p) and p.kind == "会計年度任用職員")
    reasons = [("死亡退職", "2026-03-05"), ("免職", "2026-03-20"), ("勧奨退職", _DAY), ("失職", "2026-03-10")]
    plan = list(zip(younger, reasons, strict=False)) + [(k, ("定年退職", _DAY)) for k in older]
    plan += [(k, ("普通退職", _DAY)) for k in younger[len(reasons) :]] + [(k, ("任期満了", _DAY)) for k in yearly]
    forwarded = dict(zip(older, _FORWARDED, strict=False))
    for key, (kind, day) in plan:
        year.leave(key, kind, day, **forwarded.get(key, {}))
        year.left.append(year.before[key].with_(status="退職", left=date.fromisoformat(day)))
    for key in year.take(1, lambda p: p.main.section == "090400" and p.main.title == "080" and not p.tags):
        year.leave(key, "普通退職", _DAY)
        year.left.append(year.before[key].with_(status="退職", left=LAST_DAY))


def reemployed(year: Year, count: int) -> None:
    """定年退職 and 再任用 of one person: number changes for most, the account stays; two go on as 会計年度任用職員."""
    kinds = cycle(["再任用", "暫定再任用", "定年前再任用短時間"])
    keys = year.take(count, lambda p: year.ordinary(p) and p.kind == "正規" and p.born.year <= 1969)
    for i, key in enumerate(keys):
        old = year.before[key]
        year.write("定年退職", old, old, date=_DAY)
        if i < 2:
            _continue(year, key, "採用", "会計年度任用職員", "090", new_number=True)
        else:
            _continue(year, key, next(kinds), "再任用", "091", new_number=i % 4 != 3)


def renewals(year: Year, count: int) -> None:
    """会計年度更新: three of four under a new number, every second of these with a 任期満了 of the old one."""
    for i, key in enumerate(year.take(count, lambda p: year.ordinary(p) and p.kind == "会計年度任用職員")):
        old = year.before[key]
        if i % 2 and i % 4 != 3:
            year.write("任期満了", old, old, date=_DAY)
        _continue(year, key, "会計年度更新", old.kind, old.main.title, new_number=i % 4 != 3)


def _continue(year: Year, key: str, order: str, kind: str, title: str, *, new_number: bool) -> None:
    old, person = year.before[key], year.now[key]
    start, end = term_of(EFFECTIVE)
    number = year.factory.numbers.take(person.body, kind) if new_number else person.number
    main = Post(person.main.section, title)
    person = person.with_(number=number, kind=kind, main=main, term_end=end)
    known = {"old_body": old.body, "old_number": old.number} if new_number else {}
    term = {"kind": kind, "term_start": start.isoformat(), "term_end": end.isoformat()}
    year.write(order, person, old, **(year.place(main) | term | known))
    year.now[key] = person


def joiners(year: Year, count: int) -> None:
    """New people, with a hard name on the first ones; twins join one section."""
    offices = [s.code for s in year.organisation.offices() if s.level == "課" and s.body != "5"]
    for i in range(count):
        order, kind = _JOINERS[i % len(_JOINERS)]
        section = year.organisation.sections["040100" if i in (2, 3) else offices[(i * 11) % len(offices)]]
        title = "090" if kind == "会計年度任用職員" else title_of("leader" if order == "転入" else "clerk", section)
        person = year.factory.person(section.body, kind, Post(section.code, title), age=(22, 35))
        name, kana, tag = _JOINER_NAMES.get(i, (person.name, person.kana, f"joiner_{i}"))
        person = person.with_(name=name, kana=kana, tags=(tag,), hired=EFFECTIVE, term_end=None)
        year.joined.append(person)
        _join(year, order, person)


def returners(year: Year, retired: list[Person]) -> list[Person]:
    """Two of the lately retired come back, one under the old number, one under a new one. Gives them as they were."""
    same = [p for p in retired if p.left == date(2025, 12, 31) and p.kind == "正規"][:1]
    other = [p for p in retired if p.left == date(2026, 1, 31) and p.kind == "会計年度任用職員"][:1]
    for old, order, kind, title in [(p, "暫定再任用", "再任用", "091") for p in same] + [
        (p, "新規任用", p.kind, "090") for p in other
    ]:
        number = old.number if old in same else year.factory.numbers.take(old.body, kind)
        main = Post("040100" if old.body == "1" else year.offices(old.body)[0], title)
        tag = "returner_same" if old in same else "returner_new"
        person = old.with_(number=number, kind=kind, main=main, status="在職", left=None, hired=EFFECTIVE, tags=(tag,))
        year.joined.append(person)
        _join(year, order, person, old_body=old.body, old_number=old.number)
    return same + other


def _join(year: Year, order: str, person: Person, **cells: str) -> Row:
    term = {"kind": person.kind}
    if person.kind != "正規":
        start, end = term_of(EFFECTIVE)
        term |= {"term_start": start.isoformat(), "term_end": end.isoformat()}
    assert person.account.startswith(BODY_PREFIX[person.body])
    return year.write(order, person, **(year.place(person.main) | term | cells))


def leave(year: Year) -> None:
    """People who go on leave (two move first), and people who return (some to another place, one's 課 was merged)."""
    plan = ["育児休業"] * 7 + ["休職"] * 3 + ["派遣"] * 2 + ["出向"] * 2 + ["停職"]
    keys = year.take(len(plan), lambda p: year.ordinary(p) and p.kind == "正規" and rank_of(p.main.title) != "head")
    for key, kind in zip(keys, plan, strict=False):
        if kind == "派遣" and year.before[key].body == "1":
            main = Post("020200", year.before[key].main.title)
            year.move(key, main, kind=kind, note="人事課付け")
        else:
            year.write(kind, year.before[key], year.before[key])
        year.now[key] = year.now[key].with_(status=kind)
    _returns(year)


def _returns(year: Year) -> None:
    back = {"育児休業": "復帰", "派遣": "派遣終了", "出向": "復帰"}
    keys = year.take(10, lambda p: not p.enabled and successor_exists(year, p))
    for i, key in enumerate(keys):
        old = year.before[key]
        order = back.get(old.status, "復職")
        if i % 2:
            year.move(key, Post(year.offices(old.body)[i % 3], old.main.title), kind=order)
        else:
            year.write(order, old, old)
        year.now[key] = year.now[key].with_(status="在職")


def successor_exists(year: Year, person: Person) -> bool:
    """Whether the section of someone goes on under some code."""
    return bool(year.now[person.key].main.section)
