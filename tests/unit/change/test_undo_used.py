"""An undo takes no place away that somebody is in, and every place that is left with it."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.change.model import Action, Change, Key, Plan, Record, State, TypeScope
from chonai.change.plan import make_plan
from chonai.change.ports import Row
from chonai.change.system import Observation
from chonai.change.undo import undo_plan
from chonai.systems.memory import MemorySystem
from tests.unit.change.examples import carried_out

PLACE = frozenset({"parent", "name"})
SCOPE = {
    "ou": TypeScope(PLACE, frozenset({"parent"}), PLACE, (("parent", "name"),)),
    "user": TypeScope(PLACE, frozenset({"parent"}), PLACE, (("parent", "name"),)),
}
BASE, NEW, MOVER, OTHER = Key("ou", "base"), Key("ou", "x"), Key("user", "1"), Key("user", "2")
BEFORE: State = {
    BASE: {"name": "base", "parent": None},
    MOVER: {"name": "移動", "parent": str(BASE)},
    OTHER: {"name": "他人", "parent": str(BASE)},
}
MADE: dict[Key, Record] = {NEW: {"name": "新設課", "parent": str(BASE)}, MOVER: {"name": "移動", "parent": str(NEW)}}


def undone(after: Mapping[Key, Record]) -> Plan:
    """The undo of a plan that made a unit and moved somebody into it, with what there is now."""
    plan = make_plan(
        system="ad", operation="personnel", observation=Observation(BEFORE), desired={**BEFORE, **MADE}, scope=SCOPE,
        reasons=dict.fromkeys(MADE, "新設"),
    )  # fmt: skip
    return undo_plan(plan, carried_out(plan), MemorySystem("ad", {**BEFORE, **MADE, **after}))


def done(plan: Plan) -> list[tuple[str, Key]]:
    return [(change.action.value, change.key) for change in plan.changes]


def test_who_was_moved_leaves_and_the_place_goes() -> None:
    plan = undone({})
    assert done(plan) == [("move", MOVER), ("delete", NEW)]
    assert not plan.warnings


def test_a_place_that_somebody_else_is_in_stays_and_a_warning_says_who() -> None:
    plan = undone({OTHER: {"name": "他人", "parent": str(NEW)}})
    assert done(plan) == [("move", MOVER)]
    [said] = [one.render("en") for one in plan.warnings]
    assert said.startswith("新設課 stays: 1 other(s) are in it or refer to it since (他人)")


def made(*changes: Change) -> tuple[Plan, list[Row]]:
    """A plan whose changes are done, and its journal."""
    plan = Plan("ad", "personnel", SCOPE, changes, "")
    return plan, carried_out(plan)


def test_what_an_earlier_undo_has_taken_back_is_left_out() -> None:
    name = Change(Action.UPDATE, MOVER, {"name": "旧"}, {"name": "移動"}, "改姓")
    place = Change(Action.UPDATE, OTHER, {"name": "前"}, {"name": "他人"}, "改姓")
    plan, rows = made(name, place)
    back = Change(Action.UPDATE, MOVER, {"name": "移動"}, {"name": "旧"}, "取消")
    undo = undo_plan(plan, rows, MemorySystem("ad", dict(BEFORE)), taken_back=[back])
    assert done(undo) == [("move", OTHER)]
    assert not undo.warnings


def test_what_came_and_went_again_with_an_earlier_undo_is_left_out() -> None:
    came = Change(Action.CREATE, NEW, {}, dict(MADE[NEW]), "新設")
    plan, rows = made(came)
    back = Change(Action.DELETE, NEW, dict(MADE[NEW]), {}, "取消")
    there = MemorySystem("ad", {**BEFORE, NEW: MADE[NEW]})
    assert not undo_plan(plan, rows, there, taken_back=[back]).changes
    assert done(undo_plan(plan, rows, there)) == [("delete", NEW)]


def test_what_somebody_took_away_since_is_no_conflict() -> None:
    plan, rows = made(Change(Action.CREATE, NEW, {}, dict(MADE[NEW]), "新設"))
    undo = undo_plan(plan, rows, MemorySystem("ad", dict(BEFORE)))
    assert (undo.changes, undo.warnings) == ((), ())


def test_what_somebody_changed_since_is_left_and_told() -> None:
    plan, rows = made(Change(Action.UPDATE, MOVER, {"name": "旧"}, {"name": "新"}, "改姓"))
    undo = undo_plan(plan, rows, MemorySystem("ad", dict(BEFORE)))
    assert not undo.changes
    assert [one.code for one in undo.warnings] == ["change.undo_conflict"]
