"""Changes that wait for each other in a circle: which one is cut in two, and what its halves are."""

from __future__ import annotations

import re

from chonai.change.model import Action, Change, Key, Plan, Record, Scope, State, TypeScope
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from tests.unit.change.hall import CIVIC, HANA, OBSERVED, TAX, person
from tests.unit.change.hall import SCOPE as HALL

JIRO = Key("user", "jiro")
NAMES = frozenset({"mail", "aliases"})
SCOPE = {
    "user": TypeScope(
        NAMES | {"account", "title", "boss", "posts"},
        frozenset({"boss", "posts"}),
        unique=(("account",),),
        secrets=("initial_password",),
        names=NAMES,
    ),
    "group": TypeScope(frozenset({"name", "member"}), frozenset({"member"})),
}


def planned(observed: State, desired: State, scope: Scope = SCOPE) -> Plan:
    return make_plan(
        system="s", operation="o", observation=Observation(observed), desired=desired, scope=scope, reasons={}
    )  # fmt: skip


def told(plan: Plan) -> list[tuple[Action, Key, Record, Record, tuple[int, ...]]]:
    assert not plan.problems
    return [(change.action, change.key, change.before, change.after, change.needs) for change in plan.changes]


def temporary(plan: Plan, name: str = "name") -> str:
    """The name in between of the first change."""
    found = plan.changes[0].after[name]
    assert isinstance(found, str)
    assert re.fullmatch("tmp-[0-9a-f]{8}", found)
    return found


def test_who_swaps_names_steps_aside_first_and_does_the_rest_later() -> None:
    observed = {**OBSERVED, JIRO: person("jiro")}
    desired = {
        **observed,
        HANA: person("jiro", staffKey="1-hana", title="主任"),
        JIRO: person("hana", staffKey="1-jiro"),
    }
    plan = planned(observed, desired, HALL)
    between = temporary(plan)
    number, other = {"staffKey": "1-hana"}, {"staffKey": "1-jiro"}
    assert told(plan) == [
        (Action.MOVE, HANA, {"name": "hana"}, {"name": between}, ()),
        (Action.MOVE, JIRO, {"name": "jiro", **other}, {"name": "hana", **other}, (0,)),
        (
            Action.MOVE,
            HANA,
            {"name": between, "title": "主事", **number},
            {"name": "jiro", "title": "主任", **number},
            (0, 1),
        ),
    ]


def test_namesakes_who_swap_places_get_their_name_back() -> None:
    observed = {**OBSERVED, JIRO: person("hana", CIVIC, staffKey="1-jiro")}
    desired = {**OBSERVED, HANA: person("hana", CIVIC), JIRO: person("hana", TAX, staffKey="1-jiro")}
    plan = planned(observed, desired, HALL)
    between, number = temporary(plan), {"staffKey": "1-hana"}
    assert told(plan)[0][2:] == ({"name": "hana"}, {"name": between}, ())
    assert told(plan)[2][1:] == (
        HANA,
        {"parent": str(TAX), "name": between, **number},
        {"parent": str(CIVIC), "name": "hana", **number},
        (0, 1),
    )


def test_two_who_swap_names_get_different_names_in_between() -> None:
    first = planned({HANA: {"account": "a"}, JIRO: {"account": "b"}}, {HANA: {"account": "b"}, JIRO: {"account": "a"}})
    saburo = Key("user", "saburo")
    second = planned(
        {JIRO: {"account": "a"}, saburo: {"account": "b"}}, {JIRO: {"account": "b"}, saburo: {"account": "a"}}
    )
    assert temporary(first, "account") != temporary(second, "account")
    assert first.changes[0].action is Action.UPDATE


def test_all_aliases_that_are_in_question_are_laid_down_at_once_and_nothing_else() -> None:
    """A title that reads like an alias is none."""
    observed: State = {
        HANA: {"mail": "h", "title": "x1", "aliases": frozenset({"x1", "x2", "kept"})},
        JIRO: {"mail": "j", "aliases": frozenset({"y1", "y2"})},
    }
    desired: State = {
        HANA: {"mail": "h", "title": "x1", "aliases": frozenset({"y1", "y2", "kept"})},
        JIRO: {"mail": "j", "aliases": frozenset({"x1", "x2"})},
    }
    (_, first, gone, come, _), *rest = told(planned(observed, desired))
    assert (first, gone, come) == (HANA, {"aliases": frozenset({"x1", "x2"})}, {})
    assert [change[1] for change in rest] == [JIRO, HANA]


