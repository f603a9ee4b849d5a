"""What a plan says beside its changes: names for people, what nobody may touch, what the operation said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from chonai.change.diff import state_digest
from chonai.change.model import Action, Brake, Change, Key, Plan, Record, State, TypeScope
from chonai.change.plan import Outcome, counts, label_of, make_plan, plan_of
from chonai.change.system import Observation
from chonai.text.messages import Message
from tests.unit.change.hall import GROUP, HANA, OBSERVED, SCOPE, TARO, TAX, group, person

ONE, TWO, THREE = Message("example.one"), Message("example.two"), Message("example.three")
BRAKE = Brake("leavers", Message("example.leavers"))
HIRED: State = {**OBSERVED, TARO: person("taro"), GROUP: group(HANA, TARO)}


def test_everything_that_an_operation_says_is_in_the_plan() -> None:
    outcome = Outcome(HIRED, SCOPE, {TARO: "採用"}, warnings=(ONE,), problems=(TWO,), brakes=(BRAKE,))
    plan = plan_of("ad", "personnel", Observation(OBSERVED), outcome, {"発令.csv": "sha256:12"})
    assert (plan.system, plan.operation, plan.scope) == ("ad", "personnel", SCOPE)
    assert (plan.warnings, plan.problems, plan.brakes) == ((ONE,), (TWO,), (BRAKE,))
    assert plan.inputs == {"発令.csv": "sha256:12"}
    assert plan.observed == state_digest(OBSERVED)
    assert [(change.key, change.reason) for change in plan.changes] == [(TARO, "採用"), (GROUP, "")]


def test_warnings_are_told_before_and_behind_those_of_the_operation() -> None:
    outcome = Outcome({}, SCOPE, {}, warnings=(TWO,), problems=(TWO,), brakes=(BRAKE,))
    told = outcome.told(first=[ONE], then=[THREE], problems=[THREE])
    assert (told.warnings, told.problems, told.brakes) == ((ONE, TWO, THREE), (TWO, THREE), (BRAKE,))
    assert outcome.told() == outcome


def made(
    desired: State,
    *,
    protected: Mapping[Key, Message] | None = None,
    brakes: Sequence[Brake] = (),
    problems: Sequence[Message] = (),
) -> Plan:
    return make_plan(
        system="ad", operation="o", observation=Observation(OBSERVED, protected or {}), desired=desired, scope=SCOPE,
        reasons={}, brakes=brakes, problems=problems,
    )  # fmt: skip


def test_an_object_that_nobody_may_touch_stops_the_plan_once_before_other_brakes() -> None:
    desired = {**OBSERVED, GROUP: group(), HANA: person("hana", title="主任")}
    plan = made(desired, protected={HANA: ONE, TAX: TWO}, brakes=(BRAKE,))
    said = Message("change.protected", {"object": "user:hana", "why": ONE})
    assert plan.brakes == (Brake("protected", said, releasable=False), BRAKE)


def test_a_plan_without_more_has_none() -> None:
    plan = made(OBSERVED)
    assert (plan.changes, plan.brakes, plan.warnings, plan.problems, plan.inputs) == ((), (), (), (), {})


def test_problems_of_the_order_come_behind_those_of_the_operation() -> None:
    desired = {**OBSERVED, TARO: person("taro", staffKey="1-hana")}
    assert [problem.code for problem in made(desired, problems=(ONE,)).problems] == ["example.one", "change.name_taken"]


def test_objects_that_are_changed_or_referred_to_have_names() -> None:
    assert made({**OBSERVED, GROUP: group()}).labels == {GROUP: "税務課", HANA: "hana"}
    assert made(HIRED).labels == {GROUP: "税務課", TARO: "taro", TAX: "税務課"}


def test_an_object_is_called_by_its_old_name() -> None:
    assert made({**OBSERVED, HANA: person("hanako")}).labels == {HANA: "hana"}


def test_what_the_scope_does_not_know_and_what_has_no_name_is_not_called_anything() -> None:
    scope = {"group": SCOPE["group"]}
    observed: State = {GROUP: {"member": frozenset({str(HANA)})}}
    plan = make_plan(
        system="ad", operation="o", observation=Observation(observed), desired={}, scope=scope, reasons={}
    )  # fmt: skip
    assert plan.labels == {}


@pytest.mark.parametrize(
    ("record", "called"),
    [
        ({"displayName": "汐見　花", "title": "主事", "account": "hana"}, "汐見　花 (主事) (hana)"),
        ({"displayName": "汐見　花", "title": None, "account": "hana"}, "汐見　花 (hana)"),
        ({"account": "hana"}, "hana"),
        ({"displayName": "hana", "account": "hana"}, "hana"),
        ({"displayName": 12}, "12"),
        ({}, ""),
    ],
)
def test_what_people_call_an_object(record: Record, called: str) -> None:
    owned = TypeScope(frozenset(), label=("displayName", "title", "account"))
    assert label_of(record, owned) == called


def test_changes_are_counted_by_action() -> None:
    changes = [Change(action, HANA, {}, {}, "") for action in (Action.MOVE, Action.CREATE, Action.MOVE)]
    assert counts(changes) == {"create": 1, "update": 0, "move": 2, "delete": 0}
