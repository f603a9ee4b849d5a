"""The year's change of the city on its mail server, against the truth that the generator knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.model import State
from chonai.operations.personnel.kinds import Phase
from tests.city import mail
from tests.city.build import build
from tests.unit.personnel import mailroom, world


@pytest.fixture(scope="module")
def before() -> State:
    return mailroom.observed(build())


@pytest.fixture(scope="module")
def after(before: State) -> State:
    outcome = mailroom.planned(before, world.whole_change(roster="roster-2026.xlsx"))
    assert not outcome.problems, outcome.problems
    assert not outcome.brakes
    return world.after(before, outcome)


def test_the_state_before_is_what_the_truth_says(before: State) -> None:
    assert mailroom.facts(before) == mail.facts(build(), "before")


def test_every_box_and_every_section_is_as_the_truth_says(after: State) -> None:
    expected, found = mail.facts(build(), "after"), mailroom.facts(after)
    assert found.keys() == expected.keys()
    assert {name: one for name, one in found.items() if one != expected[name]} == {}


def test_in_three_phases_it_is_the_same(before: State, after: State) -> None:
    state = before
    for phase in (Phase.PREPARE, Phase.CUTOVER, Phase.CLEANUP):
        asked = replace(world.whole_change(), phase=phase)
        state, _ = mailroom.made(state, asked)
        assert not world.changes(state, mailroom.planned(state, asked))
    assert mailroom.facts(state) == mailroom.facts(after)


def test_planned_again_it_is_nothing(after: State) -> None:
    assert not world.changes(after, mailroom.planned(after, world.whole_change()))
