"""What moved since an apply was killed: what that has changed itself is compared change by change."""

from __future__ import annotations

from itertools import pairwise

from chonai.change.drift import drift
from chonai.change.ledger import Ledger, Status
from chonai.change.model import Action, Change, Key, Plan
from chonai.systems.memory import MemorySystem
from tests.unit.change.books import planned
from tests.unit.change.hall import HANA, OBSERVED, SCOPE, hall, person


def begun(plan: Plan) -> Ledger:
    """The first change is done."""
    return Ledger(plan, [Status.DONE, *(Status.UNTOUCHED for _ in plan.changes[1:])])


def found(plan: Plan, system: MemorySystem, ledger: Ledger) -> list[str]:
    return [said.render("en") for said in drift(plan, system, ledger).values()]


def swap_half_done() -> tuple[Ledger, Plan, MemorySystem]:
    """Two names that are exchanged: one has stepped aside, to a name in between, and then the apply was killed."""
    jiro = Key("user", "jiro")
    system = MemorySystem("memory", {**OBSERVED, jiro: person("jiro")})
    desired = {**OBSERVED, HANA: person("jiro", staffKey="1-hana"), jiro: person("hana", staffKey="1-jiro")}
    plan = planned(system, desired, SCOPE)
    system.apply(plan.changes[:1], lambda change, name: "")
    return begun(plan), plan, system


def test_what_this_apply_has_changed_itself_is_no_drift() -> None:
    ledger, plan, system = swap_half_done()
    assert not found(plan, system, ledger)


def test_of_what_this_apply_has_changed_itself_only_what_is_another_now_is_told() -> None:
    ledger, plan, system = swap_half_done()
    system.objects[plan.changes[0].key]["name"] = "theirs"
    [told] = found(plan, system, ledger)
    assert "found theirs" in told
    assert "staffKey" not in told


def test_what_this_apply_has_changed_itself_and_is_gone_now_is_told() -> None:
    ledger, plan, system = swap_half_done()
    key = plan.changes[0].key
    del system.objects[key]
    assert f"{key}: is gone (planned: 発令)." in found(plan, system, ledger)


def test_of_several_changes_that_are_left_of_an_object_the_first_is_looked_at() -> None:
    """The others begin where that one ends."""
    titles = ["主事", "主任", "係長", "課長"]
    changes = [Change(Action.UPDATE, HANA, {"title": old}, {"title": new}, "昇任") for old, new in pairwise(titles)]
    plan = Plan("memory", "o", SCOPE, tuple(changes), "")
    system = hall()
    system.objects[HANA]["title"] = "主任"
    assert not found(plan, system, begun(plan))
