"""The year's change of the whole city, in every directory, against the truth that the generator knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chonai.change.model import State
from tests.city import truth
from tests.city.build import build
from tests.unit.personnel import world

DIRECTORIES = ("lgwan", "ext", "corp")
FORMS = ("orders-2026.csv", "orders-2026-utf8.csv", "orders-2026.xlsx")


@pytest.fixture(scope="module", params=DIRECTORIES)
def applied(request: pytest.FixtureRequest) -> tuple[str, State]:
    """A directory's name, and the directory after the change."""
    state = world.observed(build(), request.param)
    outcome = world.planned(state, world.whole_change(), request.param)
    assert not outcome.problems
    assert not outcome.brakes
    return request.param, world.after(state, outcome)


def test_accounts_are_as_the_truth_says(applied: tuple[str, State]) -> None:
    directory, state = applied
    users = world.rules(directory).users
    expected = {}
    for account, each in truth.expected(build(), "after", directory).items():
        expected[account] = {
            users.identity: each.key,
            "displayName": each.name,
            "sn": each.family,
            "givenName": each.given or None,
            "title": each.title,
            "enabled": each.enabled and not each.retired_on,
            users.notes: f"chonai:retired-on={each.retired_on}" if each.retired_on else None,
        }
    found = {}
    for account, record in world.by_account(state, directory).items():
        notes = [note for note in record.get(users.notes, ()) if note.startswith("chonai:retired-on")]  # type: ignore[union-attr]
        shown = {name: record.get(name) or None for name in ("displayName", "sn", "givenName", "title", users.identity)}
        found[account] = {**shown, "enabled": record["enabled"], users.notes: notes[0] if notes else None}
    assert found == expected


def test_accounts_are_where_the_truth_says(applied: tuple[str, State]) -> None:
    directory, state = applied
    users = world.rules(directory).users
    expected = {}
    for account, each in truth.expected(build(), "after", directory).items():
        home = users.retired_ou if each.retired_on else (*users.ou, *(each.ou if users.by_section else ()))
        expected[account] = (home, each.department)
    department = {"corp": "ou"}.get(directory, "department")
    found = {
        str(record["name"]): (world.path(state, key), record[department])
        for key, record in state.items()
        if key.type == "user" and users.identity in record
    }
    assert found == expected


def test_owned_groups_have_the_members_that_the_truth_says(applied: tuple[str, State]) -> None:
    directory, state = applied
    names = {office.group: office.group_name for office in truth.offices(build(), "after")}
    names |= {f"pos-{code}": f"役職_{title}" for code, title in world.TITLES.items()} | {"all-staff": "全職員"}
    members = truth.members(build(), "after", directory)
    expected = {names[group] if directory == "lgwan" else group: people for group, people in members.items()}
    found = world.group_members(state)
    if directory == "ext":
        found = {"ext-users": found["外部利用者"]}
    assert {name: people for name, people in found.items() if name in expected} == expected
    rest = {name: people for name, people in found.items() if name not in expected}
    assert all(not people for name, people in rest.items() if not name.startswith("プロジェクト"))


def test_hand_made_groups_lose_leavers_only() -> None:
    state = world.observed(build(), "lgwan")
    found = world.group_members(world.after(state, world.planned(state, world.whole_change())))
    for project, people in truth.project_members(build(), "after").items():
        assert found[f"プロジェクト_{project}"] == people


def test_sections_have_the_ous_that_the_truth_says() -> None:
    state = world.observed(build(), "lgwan")
    result = world.after(state, world.planned(state, world.whole_change()))
    found = {
        (record["description"], (*world.path(result, key), record["name"]))
        for key, record in result.items()
        if key.type == "ou" and str(record.get("description", "")).isdigit()
    }
    assert found == {(office.code, ("職員", *office.ou)) for office in truth.offices(build(), "after")}


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_the_second_run_plans_nothing(directory: str) -> None:
    state = world.observed(build(), directory)
    asked = world.whole_change(roster="roster-2026.xlsx")
    once = world.after(state, world.planned(state, asked, directory))
    again = world.planned(once, asked, directory)
    assert world.changes(once, again) == []
    assert again.problems == ()


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_every_form_of_the_file_gives_the_same_plan(directory: str) -> None:
    state = world.observed(build(), directory)
    plans = [world.changes(state, world.planned(state, world.whole_change(form), directory)) for form in FORMS]
    assert plans[0] == plans[1] == plans[2]


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_every_change_says_why(directory: str) -> None:
    state = world.observed(build(), directory)
    outcome = world.planned(state, world.whole_change(), directory)
    assert [change for change in world.changes(state, outcome) if not change.reason] == []


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_orders_and_roster_agree(directory: str) -> None:
    state = world.observed(build(), directory)
    outcome = world.planned(state, world.whole_change(roster="roster-2026.xlsx"), directory)
    assert outcome.problems == ()


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_nothing_is_planned_on_the_city_as_it_will_be(directory: str) -> None:
    state = world.observed(build(), directory, "after")
    outcome = world.planned(state, world.whole_change(roster="roster-2026.xlsx"), directory)
    assert outcome.problems == ()
    assert world.changes(state, outcome) == []


def test_who_loses_the_post_by_law_leaves_on_the_day_of_the_order() -> None:
    [row] = [row for row in build().orders if row["type"] == "失職"]
    state, asked = world.observed(build(), "lgwan"), world.whole_change()
    outcome = world.planned(state, asked, "lgwan")
    [key] = [key for key, record in state.items() if record.get("employeeID") == f"{row['body']}-{row['number']}"]
    assert outcome.reasons[key].startswith(f"失職, 発令 {row['date']}")
    after = world.after(state, outcome)[key]
    assert after["enabled"] is False
    assert f"chonai:retired-on={row['date']}" in after[world.rules("lgwan").users.notes]
    before = replace(asked, effective_date=date.fromisoformat(row["date"]) - timedelta(days=1), reorganisation=None)
    assert key not in {change.key for change in world.changes(state, world.planned(state, before, "lgwan"))}
