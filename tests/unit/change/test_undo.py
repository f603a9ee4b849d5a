"""An undo takes back exactly what a plan has done: whole objects, single values, and for some people alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chonai.change.codec import record_to_json
from chonai.change.model import Action, Change, Key, Plan, Record, State
from chonai.change.ports import Event, Row
from chonai.change.undo import made_changes, undo_plan
from chonai.systems.memory import MemorySystem
from chonai.text.messages import message
from tests.unit.change.books import Books, planned
from tests.unit.change.examples import carried_out
from tests.unit.change.hall import CIVIC, GROUP, HANA, OBSERVED, SCOPE, TARO, TAX, group, hall, person

JIRO, SABURO = Key("user", "jiro"), Key("user", "saburo")
PEOPLE: State = {**OBSERVED, JIRO: person("jiro"), SABURO: person("saburo")}

Sides = tuple[Action, Key, Record, Record]


def applied(system: MemorySystem, desired: State) -> tuple[Plan, list[Row]]:
    """The plan that made this of a system, and its journal."""
    books = Books()
    plan = planned(system, desired, SCOPE)
    assert books.carry_out(plan, system).complete
    return plan, books.kept


def sides(plan: Plan) -> list[Sides]:
    assert not plan.problems
    return [(change.action, change.key, change.before, change.after) for change in plan.changes]


def without(record: Record, *names: str) -> Record:
    return {name: value for name, value in record.items() if name not in names}


def members(*keys: Key) -> Record:
    return {"member": frozenset(map(str, keys))}


def test_everything_is_taken_back() -> None:
    system = hall()
    desired = {**OBSERVED, HANA: person("hana", CIVIC, title="主任"), TARO: person("taro"), GROUP: group(HANA, TARO)}
    plan, rows = applied(system, desired)
    back = undo_plan(plan, rows, system)
    assert not back.warnings
    assert back.operation == "undo"
    assert Books().carry_out(back, system).complete
    assert system.objects == OBSERVED


def test_a_reason_says_what_is_taken_back() -> None:
    system = hall()
    plan, rows = applied(system, {**OBSERVED, HANA: person("hana", title="主任")})
    assert [change.reason for change in undo_plan(plan, rows, system).changes] == ["取消: 発令"]


def test_what_was_deleted_comes_back_whole() -> None:
    """With what the plan does not own, from the journal."""
    system = hall()
    system.objects[GROUP]["mail"] = "tax@example.lg.jp"
    whole = dict(system.objects[GROUP])
    plan, rows = applied(system, {key: OBSERVED[key] for key in OBSERVED if key != GROUP})
    assert sides(undo_plan(plan, rows, system)) == [(Action.CREATE, GROUP, {}, whole)]


def test_of_an_object_that_was_changed_and_then_deleted_both_are_taken_back() -> None:
    """The group that goes with its member lets go of it first."""
    system = hall()
    leave = Change(Action.UPDATE, GROUP, members(HANA), {}, "廃止")
    delete = Change(Action.DELETE, GROUP, {"name": "税務課"}, {}, "廃止", needs=(0,))
    plan = Plan("memory", "o", SCOPE, (leave, delete), "")
    books = Books()
    assert books.carry_out(plan, system).complete
    assert GROUP not in system.objects
    back = undo_plan(plan, books.kept, system)
    assert not back.warnings
    assert sides(back) == [(Action.CREATE, GROUP, {}, group(HANA))]


def test_a_delete_that_was_refused_after_it_was_made_is_taken_back_whole() -> None:
    system = hall()
    whole = {**OBSERVED[GROUP], "mail": "tax@example.lg.jp"}
    plan = planned(system, {key: OBSERVED[key] for key in OBSERVED if key != GROUP}, SCOPE)
    books = Books()
    books.begin(plan, 0)
    [row] = books.kept
    kept = {"changes": [0], "preimages": {str(GROUP): record_to_json(whole)}}
    refused = {"failed": {"0": message("memory.no_object", object="x").as_json()}}
    rows = [
        replace(row, entry=replace(row.entry, event=event, data=data))
        for event, data in ((Event.INTENT, kept), (Event.OUTCOME, refused))
    ]
    del system.objects[GROUP]
    assert sides(undo_plan(plan, rows, system)) == [(Action.CREATE, GROUP, {}, whole)]


def test_for_one_person_their_object_and_their_memberships_are_taken_back() -> None:
    ichiro = Key("user", "ichiro")
    people: State = {**PEOPLE, ichiro: person("ichiro")}
    system = MemorySystem("memory", {**people, GROUP: group(HANA, SABURO)})
    titles = {key: person(key.id, title="主任") for key in (HANA, JIRO)}
    desired = {**people, **titles, GROUP: group(JIRO, ichiro)}
    plan, rows = applied(system, desired)
    assert sides(undo_plan(plan, rows, system, only=[JIRO])) == [
        (Action.UPDATE, GROUP, members(JIRO), {}),
        (Action.UPDATE, JIRO, {"title": "主任", "staffKey": "1-jiro"}, {"title": "主事", "staffKey": "1-jiro"}),
    ]
    assert sides(undo_plan(plan, rows, system, only=[SABURO])) == [(Action.UPDATE, GROUP, {}, members(SABURO))]


def test_places_that_people_go_back_to_have_names() -> None:
    system = hall()
    plan, rows = applied(system, {**OBSERVED, HANA: person("hana", CIVIC)})
    assert undo_plan(plan, rows, system).labels == {HANA: "hana", TAX: "税務課"}


def test_a_former_name_that_somebody_has_got_by_hand_since_is_a_problem_as_any_other() -> None:
    system = MemorySystem("memory", PEOPLE)
    plan, rows = applied(
        system, {**PEOPLE, HANA: person("hanako", staffKey="1-hana"), JIRO: person("jiro", title="主任")}
    )
    system.objects[JIRO]["name"] = "hana"
    assert [problem.code for problem in undo_plan(plan, rows, system).problems] == ["change.name_taken"]


def test_who_stays_and_who_is_in_it_are_called_by_their_keys_where_they_have_no_name() -> None:
    system = hall()
    plan, rows = applied(system, {**OBSERVED, Key("ou", "new:x"): {"parent": None, "name": "水道課"}})
    [place] = system.objects.keys() - OBSERVED.keys()
    system.objects[place]["name"] = None
    system.objects[HANA] |= {"parent": str(place), "name": None}
    undo = undo_plan(replace(plan, changes=(replace(plan.changes[0], after={"parent": None}),)), rows, system)
    assert [said.fields for said in undo.warnings] == [{"object": str(place), "count": 1, "users": "user:hana"}]


def test_what_changed_since_and_what_is_gone_since_hinder_nothing_else() -> None:
    system = MemorySystem("memory", PEOPLE)
    titles = {key: person(key.id, title="主任") for key in (HANA, JIRO)}
    newcomer = Key("user", "new:x")
    plan, rows = applied(system, {**PEOPLE, **titles, newcomer: person("x")})
    [made] = system.objects.keys() - PEOPLE.keys()
    del system.objects[made]
    system.objects[JIRO]["title"] = "課長"
    undo = undo_plan(plan, rows, system)
    assert [(change.key, change.after["title"]) for change in undo.changes] == [(HANA, "主事")]
    assert undo.warnings == (message("change.undo_conflict", object="user:jiro", reason="発令"),)


def taken_back(changes: Sequence[Change], now: State, earlier: Iterable[Change]) -> list[Sides]:
    """The undo of these changes after earlier undos."""
    plan = Plan("memory", "o", SCOPE, tuple(changes), "")
    return sides(undo_plan(plan, carried_out(plan), MemorySystem("memory", now), taken_back=earlier))


def test_of_what_earlier_undos_have_taken_back_in_part_the_rest_is_left() -> None:
    moved = Change(
        Action.MOVE, HANA, {"parent": "ou:tax", "title": "主事"}, {"parent": "ou:civic", "title": "主任"}, "異動"
    )
    now = {**OBSERVED, HANA: person("hana", CIVIC)}
    back = Change(Action.UPDATE, HANA, {"title": "主任"}, {"title": "主事"}, "取消")
    [(action, key, before, after)] = taken_back([moved], now, [back])
    assert (action, key, without(before, "staffKey"), without(after, "staffKey")) == (
        Action.MOVE,
        HANA,
        {"parent": "ou:civic"},
        {"parent": "ou:tax"},
    )


def test_an_undo_of_another_value_has_not_taken_this_one_back() -> None:
    promoted = Change(Action.UPDATE, HANA, {"title": "主事"}, {"title": "主任"}, "昇任")
    back = Change(Action.UPDATE, HANA, {"title": "課長"}, {"title": "係長"}, "取消")
    now = {**OBSERVED, HANA: person("hana", title="主任")}
    assert [side[3]["title"] for side in taken_back([promoted], now, [back])] == ["主事"]


def test_of_members_that_earlier_undos_have_taken_out_or_put_back_the_others_are_left() -> None:
    exchanged = Change(Action.UPDATE, GROUP, members(HANA), members(JIRO, SABURO), "異動")
    joined, left = replace(exchanged, before={}), replace(exchanged, after={})
    one, other = (Change(Action.UPDATE, GROUP, members(key), {}, "取消") for key in (JIRO, HANA))
    now = {**PEOPLE, GROUP: group(SABURO)}
    assert taken_back([joined], now, [one]) == [(Action.UPDATE, GROUP, members(SABURO), {})]
    assert taken_back([left], now, [other]) == [(Action.UPDATE, GROUP, {}, members(HANA))]
    assert taken_back([joined], now, [one, Change(Action.UPDATE, GROUP, members(SABURO), {}, "取消")]) == []


def test_an_earlier_undo_of_something_else_about_an_object_does_not_hide_that_it_went() -> None:
    came = Change(Action.CREATE, JIRO, {}, person("jiro"), "採用")
    earlier = [
        Change(Action.UPDATE, JIRO, {"title": "主任"}, {"title": "主事"}, "取消"),
        Change(Action.DELETE, JIRO, person("jiro"), {}, "取消"),
    ]
    assert taken_back([came], PEOPLE, earlier) == []
    assert [side[0] for side in taken_back([came], PEOPLE, earlier[:1])] == [Action.DELETE]


def test_made_changes_are_those_that_are_done_with_the_keys_that_objects_were_given() -> None:
    system = hall()
    desired = {**OBSERVED, TARO: person("taro"), GROUP: group(HANA, TARO), HANA: person("hana", title="主任")}
    plan = planned(system, desired, SCOPE)
    system.refuse[HANA] = message("memory.no_object", object="x")
    books = Books()
    assert books.carry_out(plan, system).failed == 1
    [taro] = system.objects.keys() - OBSERVED.keys()
    assert [(change.action, change.key, change.after) for change in made_changes(plan, books.kept)] == [
        (Action.CREATE, taro, person("taro")),
        (Action.UPDATE, GROUP, members(taro)),
    ]