def test_only_who_has_a_name_that_is_in_question_steps_aside() -> None:
    """The first has one too, but for somebody outside of the circle."""
    first, second, third = Key("user", "1"), Key("user", "2"), Key("user", "new:3")
    observed: State = {
        first: {"account": "a", "mail": "m", "boss": str(second)},
        second: {"account": "b", "mail": "n"},
    }
    desired: State = {first: {"account": "b", "mail": "o", "boss": None}, third: {"account": "c", "mail": "m"}}
    plan = planned(observed, desired)
    between = temporary(plan, "account")
    assert [change[:4] for change in told(plan)] == [
        (Action.UPDATE, second, {"account": "b"}, {"account": between}),
        (
            Action.UPDATE,
            first,
            {"account": "a", "mail": "m", "boss": str(second)},
            {"account": "b", "mail": "o", "boss": None},
        ),
        (Action.CREATE, third, {}, {"account": "c", "mail": "m"}),
        (Action.DELETE, second, {"account": between, "mail": "n"}, {}),
    ]


def test_who_waits_for_a_newcomer_steps_aside_for_them() -> None:
    newcomer, holder = Key("user", "new:1"), Key("user", "x")
    observed: State = {holder: {"account": "a"}}
    desired: State = {newcomer: {"account": "a"}, holder: {"account": "b", "boss": str(newcomer)}}
    plan = planned(observed, desired)
    assert [(change.action, change.key) for change in plan.changes] == [
        (Action.UPDATE, holder),
        (Action.CREATE, newcomer),
        (Action.UPDATE, holder),
    ]


GROUP, OTHER = Key("group", "new:g"), Key("user", "other")
THERE: State = {OTHER: {"account": "other"}}


def test_newcomers_that_refer_to_each_other_get_what_they_refer_to_later_and_one_secret() -> None:
    user = Key("user", "new:u")
    desired: State = {
        **THERE,
        GROUP: {"name": "班", "member": frozenset({str(user), str(OTHER)})},
        user: {"account": "u", "posts": frozenset({str(GROUP)})},
    }
    plan = planned(THERE, desired)
    assert told(plan) == [
        (Action.CREATE, GROUP, {}, {"name": "班", "member": frozenset({str(OTHER)})}, ()),
        (Action.CREATE, user, {}, {"account": "u", "posts": frozenset({str(GROUP)})}, (0,)),
        (Action.UPDATE, GROUP, {}, {"member": frozenset({str(user)})}, (0, 1)),
    ]
    assert [change.secrets for change in plan.changes] == [(), ("initial_password",), ()]


def test_of_newcomers_a_person_who_gets_their_groups_later_gets_one_secret_too() -> None:
    people = [Key("user", f"new:{name}") for name in "ab"]
    one, other = (str(key) for key in people)
    desired: State = {
        people[0]: {"account": "a", "posts": frozenset({other})},
        people[1]: {"account": "b", "posts": frozenset({one})},
    }
    plan = planned({}, desired)
    assert [(change.action, change.secrets) for change in plan.changes] == [
        (Action.CREATE, ("initial_password",)),
        (Action.CREATE, ("initial_password",)),
        (Action.UPDATE, ()),
    ]


def test_what_goes_lets_go_of_what_goes_with_it_first() -> None:
    group, user = Key("group", "g"), Key("user", "u")
    observed: State = {
        **THERE,
        group: {"name": "班", "member": frozenset({str(user), str(OTHER)})},
        user: {"account": "u", "posts": frozenset({str(group)})},
    }
    assert told(planned(observed, THERE)) == [
        (Action.UPDATE, group, {"member": frozenset({str(user)})}, {}, ()),
        (Action.DELETE, user, observed[user], {}, (0,)),
        (Action.DELETE, group, {"name": "班", "member": frozenset({str(OTHER)})}, {}, (0, 1)),
    ]


def test_a_circle_without_a_way_out_is_a_problem_that_names_who_is_in_it() -> None:
    one, other, beside = (Key("ou", f"new:{n}") for n in "123")
    desired: State = {
        **OBSERVED,
        one: {"parent": str(other), "name": "課"},
        other: {"parent": str(one), "name": "係"},
        beside: {"parent": str(one), "name": "班"},
    }
    plan = planned(OBSERVED, desired, HALL)
    assert plan.changes == ()
    [problem] = plan.problems
    assert (problem.code, problem.fields) == ("change.circle", {"objects": "ou:new:1, ou:new:2"})


def test_problems_of_names_are_told_beside_a_circle() -> None:
    one, other, taker = Key("ou", "new:1"), Key("ou", "new:2"), Key("user", "new:3")
    desired: State = {
        **OBSERVED,
        one: {"parent": str(other), "name": "課"},
        other: {"parent": str(one), "name": "係"},
        taker: person("hana", staffKey="1-3"),
    }
    problems = planned(OBSERVED, desired, HALL).problems
    assert [problem.code for problem in problems] == ["change.name_taken", "change.circle"]
    assert problems[0].fields["name"] == "parent=ou:tax, name=hana"


def test_a_circle_of_one_is_none() -> None:
    group = Key("group", "g")
    observed: State = {group: {"name": "班", "member": frozenset({str(group)})}}
    [change] = planned(observed, {}).changes
    assert change == Change(Action.DELETE, group, observed[group], {}, "", change.guard)
