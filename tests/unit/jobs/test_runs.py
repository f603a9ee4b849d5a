"""A run's course is what its rows in the journal say, and people sign for exactly one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chonai.change.ports import Entry, Event, Row
from chonai.jobs.runs import (
    Course,
    Part,
    Request,
    Result,
    Role,
    RunState,
    Step,
    request_of,
    scheduled_id,
    steps_as_json,
    steps_of,
)

NOW = datetime(2026, 4, 6, 6, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
REQUEST = Request("run-20260406-abcdef", "audit", {"vrf": "lgwan"}, "sato", NOW, due=NOW, start_by=NOW)


def rows(*events: tuple[Event, str, Mapping[str, object]]) -> list[Row]:
    return [
        Row(n, Entry(event, REQUEST.id, "", who, NOW + timedelta(minutes=n), data), "", "")
        for n, (event, who, data) in enumerate(events)
    ]


def joined(role: Role, person: str, attempt: int = 1) -> tuple[Event, str, Mapping[str, object]]:
    return Event.RUN_JOINED, person, Part(role, person, attempt, NOW, "signature").as_json()


STARTED = (Event.RUN_STARTED, "sato", {"attempt": 1})


def ended(result: Result) -> tuple[Event, str, Mapping[str, object]]:
    return Event.RUN_ENDED, "sato", {"result": result.value}


def test_a_request_is_the_same_after_its_way_through_the_store() -> None:
    assert request_of(REQUEST.as_json()) == REQUEST
    by_hand = replace(REQUEST, due=None, start_by=None)
    assert request_of(by_hand.as_json()) == by_hand


@pytest.mark.parametrize("broken", [{}, {**REQUEST.as_json(), "values": 1}, {**REQUEST.as_json(), "due": "soon"}])
def test_a_broken_request_is_none(broken: Mapping[str, object]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        request_of(broken)


def test_who_signs_signs_for_one_run_one_role_and_one_attempt() -> None:
    part = Part(Role.WATCHER, "tanaka", 1, NOW)
    others = [
        part.statement(replace(REQUEST, id="run-20260406-zzzzzz")),
        part.statement(replace(REQUEST, values={"vrf": "internet"})),
        replace(part, role=Role.OPERATOR).statement(REQUEST),
        replace(part, attempt=2).statement(REQUEST),
        replace(part, person="suzuki").statement(REQUEST),
        replace(part, at=NOW + timedelta(seconds=1)).statement(REQUEST),
    ]
    assert part.statement(REQUEST) not in others
    assert len(set(others)) == len(others)


@pytest.mark.parametrize(
    ("events", "is_held", "state"),
    [
        ([], False, RunState.WAITING),
        ([joined(Role.OPERATOR, "sato")], False, RunState.WAITING),
        ([STARTED], True, RunState.RUNNING),
        ([STARTED], False, RunState.INTERRUPTED),
        ([STARTED, (Event.RUN_PAUSED, "sato", {})], True, RunState.PAUSED),
        ([STARTED, (Event.RUN_PAUSED, "sato", {}), (Event.RUN_CONTINUED, "sato", {})], True, RunState.RUNNING),
        ([STARTED, ended(Result.FAILED)], False, RunState.ENDED),
        ([ended(Result.MISSED)], False, RunState.ENDED),
        ([joined(Role.OPERATOR, "sato"), ended(Result.CANCELLED)], False, RunState.ENDED),
        ([ended(Result.CANCELLED), joined(Role.WATCHER, "tanaka", 2)], False, RunState.WAITING),
        ([STARTED, ended(Result.FAILED), joined(Role.OPERATOR, "sato", 2)], False, RunState.WAITING),
        ([STARTED, ended(Result.FAILED), STARTED], True, RunState.RUNNING),
    ],
)
def test_how_far_a_run_is(
    events: list[tuple[Event, str, Mapping[str, object]]], is_held: bool, state: RunState
) -> None:
    assert Course.of(rows(*events)).state(is_held=is_held) is state


def test_who_came_for_an_attempt_does_not_stay_for_the_next_but_who_agreed_does() -> None:
    people = [joined(Role.OPERATOR, "sato"), joined(Role.WATCHER, "tanaka"), joined(Role.APPROVER, "suzuki")]
    before = Course.of(rows(*people, STARTED))
    after = Course.of(rows(*people, STARTED, ended(Result.FAILED)))
    assert (before.person(Role.OPERATOR), before.person(Role.WATCHER)) == ("sato", "tanaka")
    assert (after.person(Role.OPERATOR), after.person(Role.WATCHER)) == (None, None)
    assert [part.person for part in after.approvals] == ["suzuki"]
    again = Course.of(rows(*people, STARTED, ended(Result.FAILED), joined(Role.OPERATOR, "jinji", 2)))
    assert (again.sitting, again.person(Role.OPERATOR)) == (2, "jinji")


def test_an_attempt_that_is_begun_again_by_itself_keeps_its_people() -> None:
    course = Course.of(rows(joined(Role.OPERATOR, "sato"), joined(Role.WATCHER, "tanaka"), STARTED, STARTED))
    assert (course.attempts, course.person(Role.WATCHER)) == (2, "tanaka")


def test_the_last_of_a_role_counts_and_every_approver() -> None:
    course = Course.of(
        rows(
            joined(Role.WATCHER, "tanaka"),
            joined(Role.WATCHER, "suzuki"),
            joined(Role.APPROVER, "jinji"),
            joined(Role.APPROVER, "suzuki"),
            joined(Role.APPROVER, "jinji"),
        )
    )
    assert course.person(Role.WATCHER) == "suzuki"
    assert [part.person for part in course.approvals] == ["suzuki", "jinji"]


def test_steps_are_told_compactly_and_read_back() -> None:
    steps = [
        Step("Plan", "lgwan_ad", "ok", 0.5, 1.25),
        Step("Plan", "ext_ad", "failed", 0.5, 2.0, "no route"),
        Step("Seal", "lgwan_ad", "changed", 3.0, 0.001),
    ]
    (row,) = rows((Event.RUN_STEPS, "sato", steps_as_json(steps, ["20260406-abc"])))
    assert steps_of(row) == steps
    course = Course.of([row])
    assert (course.counts, course.change_sets) == ({"ok": 1, "failed": 1, "changed": 1}, ("20260406-abc",))


def test_a_moment_of_a_job_has_one_number_in_whatever_zone_it_is_told() -> None:
    elsewhere = NOW.astimezone(ZoneInfo("UTC"))
    assert scheduled_id("audit", NOW).split("-")[2] == scheduled_id("audit", elsewhere).split("-")[2]
    assert scheduled_id("audit", NOW) != scheduled_id("backup", NOW)
    assert scheduled_id("audit", NOW) != scheduled_id("audit", NOW + timedelta(minutes=1))
