"""What is typed into a job's form: checked, filled up with defaults, every fault told at once."""

from __future__ import annotations

from datetime import date

import pytest

from chonai.change.errors import InputError
from chonai.jobs.catalogue import Input, InputType, Job
from chonai.jobs.inputs import LONGEST, filled

TODAY = date(2026, 1, 15)
JOB = Job(
    "異動",
    "personnel_change",
    variables={"phase": "cleanup"},
    inputs={
        "day": Input("基準日", InputType.DAY, default="today"),
        "month": Input("対象月", InputType.MONTH, default="last_month"),
        "count": Input("件数", InputType.NUMBER),
        "hall": Input("庁舎", InputType.CHOICE, choices=("本庁", "北支所")),
        "code": Input("番号", pattern="[A-Z]{2}[0-9]+"),
        "orders": Input("発令", InputType.FILE, required=True),
    },
)


def test_defaults_are_of_the_day_of_the_run() -> None:
    values = filled("job", JOB, {"orders": "a.csv"}, TODAY)
    assert values == {"phase": "cleanup", "day": "2026-01-15", "month": "2025-12", "orders": "a.csv"}


def test_what_is_given_comes_before_the_default() -> None:
    given = {"orders": "a.csv", "day": "2026-04-01", "month": "2026-02", "count": "-3", "hall": "本庁", "code": "AB1"}
    assert filled("job", JOB, given, TODAY) == {"phase": "cleanup", **given}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("day", "2026-02-30", "jobs.input_no_day"),
        ("day", "20260401", "jobs.input_no_day"),
        ("month", "2026-13", "jobs.input_no_month"),
        ("count", "１２", "jobs.input_no_number"),
        ("hall", "南支所", "jobs.input_no_choice"),
        ("code", "AB1 ", "jobs.input_other_pattern"),
        ("orders", "x" * (LONGEST + 1), "jobs.input_no_text"),
        ("orders", "a\nb", "jobs.input_no_text"),
        ("orders", "{{ lookup('pipe', 'id') }}", "jobs.input_no_text"),
        ("orders", "{% raw %}", "jobs.input_no_text"),
        ("phase", "cutover", "jobs.no_such_input"),
        ("operator", "mallory", "jobs.no_such_input"),
    ],
)
def test_what_cannot_be_is_named(name: str, value: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        filled("job", JOB, {"orders": "a.csv", name: value}, TODAY)
    assert [detail.code for detail in caught.value.details] == [code]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        filled("job", JOB, {"day": "soon", "hall": "?"}, TODAY)
    codes = {detail.code for detail in caught.value.details}
    assert codes == {"jobs.input_no_day", "jobs.input_no_choice", "jobs.input_missing"}
