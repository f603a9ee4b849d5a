"""One request in three change sets: prepare, cut over, clean up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chonai.change.model import Action, Key, State, Value
from chonai.change.plan import Outcome
from chonai.operations.personnel import Request, plan, read_request
from chonai.operations.personnel.kinds import Phase
from tests.city.build import build
from tests.unit.personnel import world

PLACES = ("lgwan", "ext", "corp")


def planned(state: State, phase: Phase, directory: str, asked: Request | None = None) -> Outcome:
    request = replace(asked or world.whole_change(), phase=phase)
    found = plan(state, world.protected(state), request, world.policy(), world.rules(directory))
    assert not found.problems, world.codes(found.problems)
    return found


def made(state: State, phase: Phase, directory: str) -> State:
    return world.after(state, planned(state, phase, directory))


@pytest.mark.parametrize("directory", PLACES)
def test_the_three_together_are_the_whole(directory: str) -> None:
    state = world.observed(build(), directory)
    whole = made(state, Phase.WHOLE, directory)
    for phase in (Phase.PREPARE, Phase.CUTOVER, Phase.CLEANUP):
        state = made(state, phase, directory)
    assert told(state) == told(whole)


def told(state: State) -> dict[Key, dict[str, Value]]:
    """A state without what says nothing: an empty set is no value."""
    return {
        key: {name: value for name, value in record.items() if value not in (None, frozenset())}
        for key, record in state.items()
    }


@pytest.mark.parametrize("directory", PLACES)
@pytest.mark.parametrize("phase", list(Phase))
def test_each_of_them_planned_again_is_nothing(directory: str, phase: Phase) -> None:
    state = made(world.observed(build(), directory), phase, directory)
    assert not world.changes(state, planned(state, phase, directory))


def test_preparing_shows_nobodys_post() -> None:
    state = world.observed(build(), "lgwan")
    changes = world.changes(state, planned(state, Phase.PREPARE, "lgwan"))
    assert len(changes) > 20
    for change in changes:
        assert (change.action, change.key.type) == (Action.CREATE, "user")
        assert change.after["enabled"] is False
        assert change.after["parent"] == "ou:職員"
        assert not {"title", "department"} & change.after.keys()
        assert change.secrets == ("initial_password",)
        assert change.reason == "事前準備, 適用日 2026-04-01"


def test_cutting_over_deletes_nothing_and_cleaning_up_does_nothing_else() -> None:
    state = world.observed(build(), "lgwan")
    whole = world.changes(state, planned(state, Phase.WHOLE, "lgwan"))
    due = {change.key for change in whole if change.action is Action.DELETE}
    assert due
    cutover = world.changes(state, planned(state, Phase.CUTOVER, "lgwan"))
    assert not [change for change in cutover if change.action is Action.DELETE]
    cleanup = world.changes(state, planned(state, Phase.CLEANUP, "lgwan"))
    assert {change.key for change in cleanup if change.key.type == "user"} == due
    assert {change.action for change in cleanup if change.key.type == "user"} == {Action.DELETE}


def test_cleaning_up_respects_its_brake_and_no_other() -> None:
    state = world.observed(build(), "lgwan")
    strict = replace(world.policy(), brakes=replace(world.policy().brakes, deletions_percent=0, always_allowed=0))
    request = read_request(policy=strict, effective_date=world.DAY, phase=Phase.CLEANUP)
    assert not request.problems
    found = plan(state, world.protected(state), request, strict, world.rules("lgwan"))
    assert [brake.name for brake in found.brakes] == ["deletions"]


def test_a_prepared_account_that_nobody_takes_up_is_told() -> None:
    state = made(world.observed(build(), "lgwan"), Phase.PREPARE, "lgwan")
    later = replace(world.whole_change(), orders=None, organisation=None, reorganisation=None)
    on_the_day = planned(state, Phase.CLEANUP, "lgwan", later)
    assert "personnel.prepared_waits" not in world.codes(on_the_day.warnings)
    found = planned(state, Phase.CLEANUP, "lgwan", replace(later, effective_date=date(2026, 4, 2)))
    assert "personnel.prepared_waits" in world.codes(found.warnings)
