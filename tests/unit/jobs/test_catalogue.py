"""A catalogue is read with everything that is wrong with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chonai.change.errors import InputError
from chonai.change.model import ApprovalKind
from chonai.jobs.catalogue import duration, read_catalogue
from chonai.jobs.recurrence import NoRecurrence, recurrence

JOB: dict[str, object] = {"title": "照合", "playbook": "audit_addresses"}
RULE = "DTSTART;TZID=Asia/Tokyo:20260406T060000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO"


def faults(data: object) -> list[tuple[str, str]]:
    """Code and path of each."""
    with pytest.raises(InputError) as caught:
        read_catalogue(data)
    return [(one.code.partition(".")[2], str(one.fields["path"])) for one in caught.value.details]


def fault(**more: object) -> list[str]:
    return [code for code, _ in faults({"jobs": {"x": {**JOB, **more}}})]


def test_what_a_job_says() -> None:
    read = read_catalogue(
        {
            "jobs": {
                "x": {
                    **JOB,
                    "approval": "second_person",
                    "watcher": True,
                    "inputs": {"month": {"title": "対象月", "type": "month", "default": "last_month"}},
                    "schedule": {"rrule": RULE, "on_closed": "after"},
                    "locks": ["ledger"],
                }
            }
        }
    ).jobs["x"]
    assert (read.approval, read.watcher, read.locks) == (ApprovalKind.SECOND_PERSON, True, ("ledger",))
    assert read.inputs["month"].default == "last_month"
    assert read.schedule is not None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"start_by": "two hours"}, "no_duration"),
        ({"timeout": "0h"}, "no_duration"),
        ({"retries": {"times": 1, "wait": "x"}}, "no_duration"),
        ({"schedule": {}}, "one_schedule"),
        ({"schedule": {"rrule": RULE, "opening_day": 8, "at": "09:00"}}, "one_schedule"),
        ({"schedule": {"opening_day": 8, "at": "9:00"}}, "no_time"),
        ({"schedule": {"opening_day": 8, "at": "24:00"}}, "no_time"),
        ({"schedule": {"opening_day": 24, "at": "09:00"}}, "no_opening_day"),
        ({"schedule": {"opening_day": 8, "at": "09:00", "months": [13]}}, "no_month"),
        ({"schedule": {"opening_day": 8, "at": "09:00", "on_closed": "skip"}}, "other_schedule"),
        ({"schedule": {"rrule": RULE, "at": "09:00"}}, "other_schedule"),
        ({"schedule": {"rrule": "FREQ=DAILY"}}, "no_rrule"),
        ({"inputs": {"a": {"title": "a", "type": "choice"}}}, "choices"),
        ({"inputs": {"a": {"title": "a", "choices": ["x"]}}}, "choices"),
        ({"inputs": {"a": {"title": "a", "type": "choice", "choices": ["x"], "default": "y"}}}, "default_no_choice"),
        ({"inputs": {"a": {"title": "a", "pattern": "("}}}, "no_pattern"),
        ({"inputs": {"a": {"title": "a"}}, "variables": {"a": "1"}}, "input_twice"),
        ({"inputs": {"a": {"title": "a", "required": True}}, "schedule": {"rrule": RULE}}, "nobody_types"),
        ({"playbok": "x"}, "unknown"),
    ],
)
def test_what_can_be_wrong_with_a_job(more: dict[str, object], code: str) -> None:
    assert code in fault(**more)


def test_everything_wrong_is_told_at_once() -> None:
    data = {
        "jobs": {"X y": {**JOB, "keep": "1w"}},
        "timezone": "Asia/Tokio",
        "closed": ["2026-02-30"],
        "blackouts": [
            {"title": "a", "begins": "--12-28T17:15", "ends": "2027-01-04T08:30"},
            {"title": "b", "begins": "2026-10-05T08:30", "ends": "2026-10-03T18:00", "but": ["z"]},
            {"title": "c", "begins": "tomorrow", "ends": "--02-29T08:30"},
        ],
    }
    assert {code for code, _ in faults(data)} == {
        "no_name", "no_duration", "no_zone", "no_day", "half_yearly", "ends_before", "no_such_job", "no_moment",
    }  # fmt: skip


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY;INTERVAL=30",
        "FREQ=MINUTELY;INTERVAL=1",
        "FREQ=DAILY",
        "FREQ=MONTHLY;INTERVAL=1;BYDAY=2MO",
        "FREQ=DAILY;INTERVAL=1;COUNT=3;UNTIL=20270101T000000",
        "FREQ=YEARLY;INTERVAL=1;BYYEARDAY=100",
        "FREQ=DAILY;INTERVAL=1;BYHOUR=25",
        "FREQ=DAILY;INTERVAL=99999999999999999999999",
    ],
)
def test_a_recurrence_that_awx_would_not_take(rule: str) -> None:
    with pytest.raises(NoRecurrence):
        recurrence(f"DTSTART;TZID=Asia/Tokyo:20260406T060000 RRULE:{rule}")


@pytest.mark.parametrize(
    "head",
    ["DTSTART:20260406T060000", "DTSTART;TZID=Mars/Base:20260406T060000", "DTSTART;TZID=Asia/Tokyo:20261306T060000"],
)
def test_a_recurrence_without_a_moment_that_there_is(head: str) -> None:
    with pytest.raises(NoRecurrence):
        recurrence(f"{head} RRULE:FREQ=DAILY;INTERVAL=1")


def test_durations() -> None:
    assert duration("90m") == timedelta(minutes=90)
    assert duration("7d") == timedelta(days=7)
