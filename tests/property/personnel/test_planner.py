"""Laws of the planner, whatever the city and whatever it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chonai.change.model import Change, Key, State
from chonai.operations.personnel import Request
from tests.property.personnel import cities
from tests.traps import ground
from tests.unit.personnel import world

OTHER_NAMES = {
    "発令番号": "整理番号",
    "発令日": "異動年月日",
    "発令区分": "異動種別",
    "任命権者コード": "任命権者",
    "職員番号": "職員コード",
    "漢字氏名": "氏名",
    "カナ氏名": "フリガナ",
    "職名": "補職名",
    "新所属コード": "所属コード",
    "旧所属コード": "前所属コード",
    "任用区分": "職員区分",
}
quick = settings(max_examples=40)


def ask(rows: Iterable[Mapping[str, str]]) -> Request:
    return ground.ask(orders=ground.orders(*rows))


def changes(state: State, asked: Request) -> list[Change]:
    return world.changes(state, ground.planned(asked, state))


@quick
@given(staff=cities.people(), rows=cities.orders())
def test_a_second_plan_is_empty(staff: list[cities.Person], rows: list[dict[str, str]]) -> None:
    state, asked = cities.built(staff), ask(rows)
    outcome = ground.planned(asked, state)
    if outcome.problems:
        return
    after = world.after(state, outcome)
    assert changes(after, asked) == []


@quick
@given(staff=cities.people(), rows=cities.orders(), data=st.data())
def test_the_order_of_rows_does_not_matter(
    staff: list[cities.Person], rows: list[dict[str, str]], data: st.DataObject
) -> None:
    state, shuffled = cities.built(staff), data.draw(st.permutations(rows))
    one, other = ground.planned(ask(rows), state), ground.planned(ask(shuffled), state)
    assert world.changes(state, one) == world.changes(state, other)
    assert sorted(world.codes(one.problems)) == sorted(world.codes(other.problems))


@quick
@given(staff=cities.people(), rows=cities.orders(), encoding=st.sampled_from(("cp932", "utf-8", "utf-8-sig", "utf-16")))
def test_header_names_and_encoding_do_not_matter(
    staff: list[cities.Person], rows: list[dict[str, str]], encoding: str
) -> None:
    state = cities.built(staff)
    renamed = [{OTHER_NAMES[title]: cell for title, cell in row.items()} for row in rows]
    file = ground.csv_file(ground.table(renamed, reversed(OTHER_NAMES.values())), encoding=encoding)
    assert changes(state, ask(rows)) == changes(state, ground.ask(orders=file))


@quick
@given(staff=cities.people(), rows=cities.orders())
def test_who_is_not_named_is_not_touched(staff: list[cities.Person], rows: list[dict[str, str]]) -> None:
    state = cities.built(staff)
    named = {row["職員番号"] for row in rows}
    accounts = {
        change.key.id.removeprefix("new:1-") for change in changes(state, ask(rows)) if change.key.type == "user"
    }
    assert accounts <= named


@quick
@given(staff=cities.people(), rows=cities.orders())
def test_everything_that_changes_says_why(staff: list[cities.Person], rows: list[dict[str, str]]) -> None:
    assert all(change.reason for change in changes(cities.built(staff), ask(rows)))


@quick
@given(staff=cities.people(), rows=cities.orders())
def test_nobody_is_disabled_or_retired_without_an_order(staff: list[cities.Person], rows: list[dict[str, str]]) -> None:
    ends = {row["職員番号"] for row in rows if row["発令区分"] in ("普通退職", "免職", "休職")}
    off = {
        change.key.id
        for change in changes(cities.built(staff), ask(rows))
        if change.key.type == "user" and change.after.get("enabled") is False
    }
    assert off <= ends


@quick
@given(staff=cities.people(), reformed=cities.reorganisations())
def test_a_reorganisation_moves_objects_and_is_done_once(
    staff: list[cities.Person], reformed: tuple[dict[str, str], list[tuple[str, str, str]]]
) -> None:
    sections, rows = reformed
    assume(not cities.looks_done(sections, rows))
    state = cities.built(staff)
    asked = ground.ask(organisation=ground.organisation(sections), reorganisation=ground.reorganisation(*rows))
    outcome = ground.planned(asked, state)
    assert outcome.problems == ()
    after = world.after(state, outcome)
    again = ground.planned(asked, after)
    assert world.changes(after, again) == []
    assert again.problems == ()
    for old, new, kind in rows:
        if kind == "改称":
            record = after[Key("ou", old)]
            assert (record["description"], record["name"]) == (new, sections[new])


@quick
@given(staff=cities.people(), reformed=cities.reorganisations())
def test_people_and_members_follow_their_section(
    staff: list[cities.Person], reformed: tuple[dict[str, str], list[tuple[str, str, str]]]
) -> None:
    sections, rows = reformed
    assume(not cities.looks_done(sections, rows))
    state = cities.built(staff)
    asked = ground.ask(organisation=ground.organisation(sections), reorganisation=ground.reorganisation(*rows))
    after = world.after(state, ground.planned(asked, state))
    to = {old: new for old, new, _ in rows}
    for person in staff:
        if person.standing != "retired":
            record = ground.account(after, person.number)
            assert record["department"] == sections[to[person.section]]
            for code in {person.section, *person.also}:
                assert person.number in ground.members(after, f"sec-{to[code]}")
