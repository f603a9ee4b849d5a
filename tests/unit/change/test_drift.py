"""What moved between plan and apply is found before anything is written, and told as people need it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from chonai.change.drift import drift, refuse_drift
from chonai.change.errors import DriftFound
from chonai.change.ledger import Ledger
from chonai.change.model import Action, Change, Key, Plan, Record, State, TypeScope
from chonai.systems.memory import MemorySystem
from chonai.text.messages import Message, message
from tests.unit.change.books import planned
from tests.unit.change.hall import CIVIC, GROUP, HANA, OBSERVED, SCOPE, TARO, TAX, group, hall, person

PROMOTED: State = {**OBSERVED, HANA: person("hana", title="主任")}
HIRED: State = {**OBSERVED, TARO: person("taro"), GROUP: group(TARO)}
WHY = message("memory.no_object", object="x")


def found(plan: Plan, system: MemorySystem) -> dict[int, str]:
    return {n: said.render("en") for n, said in drift(plan, system, Ledger.of(plan, ())).items()}


def moved(desired: State, key: Key, now: Record | None) -> dict[int, str]:
    """What is told when an object has become another since the plan, or is gone."""
    system = hall()
    plan = planned(system, desired, SCOPE)
    if now is None:
        del system.objects[key]
    else:
        system.objects[key] = dict(now)
    return found(plan, system)


def changed_by_someone(key: Key, what: str) -> dict[int, str]:
    return {0: f"{key}: was changed by someone else: {what} (planned: 発令)."}


@pytest.mark.parametrize("desired", [OBSERVED, PROMOTED, HIRED])
def test_nothing_moved(desired: State) -> None:
    system = hall()
    assert not found(planned(system, desired, SCOPE), system)


def test_a_value_that_is_another_now() -> None:
    told = moved(PROMOTED, HANA, person("hana", title="課長"))
    assert told == changed_by_someone(HANA, "title: expected 主事, found 課長")


def test_a_value_that_is_there_already_has_moved_too() -> None:
    told = moved(PROMOTED, HANA, person("hana", title="主任"))
    assert told == changed_by_someone(HANA, "title: expected 主事, found 主任")


def test_a_value_that_is_gone() -> None:
    now = {name: value for name, value in person("hana").items() if name != "title"}
    assert moved(PROMOTED, HANA, now) == changed_by_someone(HANA, "title: expected 主事, found -")


def test_a_value_that_is_empty() -> None:
    told = moved(PROMOTED, HANA, person("hana", title=""))
    assert told == changed_by_someone(HANA, "title: expected 主事, found -")


def test_a_value_that_is_long_is_cut() -> None:
    told = moved(PROMOTED, HANA, person("hana", title="長" * 61))
    assert told == changed_by_someone(HANA, f"title: expected 主事, found {'長' * 59}…")


def test_something_that_the_plan_does_not_change() -> None:
    told = moved(PROMOTED, HANA, {**person("hana"), "name": "hanako"})
    assert told == changed_by_someone(HANA, "in something that this plan does not change")


def test_an_object_that_is_gone() -> None:
    assert moved(PROMOTED, HANA, None) == {0: "user:hana: is gone (planned: 発令)."}
    without = {key: OBSERVED[key] for key in (TAX, CIVIC, HANA)}
    assert moved(without, GROUP, None) == {0: "group:tax: is gone (planned: )."}


def test_a_member_that_is_out_already() -> None:
    told = moved({**OBSERVED, GROUP: group()}, GROUP, group())
    assert told == changed_by_someone(GROUP, "member: user:hana is no longer there")


def test_only_members_that_are_out_already_are_told() -> None:
    members = [Key("user", name) for name in ("ichiro", "jiro", "saburo")]
    people: State = {**OBSERVED, **{key: person(key.id) for key in members}, GROUP: group(*members)}
    system = MemorySystem("memory", people)
    plan = planned(system, {**people, GROUP: group()}, SCOPE)
    system.objects[GROUP]["member"] = frozenset({str(members[1])})
    told = "member: user:ichiro is no longer there; member: user:saburo is no longer there"
    assert found(plan, system) == changed_by_someone(GROUP, told)


def test_each_change_of_an_object_is_looked_at() -> None:
    jiro = Key("user", "jiro")
    people: State = {**OBSERVED, jiro: person("jiro")}
    plan = planned(MemorySystem("memory", people), {**people, GROUP: group(jiro)}, SCOPE)
    exchanged = MemorySystem("memory", {**people, GROUP: group(jiro)})
    assert [told.partition("member: ")[2] for told in found(plan, exchanged).values()] == [
        "user:hana is no longer there (planned: 発令).",
        "user:jiro is there already (planned: 発令).",
    ]


def test_a_member_that_is_in_already() -> None:
    jiro = Key("user", "jiro")
    system = MemorySystem("memory", {**OBSERVED, jiro: person("jiro")})
    plan = planned(system, {**OBSERVED, jiro: person("jiro"), GROUP: group(HANA, jiro)}, SCOPE)
    system.objects[GROUP]["member"] = frozenset({str(HANA), str(jiro)})
    assert found(plan, system) == changed_by_someone(GROUP, "member: user:jiro is there already")


def test_a_member_that_somebody_else_put_in_is_theirs() -> None:
    system = hall()
    plan = planned(system, {**OBSERVED, GROUP: group()}, SCOPE)
    system.objects[GROUP]["member"] = frozenset({str(HANA), "user:theirs"})
    assert not found(plan, system)


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (2, "a: expected 0, found 9; b: expected 1, found 9"),
        (3, "a: expected 0, found 9; b: expected 1, found 9; c: expected 2, found 9"),
        (5, "a: expected 0, found 9; b: expected 1, found 9; c: expected 2, found 9; and 2 more"),
    ],
)
def test_of_many_values_the_first_three_are_told(count: int, told: str) -> None:
    names = "abcde"[:count]
    scope = {"user": TypeScope(frozenset(names))}
    system = MemorySystem("memory", {HANA: {name: n for n, name in enumerate(names)}})
    plan = planned(system, {HANA: dict.fromkeys(names, 7)}, scope)
    system.objects[HANA] = dict.fromkeys(names, 9)
    assert found(plan, system) == changed_by_someone(HANA, told)


def test_a_set_in_the_place_of_a_value_is_told_in_order() -> None:
    scope = {"user": TypeScope(frozenset({"title"}))}
    system = MemorySystem("memory", {HANA: {"title": "主事"}})
    plan = planned(system, {HANA: {"title": "主任"}}, scope)
    system.objects[HANA] = {"title": frozenset({"b", "a"})}
    assert found(plan, system) == changed_by_someone(HANA, "title: expected 主事, found a, b")


def test_a_newcomer_who_is_there_by_now() -> None:
    system = hall()
    plan = planned(system, HIRED, SCOPE)
    system.objects[Key("user", "taro")] = dict(person("taro"))
    assert list(found(plan, system).values()) == [
        "user:new:taro: exists already as user:taro; it did not when the plan was made."
    ]


def test_a_name_that_the_plan_itself_sets_free_is_not_taken() -> None:
    system = hall()
    plan = planned(system, {**OBSERVED, HANA: person("hanako"), TARO: person("hana", staffKey="1-2")}, SCOPE)
    assert not found(plan, system)


def test_a_place_that_is_gone() -> None:
    told = moved({**OBSERVED, HANA: person("hana", CIVIC)}, CIVIC, None)
    assert told == {0: "user:hana: ou:civic, which it is to point to, is gone."}


def test_the_first_of_the_members_that_are_gone() -> None:
    members = [Key("user", name) for name in ("ichiro", "jiro", "saburo")]
    people: State = {**OBSERVED, **{key: person(key.id) for key in members}}
    system = MemorySystem("memory", people)
    plan = planned(system, {**people, GROUP: group(HANA, *members)}, SCOPE)
    del system.objects[members[1]], system.objects[members[2]]
    assert found(plan, system) == {0: "group:tax: user:jiro, which it is to point to, is gone."}


def test_two_that_are_to_come_and_refer_to_each_other_are_not_gone() -> None:
    one, other = Key("group", "new:1"), Key("group", "new:2")
    pair = {one: {**group(other), "name": "班"}, other: {**group(one), "name": "係"}}
    plan = planned(hall(), {**OBSERVED, **pair}, SCOPE)
    assert len(plan.changes) == 3
    assert not found(plan, hall())


def test_what_the_plan_makes_itself_is_not_gone() -> None:
    back = Key("ou", "back")
    plan = planned(hall(), {**OBSERVED, back: {"parent": None, "name": "課"}, HANA: person("hana", back)}, SCOPE)
    assert not found(plan, hall())


def test_a_place_that_the_system_does_not_show_is_nobodys_business() -> None:
    scope = {"user": SCOPE["user"]}
    people = {HANA: OBSERVED[HANA]}
    plan = planned(MemorySystem("memory", people), {HANA: person("hana", CIVIC)}, scope)
    assert not found(plan, MemorySystem("memory", people))


def protected(desired: State, key: Key) -> dict[int, str]:
    system = hall()
    plan = planned(system, desired, SCOPE)
    system.protected[key] = WHY
    return found(plan, system)


def test_what_is_protected_by_now() -> None:
    assert protected(PROMOTED, HANA) == {0: f"user:hana: is protected now: {WHY}"}
    assert protected(PROMOTED, CIVIC) == {}


def test_who_is_protected_by_now_is_neither_put_into_a_group_nor_taken_out_of_one() -> None:
    told = {0: f"user:hana: is protected now: {WHY}"}
    assert protected({**OBSERVED, GROUP: group()}, HANA) == told
    system = MemorySystem("memory", {**OBSERVED, GROUP: group()})
    plan = planned(system, OBSERVED, SCOPE)
    system.protected[HANA] = WHY
    assert found(plan, system) == told


def test_the_first_of_the_protected_members_is_told() -> None:
    jiro = Key("user", "jiro")
    people: State = {**OBSERVED, jiro: person("jiro"), GROUP: group(HANA, jiro)}
    system = MemorySystem("memory", people)
    plan = planned(system, {**people, GROUP: group()}, SCOPE)
    system.protected |= {HANA: WHY, jiro: WHY}
    assert found(plan, system) == {0: f"user:hana: is protected now: {WHY}"}


def test_a_place_that_is_protected_may_be_moved_into() -> None:
    assert protected({**OBSERVED, HANA: person("hana", CIVIC)}, CIVIC) == {}


def test_a_group_may_be_deleted_although_a_protected_one_is_in_it() -> None:
    assert protected({key: OBSERVED[key] for key in (TAX, CIVIC, HANA)}, HANA) == {}


class CrowdedSystem(MemorySystem):
    """In whose places something else may stand."""

    crowd: Mapping[Key, Message] = {}

    def in_the_way(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        return {key: self.crowd[key] for key in keys if key in self.crowd}


def test_what_stands_in_the_place_of_something_that_is_to_come() -> None:
    system = CrowdedSystem("memory", OBSERVED)
    plan = planned(system, {**PROMOTED, Key("ou", "record"): {"parent": None, "name": "水道課"}}, SCOPE)
    assert not found(plan, system)
    system.crowd = {Key("ou", "record"): WHY}
    assert found(plan, system) == {0: f"ou:record: cannot be made any more: {WHY}"}


def check(there: Record, *, secrets: tuple[str, ...] = ()) -> dict[int, str]:
    """What an undo brings back, and somebody else has brought back before it."""
    change = Change(Action.CREATE, GROUP, {}, {"name": "税務課"}, "取消", secrets=secrets)
    plan = Plan("memory", "undo", {"group": TypeScope(frozenset({"name"}))}, (change,), "")
    return found(plan, MemorySystem("memory", {GROUP: there}))


BACK_ALREADY = {0: "group:tax: exists already as group:tax; it did not when the plan was made."}


def test_what_is_back_as_it_was_is_no_drift() -> None:
    assert not check({"name": "税務課"})


def test_what_is_back_as_something_else_is_drift() -> None:
    assert check({"name": "納税課"}) == BACK_ALREADY


def test_what_would_lose_its_secret_is_drift() -> None:
    assert check({"name": "税務課"}, secrets=("initial_password",)) == BACK_ALREADY


def test_all_that_moved_is_told_in_one_refusal() -> None:
    system = hall()
    plan = planned(system, {**PROMOTED, GROUP: group()}, SCOPE)
    del system.objects[HANA]
    system.objects[GROUP]["member"] = frozenset()
    with pytest.raises(DriftFound) as refused:
        refuse_drift(plan, system, Ledger.of(plan, ()))
    assert (refused.value.message.code, refused.value.message.fields) == (
        "change.drift",
        {"system": "memory", "count": 2},
    )
    assert sorted(said.code for said in refused.value.details) == ["change.drift_gone", "change.drift_moved"]
