"""Concurrent posts, names, cancellations and duplicates."""

from __future__ import annotations

from random import Random

from .model import Person, Post
from .names import draw, split
from .organisation import successor
from .titles import TITLES
from .year import Row, Year

_ADDED = ("兼務",) * 12 + ("併任",) * 3 + ("事務取扱",) * 4
_LEAVE_BEFORE = ("育児休業",) * 10 + ("休職",) * 5 + ("派遣",) * 4 + ("出向",)


def with_concurrent_posts(people: list[Person], sections: list[str], rng: Random) -> list[Person]:
    """As of before: thirty people with a second post, one of them with three more, one in a 課 that gets another
    code.
    """
    people = list(people)
    fit = [i for i, p in enumerate(people) if p.kind == "正規" and p.body == "1" and p.main.title in ("050", "060")]
    fit = [i for i in fit if not p_is_special(people[i])]
    codes = [c for c in sections if successor(c) == c]
    for n, i in enumerate(rng.sample(fit, 30)):
        own = people[i].main.section[:4]
        free = [c for c in codes if c[:4] != own]
        picked = rng.sample(free, 3 if n == 0 else 1)
        if n == 1 and own != "0602":
            picked = ["060200"]
        posts = tuple(Post(c, "060") for c in picked)
        tags = {0: ("three_posts",), 1: ("also_renumbered",)}.get(n, ())
        people[i] = people[i].with_(also=posts, tags=people[i].tags + tags)
    return people


def with_leave(people: list[Person], rng: Random) -> list[Person]:
    """As of before: twenty people on leave; the first is of a 課 that will be merged."""
    people = list(people)
    fit = [i for i, p in enumerate(people) if p.kind == "正規" and p.main.title in ("060", "070", "080")]
    fit = [i for i in fit if not p_is_special(people[i]) and not people[i].also]
    merged = next(i for i in fit if people[i].main.section == "070200")
    chosen = [merged, *rng.sample([i for i in fit if i != merged], len(_LEAVE_BEFORE) - 1)]
    for i, status in zip(chosen, _LEAVE_BEFORE, strict=True):
        people[i] = people[i].with_(status=status)
    return people


def p_is_special(person: Person) -> bool:
    """Has a tag, or stands in a section that needs an order for everyone."""
    return bool(person.tags) or successor(person.main.section) is None


def concurrent_posts(year: Year) -> None:
    """Adds second posts, takes others away, and gives one mover three at once in the columns of the move."""
    keys = year.take(
        len(_ADDED), lambda p: year.ordinary(p) and p.body == "1" and p.main.title in ("030", "040", "050")
    )
    codes = [c for c in year.offices("1") if c != "020900"]
    for n, (key, kind) in enumerate(zip(keys, _ADDED, strict=False)):
        person = year.now[key]
        title = "030" if kind == "事務取扱" else person.main.title
        own = year.organisation.home(person.main.section).code
        post = Post([c for c in codes if c != own][n * 2 % (len(codes) - 1)], title)
        year.write(kind, person, year.before[key], **year.place(post), post="兼務")
        year.now[key] = person.with_(also=(post,))
    _released(year)
    _three_at_once(year)


def _released(year: Year) -> None:
    for n, key in enumerate(year.take(11, lambda p: bool(p.also) and p.enabled)):
        old, person = year.before[key], year.now[key]
        gone = old.also[-1]
        kind = ("兼務解除", "併任解除", "事務取扱解除")[0 if n < 8 else n - 8]
        cells = year.old_section(gone) | {"old_title": TITLES[gone.title], "post": "兼務"}
        year.write(kind, person, **cells)
        year.now[key] = person.with_(also=person.also[:-1])


