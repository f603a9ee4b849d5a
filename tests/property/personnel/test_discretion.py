"""Whatever is wrong with a confidential request, what is told of it before the announcement names nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from chonai.change.cover import cover_of
from chonai.change.plan import plan_of
from chonai.change.system import Observation
from chonai.operations.personnel import File
from chonai.text.discretion import discreet
from chonai.text.messages import Message
from tests.property.personnel import cities
from tests.traps import ground
from tests.unit.personnel import world

quick = settings(max_examples=60)
SECRET = "汐"  # a letter that no sentence of the catalogue about a request has
HEADERS = {
    "orders": ground.HEADER,
    "roster": ("番号", "氏名", "職名", "所属コード", "所属名", "兼職", "在職", "任命権者コード", "区分名"),
    "organisation": ("所属コード", "所属名", "部名", "課名"),
    "reorganisation": ("旧コード", "新コード", "種別", "適用日"),
}
cells = st.sampled_from(
    ("", "", "2026/4/1", "R8.4.1", "異動", "採用", "1", "001001", "020100", "統合", "主事", "正規", "在職", "=1")
) | st.text(alphabet="0129汐あﾊﾞ🂡\u200b\u202e\ue000", max_size=6).map(lambda text: SECRET + text)


def told(messages: Iterable[Message]) -> str:
    """Everything that is told, in both languages."""
    discreetly = [discreet(item) for item in messages]
    return "\n".join(item.render(locale) for item in discreetly for locale in ("en", "ja"))


def names_of(staff: Iterable[cities.Person], rows: Iterable[Mapping[str, str]]) -> set[str]:
    """Every name, number and section that a sentence could give away."""
    found = {*cities.NUMBERS, *cities.NAMES, *cities.CODES, *cities.SPARE, *(one.number for one in staff)}
    for row in rows:
        found |= {row.get(title, "") for title in ("職員番号", "漢字氏名", "カナ氏名", "新所属コード", "旧所属コード")}
    return {name for name in found if len(name) > 1}


@quick
@given(staff=cities.people(), rows=cities.orders())
def test_what_is_wrong_with_orders_is_told_without_names(
    staff: list[cities.Person], rows: list[dict[str, str]]
) -> None:
    state, asked = cities.built(staff), ground.ask(orders=ground.orders(*rows))
    outcome = ground.planned(asked, state)
    said = told([*outcome.problems, *outcome.warnings, *(brake.message for brake in outcome.brakes)])
    assert not [name for name in names_of(staff, rows) if name in said]


@quick
@given(staff=cities.people(), rows=cities.orders())
def test_a_cover_holds_no_name(staff: list[cities.Person], rows: list[dict[str, str]]) -> None:
    state, asked = cities.built(staff), ground.ask(orders=ground.orders(*rows))
    shown = repr(cover_of(plan_of("lgwan", "personnel", Observation(state), ground.planned(asked, state), {})))
    assert not [name for name in {*names_of(staff, rows), "課長", "主査"} if name in shown]


@settings(max_examples=150)
@given(data=st.data())
def test_what_is_wrong_with_any_file_is_told_without_its_cells(data: st.DataObject) -> None:
    """Files full of what does not belong there: in the wrong place, invisible, too much, under strange headings."""
    roles = data.draw(st.sets(st.sampled_from(tuple(HEADERS)), min_size=1))
    asked = ground.ask(**{role: strange_file(data, role) for role in roles})
    said = told([*asked.problems, *asked.warnings])
    if not asked.problems:
        outcome = world.planned(ground.directory().state, asked)
        said += told([*outcome.problems, *outcome.warnings, *(brake.message for brake in outcome.brakes)])
    assert SECRET not in said


def strange_file(data: st.DataObject, role: str) -> File:
    header = [*HEADERS[role], *data.draw(st.lists(cells, max_size=2))]
    rows = data.draw(st.lists(st.lists(cells, min_size=1, max_size=len(header) + 1), max_size=4))
    return ground.csv_file([header, *rows], name=role, encoding="utf-8")
