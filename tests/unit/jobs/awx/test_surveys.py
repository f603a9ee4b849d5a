"""Inputs become surveys that AWX takes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from ansible.plugins.filter.core import strftime
from jinja2 import Environment

from chonai.jobs.awx.surveys import OF_THE_DAY, of_the_day, survey
from chonai.jobs.catalogue import InputType, Job, read_catalogue
from chonai.jobs.inputs import filled
from tests.awx.rules import answers, of_survey


def a_job(**inputs: dict[str, Any]) -> Job:
    return read_catalogue({"jobs": {"x": {"title": "照合", "playbook": "x", "inputs": inputs}}}).jobs["x"]


def question(**given: Any) -> dict[str, Any]:
    asked = survey(a_job(it={"title": "入力", **given}), "ja")
    assert of_survey(asked) == []
    [found] = asked["spec"]  # type: ignore[misc]  # a list of questions
    return found  # type: ignore[no-any-return]  # a question


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"type": "text", "min": 0, "max": 1024, "required": False}),
        ({"required": True}, {"type": "text", "min": 1, "required": True}),
        ({"type": "file"}, {"type": "text", "question_description": "実行環境でのパス。"}),
        ({"type": "day", "default": "2026-04-01"}, {"type": "text", "max": 32, "default": "2026-04-01"}),
        ({"type": "number", "default": "12"}, {"type": "integer", "default": 12}),
        (
            {"type": "choice", "choices": ["準備", "本番"], "default": "準備"},
            {"type": "multiplechoice", "choices": "準備\n本番", "default": "準備"},
        ),
        ({"pattern": "[0-9]{4}"}, {"question_description": "形式: [0-9]{4}"}),
    ],
)
def test_an_input_is_a_question(given: dict[str, Any], expected: dict[str, Any]) -> None:
    asked = question(**given)
    assert asked["question_name"] == "入力"
    assert asked["variable"] == "it"
    assert {name: asked[name] for name in expected} == expected


@pytest.mark.parametrize(("kind", "word"), sorted(OF_THE_DAY))
def test_a_default_of_the_day_is_worked_out_when_the_job_runs(kind: InputType, word: str) -> None:
    given = {"title": "対象", "type": kind.value, "default": word, "required": True}
    asked = question(**given)
    assert "default" not in asked
    assert not asked["required"]
    assert "空欄は" in asked["question_description"]
    assert of_the_day(a_job(it=given)) == {"it": OF_THE_DAY[kind, word]}


def test_a_word_that_is_no_day_is_a_text() -> None:
    assert question(default="today")["default"] == "today"


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2027-01-14", ["2027-01-14", "2027-01", "2026-12"]), ("2026-03-31", ["2026-03-31", "2026-03", "2026-02"])],
)
def test_ansible_works_it_out_as_the_catalogue_means_it(day: str, expected: list[str]) -> None:
    job = a_job(
        **{f"v{n}": {"title": "x", "type": kind.value, "default": word} for n, (kind, word) in enumerate(OF_THE_DAY)}
    )
    meant = filled("x", job, {}, date.fromisoformat(day))
    at = datetime.fromisoformat(f"{day}T06:00").astimezone()
    environment = Environment(autoescape=True)
    environment.filters["strftime"] = strftime
    worked_out = [
        environment.from_string(text).render(now=lambda fmt="": at.strftime(fmt) if fmt else at)
        for text in OF_THE_DAY.values()
    ]
    assert worked_out == list(meant.values()) == expected


def test_what_is_left_empty_is_no_wrong_answer() -> None:
    asked = survey(a_job(day={"title": "日", "type": "day"}, text={"title": "文"}), "en")
    assert answers(asked, {"day": "", "text": ""}) == []
    assert answers(survey(a_job(day={"title": "日", "required": True}), "en"), {"day": ""}) == ["day"]


def test_a_job_without_inputs_asks_nothing() -> None:
    assert survey(a_job(), "en") == {}