def _three_at_once(year: Year) -> None:
    for key in year.take(1, lambda p: year.ordinary(p) and p.body == "1" and p.main.title == "060"):
        posts = tuple(Post(c, "060") for c in ("020100", "030100", "080300"))
        cells: Row = {}
        for n, post in enumerate(posts, start=1):
            cells |= {f"also_section_{n}": post.section, f"also_title_{n}": TITLES[post.title]}
        year.move(key, Post("040200", "060"), kind="異動", **cells)
        year.now[key] = year.now[key].with_(also=posts, tags=("three_at_once",))


def names(year: Year) -> None:
    """改姓 (two with a move on the same day, one that keeps the old name in use), 旧姓使用, カナ訂正."""
    keys = year.take(9, lambda p: year.ordinary(p) and p.kind == "正規" and p.gender == "女" and p.main.title < "090")
    for n, key in enumerate(keys[:5]):
        _new_family_name(year, key, tag=f"renamed_{n}", moves=n in (1, 2))
    _keeps_name(year, keys[5])
    _uses_former(year, keys[6])
    for key in keys[7:]:
        person = year.now[key].with_(kana=year.now[key].kana.replace("\u3000", "\u3000ア", 1), tags=("kana_fixed",))
        year.write("カナ訂正", person, year.before[key])
        year.now[key] = person


def _new_family_name(year: Year, key: str, *, tag: str, moves: bool) -> None:
    old = year.now[key]
    family, reading = _other_family(year.rng, old.name)
    name = f"{family}\u3000{old.name.split(chr(0x3000))[1]}"
    kana = f"{reading}\u3000{old.kana.split(chr(0x3000))[1]}"
    new = old.with_(name=name, kana=kana, tags=(tag,))
    if moves and tag == "renamed_1":
        year.move(key, Post(year.offices(old.body)[0], old.main.title), kind="異動")
        new = new.with_(main=year.now[key].main)
    year.now[key] = new
    year.write("改姓", new, year.before[key], former_name=old.name.split("\u3000")[0], use_former="")
    if moves and tag != "renamed_1":
        year.move(key, Post(year.offices(old.body)[1], old.main.title), kind="異動")


def _keeps_name(year: Year, key: str) -> None:
    old = year.now[key]
    family, given = old.name.split("\u3000")
    new = old.with_(legal=f"{_other_family(year.rng, old.name)[0]}\u3000{given}", former=family, tags=("keeps_name",))
    year.write("改姓", new, year.before[key])
    year.now[key] = new


def _uses_former(year: Year, key: str) -> None:
    old = year.now[key]
    given, given_kana = old.name.split("\u3000")[1], old.kana.split("\u3000")[1]
    family, reading = _other_family(year.rng, old.name)
    new = old.with_(
        legal=old.name,
        former=family,
        name=f"{family}\u3000{given}",
        kana=f"{reading}\u3000{given_kana}",
        tags=("uses_former",),
    )
    year.write("旧姓使用", new, year.before[key])
    year.now[key] = new


def _other_family(rng: Random, name: str) -> tuple[str, str]:
    own = name.split("\u3000", maxsplit=1)[0]
    while True:
        drawn, kana, _ = draw(rng)
        family, reading = split(drawn)[0], split(kana)[0]
        if family != own:
            return family, reading


def corrections(year: Year) -> None:
    """Two orders are cancelled, two corrected, two rows stand twice."""
    keys = year.take(4, lambda p: year.ordinary(p) and p.body == "1" and p.main.title == "070")
    codes = year.offices("1")
    for n, key in enumerate(keys):
        old, person = year.before[key], year.now[key]
        wrong, right = (Post(c, old.main.title) for c in (codes[n], codes[n + 4]))
        first = year.write("異動", person, old, **year.place(wrong))
        if n < 2:
            year.write("取消", person, old, target=first["order"], **year.place(person.main))
            year.now[key] = person.with_(tags=("cancelled",))
        else:
            year.write("訂正", person, old, target=first["order"], **year.place(right))
            year.now[key] = person.with_(main=right, tags=("corrected",))
    year.orders.extend(dict(row) for row in year.orders[40:42])
