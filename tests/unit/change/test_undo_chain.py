"""One object out of a chain of renames is not taken back alone: another has its former name since."""

from __future__ import annotations

import pytest

from chonai.change.model import Key, Plan, Record, State, TypeScope
from chonai.change.plan import make_plan
from chonai.change.ports import Row
from chonai.change.system import Observation
from chonai.change.undo import undo_plan
from chonai.systems.memory import MemorySystem
from tests.unit.change.examples import carried_out

PLACE = frozenset({"parent", "name"})
FIRST, SECOND, THIRD = (Key("group", each) for each in "123")
SCOPES = {
    "name": {"group": TypeScope(PLACE, frozenset({"parent"}), PLACE, (("parent", "name"),))},
    "address": {"group": TypeScope(frozenset({"name", "aliases"}), names=frozenset({"name", "aliases"}))},
}


CASES = [([SECOND], FIRST), ([THIRD], SECOND), ([FIRST], None), ([FIRST, SECOND], None), ([], None)]


def record(name: str) -> Record:
    return {"name": name, "parent": "ou:groups"}


BEFORE: State = {FIRST: record("課1"), SECOND: record("課2"), THIRD: record("課3")}
AFTER: State = {FIRST: record("課2"), SECOND: record("課3"), THIRD: record("課4")}


def made(scope: str) -> tuple[Plan, list[Row], MemorySystem]:
    """A chain of renames that was applied."""
    plan = make_plan(
        system="ad", operation="personnel", observation=Observation(BEFORE), desired=AFTER, scope=SCOPES[scope],
        reasons=dict.fromkeys(BEFORE, "改称"),
    )  # fmt: skip
    return plan, carried_out(plan), MemorySystem("ad", dict(AFTER))


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(("only", "needed"), CASES)
def test_who_has_the_former_name_is_named(scope: str, only: list[Key], needed: Key | None) -> None:
    plan, rows, system = made(scope)
    undo = undo_plan(plan, rows, system, only)
    if needed is None:
        assert not undo.problems
        assert {change.key for change in undo.changes} == set(only or BEFORE)
        return
    [problem] = undo.problems
    assert problem.code == "change.undo_needs"
    assert (problem.fields["object"], problem.fields["holder"]) == (str(only[0]), str(needed))
