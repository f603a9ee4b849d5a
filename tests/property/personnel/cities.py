"""Generated cities, orders and reorganisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from chonai.change.model import Key, State, Value
from tests.traps import ground
from tests.unit.personnel import world

CODES = tuple(f"04{n:02d}00" for n in range(1, 6))
SPARE = tuple(f"04{n:02d}00" for n in range(6, 9))
NAMES = ("市民課", "保険課", "年金課", "税務課", "環境課", "福祉課", "道路課", "公園課", "住宅課")
NUMBERS = tuple(f"00{n:04d}" for n in range(1001, 1013))
TITLES = ("課長", "主査", "主事")
DAYS = ("2025/7/1", "2026/3/31", "2026/4/1", "2026/4/2")


@dataclass(frozen=True, slots=True)
class Person:
    """Where somebody is before, and how."""

    number: str
    section: str
    also: frozenset[str]
    title: str
    standing: str


def people() -> st.SearchStrategy[list[Person]]:
    """Everybody of NUMBERS, in any section, some on leave, some retired."""
    standing = st.sampled_from(("working", "working", "working", "leave", "retired"))
    one = st.tuples(
        st.sampled_from(CODES), st.frozensets(st.sampled_from(CODES), max_size=2), st.sampled_from(TITLES), standing
    )
    return st.lists(one, min_size=len(NUMBERS), max_size=len(NUMBERS)).map(
        lambda found: [Person(number, *each) for number, each in zip(NUMBERS, found, strict=True)]
    )


def built(staff: list[Person]) -> State:
    """The directory with these people."""
    made = world.Directory("lgwan")
    top = made.ou("市民部", made.places["職員"], "040000")
    names = dict(zip(CODES, NAMES, strict=False))
    ous = {code: made.ou(name, top, code) for code, name in names.items()}
    for code, name in {"040000": "市民部", **names}.items():
        made.group(f"sec-{code}", f"所属_{name}", sAMAccountName=f"sec-{code}", description=code)
    for title in TITLES:
        code = _title_code(title)
        made.group(f"pos-{code}", f"役職_{title}", sAMAccountName=f"pos-{code}")
    made.group("all-staff", "全職員", sAMAccountName="all-staff")
    made.group("班", "班")
    for person in staff:
        _add(made, person, ous, names)
    return made.state


def _title_code(title: str) -> str:
    return next(code for code, name in world.policy().titles.items() if name == title)


def _add(made: world.Directory, person: Person, ous: Mapping[str, Key], names: Mapping[str, str]) -> None:
    retired = person.standing == "retired"
    parent = made.places["退職者"] if retired else ous[person.section]
    key = ground.person(made, person.number, f"職員\u3000{person.number}", parent)
    shown: dict[str, Value] = {"title": person.title, "department": names[person.section]}
    if retired:
        shown["extensionName"] = frozenset({"chonai:retired-on=2025-12-31", "chonai:was-member=班"})
    made.state[key] = {**made.state[key], **shown, "enabled": person.standing == "working"}
    if not retired:
        for code in {person.section, *person.also}:
            made.join(Key("group", f"sec-{code}"), key)
        for group in (f"pos-{_title_code(person.title)}", "all-staff", "班"):
            made.join(Key("group", group), key)


def orders() -> st.SearchStrategy[list[dict[str, str]]]:
    """Up to a dozen orders about people who are there and people who are not, sensible or not."""
    sections = st.sampled_from((*CODES, *CODES, ""))
    kinds = st.sampled_from(
        (
            "異動",
            "昇任",
            "兼務",
            "兼務解除",
            "休職",
            "復職",
            "普通退職",
            "免職",
            "再任用",
            "採用",
            "改姓",
            "会計年度更新",
        )
    )
    one = st.fixed_dictionaries(
        {
            "発令日": st.sampled_from(DAYS),
            "発令区分": kinds,
            "職員番号": st.sampled_from((*NUMBERS, *NUMBERS, "002001", "002002")),
            "新所属コード": sections,
            "旧所属コード": st.sampled_from((*[""] * 20, *CODES)),
            "職名": st.sampled_from((*TITLES, "")),
        }
    )
    return st.lists(one, min_size=1, max_size=8).map(lambda rows: [_named(n, row) for n, row in enumerate(rows)])


def _named(n: int, row: Mapping[str, str]) -> dict[str, str]:
    family = "改姓" if row["発令区分"] == "改姓" else "職員"
    name = f"{family}\u3000{row['職員番号']}"
    return {
        **row,
        "発令番号": f"R8-{n}",
        "任命権者コード": "1",
        "漢字氏名": name,
        "カナ氏名": "ショクイン",
        "任用区分": "正規",
    }


@st.composite
def reorganisations(draw: st.DrawFn) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """An organisation afterwards and the rows that lead to it: every section keeps, changes its name, its code,
    or both,
    or is merged; codes may be taken over from each other in any way.
    """
    codes = draw(st.permutations((*CODES, *SPARE)))
    fresh = draw(st.permutations(NAMES))
    after: dict[str, str] = {"020000": "総務部", "040000": "市民部"}
    rows: list[tuple[str, str, str]] = []
    moved = draw(st.lists(st.booleans(), min_size=len(CODES), max_size=len(CODES)))
    taken = {code for code, moves in zip(CODES, moved, strict=True) if not moves}
    free = [code for code in codes if code not in taken]
    for code, moves, name in zip(CODES, moved, fresh, strict=False):
        new = free.pop() if moves else code
        after[new] = name
        rows.append((code, new, "改称"))
    if draw(st.booleans()):
        rows, after = _merged(rows, after)
    return {code: name for code, name in after.items() if code != "020000"}, rows


def _merged(
    rows: list[tuple[str, str, str]], after: dict[str, str]
) -> tuple[list[tuple[str, str, str]], dict[str, str]]:
    """The last two sections become one new one."""
    (one, gone, _), (two, other, _) = rows[-2:]
    kept = {code: name for code, name in after.items() if code not in (gone, other)}
    return [*rows[:-2], (one, "049900", "統合"), (two, "049900", "統合")], {**kept, "049900": "統合課"}


def looks_done(after: Mapping[str, str], rows: list[tuple[str, str, str]]) -> bool:
    """Whether codes pass in a circle while each keeps its name: no directory can tell that from its own result."""
    before, to = dict(zip(CODES, NAMES, strict=False)), {old: new for old, new, kind in rows if kind == "改称"}
    for start in to:
        circle = [start]
        while to.get(circle[-1]) not in (None, *circle):
            circle.append(to[circle[-1]])
        closed = len(circle) > 1 and to.get(circle[-1]) == start
        if closed and all(after.get(code) == before[code] for code in circle):
            return True
    return False
