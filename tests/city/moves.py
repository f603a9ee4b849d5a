"""The moves of the year: forced by the reorganisation, to another body, by rotation, and promotions in place."""

from __future__ import annotations

from collections import defaultdict
from itertools import cycle

from .model import EFFECTIVE, Person, Post
from .names import HARD
from .organisation import successor
from .titles import RANKS, rank_of, title_of
from .year import Year

SPLIT, TARGETS = "050600", ("050700", "050800")
ABOLISHED, NEW_SECTION, REUSED = "090400", "020900", "070400"


def split_section(year: Year) -> None:
    """Everyone of the split 課 gets a target; the deputy becomes head of the second."""
    keys = year.take(10**6, lambda p: p.main.section == SPLIT)
    targets = cycle(TARGETS)
    for key in sorted(keys, key=lambda k: year.before[k].main.title):
        old = year.before[key].main
        rank = rank_of(old.title)
        if rank == "deputy":
            year.move(key, Post(TARGETS[1], "030"), note="分割に伴う昇任")
            continue
        target = TARGETS[0] if rank == "head" else next(targets)
        year.move(key, Post(target, old.title))


def abolished_section(year: Year) -> None:
    """Empties the abolished 課: its head and deputy lead the two new ones, the rest are spread."""
    keys = year.take(10**6, lambda p: p.main.section == ABOLISHED)
    elsewhere = cycle([NEW_SECTION, REUSED, "080300", NEW_SECTION, "090100", "090200"])
    for key in sorted(keys, key=lambda k: year.before[k].main.title):
        title = year.before[key].main.title
        if title == "030":
            year.move(key, Post(REUSED, "030"))
        elif title == "040":
            year.move(key, Post(NEW_SECTION, "030"))
        else:
            year.move(key, Post(next(elsewhere), title))


def merged_heads(year: Year) -> None:
    """Two 課 become one: one of their heads goes elsewhere as 参事."""
    for key in year.take(1, lambda p: p.main == Post("070400", "030")):
        year.move(key, Post("010300", "021"), kind="異動", note="統合に伴う異動")


def between_bodies(year: Year) -> None:
    """Six people from the mayor's office to the board of education and two back."""
    _to_body(year, "1", "2", 6)
    _to_body(year, "2", "1", 2)


def _to_body(year: Year, source: str, target: str, count: int) -> None:
    """The key changes, the account stays."""
    keys = year.take(count, lambda p: year.ordinary(p) and p.body == source and p.main.title in ("060", "070"))
    for key, section in zip(keys, cycle(year.offices(target)), strict=False):
        person = year.now[key]
        number = year.factory.numbers.take(target, "正規")
        main = Post(section, person.main.title)
        moved = person.with_(body=target, number=number, main=main)
        old = {"old_body": person.body, "old_number": person.number, "note": "任命権者を異にする異動"}
        year.write("異動", moved, year.before[key], **(year.place(main) | old))
        year.now[key] = moved


def hard_names(year: Year) -> None:
    """People with hard names move too: they are where encodings and comparisons go wrong."""
    tags = {tag for tag, _, _ in HARD if tag not in ("twin_b", "kanatype_b", "voiced_b", "watanabe_3")}
    keys = year.take(10**6, lambda p: bool(tags.intersection(p.tags)))
    targets = cycle(["040100", "020200", "021000", "060300", "070600", "080200"])
    for key, section in zip(sorted(keys), targets, strict=False):
        year.move(key, Post(section, year.before[key].main.title))


def within_section(year: Year, count: int) -> None:
    """From one 係 to another of the same 課: an order that changes nothing in a directory."""
    sections = year.organisation.sections
    keys = year.take(count, lambda p: year.ordinary(p) and p.main.section[:4] in ("0301", "0202", "0401"))
    for key in keys:
        main = year.now[key].main
        units = [s.code for s in sections.values() if s.parent == main.section[:4] + "00" and s.code != main.section]
        year.move(key, Post(units[0], main.title), kind="配置換")


def promotions(year: Year, count: int) -> None:
    """A higher title in the same place; the new section is left blank, as many cities do."""
    for key in year.take(count, lambda p: year.ordinary(p) and p.main.title in ("070", "080", "081", "060")):
        old, person = year.before[key], year.now[key]
        rank = RANKS[RANKS.index(rank_of(old.main.title)) - 1]
        title = title_of(rank, year.organisation.home(person.main.section))
        cells = {k: v for k, v in year.place(Post(person.main.section, title)).items() if k.startswith("title")}
        year.write("昇任", person, old, **cells)
        year.now[key] = person.with_(main=Post(person.main.section, title))


def vacancies(year: Year) -> list[str]:
    """Deputies of other 課 step up where a head has left, but for one: an approver without successor. Returns that
    課.
    """
    heads: dict[str, str] = {}
    for person in year.left:
        if rank_of(person.main.title) == "head":
            heads[successor(person.main.section) or ""] = person.main.title
    codes = [c for c in sorted(heads) if c in year.organisation.sections]
    for code in codes[1:]:
        _step_up(year, code)
    return codes[:1]


def _step_up(year: Year, code: str) -> None:
    section = year.organisation.sections[code]

    def deputy(person: Person) -> bool:
        return year.ordinary(person) and person.body == section.body and rank_of(person.main.title) == "deputy"

    for key in year.take(1, deputy):
        year.move(key, Post(code, title_of("head", section)))


def rotation(year: Year, count: int) -> None:
    """The bulk: people of one body and rank take each other's places, so that every 課 keeps its strength."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key in year.take(count, lambda p: year.ordinary(p) and p.kind == "正規" and p.hired < EFFECTIVE):
        person = year.before[key]
        groups[(person.body, rank_of(person.main.title))].append(key)
    for group, keys in sorted(groups.items()):
        _rotate(year, group[1], keys)


def _rotate(year: Year, rank: str, keys: list[str]) -> None:
    places = [year.now[k].main.section for k in keys]
    keys = _apart(year, keys, places)
    for i, key in enumerate(keys):
        section = year.organisation.home(places[i]).code
        if section != year.organisation.home(year.now[key].main.section).code:
            step_up = rank in ("clerk", "leader", "senior") and i % 9 == 0
            new_rank = RANKS[RANKS.index(rank) - 1] if step_up else rank
            new_rank = "senior" if rank == "chief" and i % 40 == 1 else new_rank
            year.move(key, Post(places[i], _title(year.before[key], new_rank, rank, year, places[i])))


def _title(person: Person, new_rank: str, rank: str, year: Year, section: str) -> str:
    if new_rank == rank and rank not in ("head", "deputy", "clerk"):
        return person.main.title
    return title_of(new_rank, year.organisation.home(section))


def _apart(year: Year, keys: list[str], places: list[str]) -> list[str]:
    """The keys in an order that puts (nearly) nobody back into their own 課: sorted by 課, then shifted by half."""
    order = sorted(range(len(keys)), key=lambda i: year.organisation.home(places[i]).code)
    half = len(order) // 2
    result = list(keys)
    for i, j in zip(order, order[half:] + order[:half], strict=True):
        result[i] = keys[j]
    return result
