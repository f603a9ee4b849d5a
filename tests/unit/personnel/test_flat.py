"""A directory without places: the same change as in one with OUs, but for where things are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.errors import InputError
from chonai.change.model import Key, Record, State
from chonai.operations.personnel import DirectoryPolicy, directory_policy, scope
from tests.city.build import build
from tests.unit.personnel import world

FLAT: dict[str, object] = {
    "flat": True,
    "users": {
        "identity": "employeeNumber",
        "account": "uid",
        "notes": "notes",
        "name": "{account}",
        "attributes": {"uid": "{account}", "employeeNumber": "{staff_key}"},
    },
}


def flat_rules() -> DirectoryPolicy:
    placed = world.rules("corp")
    users = replace(placed.users, ou=None, retired_ou=None)
    return replace(placed, flat=True, users=users, groups=replace(placed.groups, ou=()))


def flattened(state: State) -> dict[Key, Record]:
    return {
        key: {name: value for name, value in record.items() if name != "parent"}
        for key, record in state.items()
        if key.type != "ou"
    }


def test_the_whole_change_is_that_of_a_directory_with_places() -> None:
    placed = world.observed(build(), "corp")
    expected = world.after(placed, world.planned(placed, world.whole_change(), "corp"))
    state = flattened(placed)
    outcome = world.plan(state, {}, world.whole_change(), world.policy(), flat_rules())
    assert not outcome.problems
    assert not outcome.brakes
    found = world.after(state, outcome)
    assert found == flattened(expected)
    again = world.plan(found, {}, world.whole_change(), world.policy(), flat_rules())
    assert not world.changes(found, again)


def test_nothing_of_it_speaks_of_places() -> None:
    assert set(scope(flat_rules())) == {"user", "group"}
    for owned in scope(flat_rules()).values():
        assert "parent" not in owned.attributes | owned.references | owned.place
        assert ("name",) in owned.unique


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"ou": ["職員"]}, "personnel_directory.users.ou"),
        ({"retired_ou": ["退職者"]}, "personnel_directory.users.retired_ou"),
        ({"by_section": True}, "personnel_directory.users.by_section"),
    ],
)
def test_places_in_a_flat_policy_are_told(change: dict[str, object], path: str) -> None:
    users = FLAT["users"]
    assert isinstance(users, dict)
    with pytest.raises(InputError) as wrong:
        directory_policy({**FLAT, "users": {**users, **change}})
    assert path in wrong.value.render()


def test_a_policy_that_is_not_flat_says_where_people_are() -> None:
    with pytest.raises(InputError) as wrong:
        directory_policy({**FLAT, "flat": False})
    assert "users.ou" in wrong.value.render()
    assert "users.retired_ou" in wrong.value.render()
