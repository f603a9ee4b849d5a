"""What AWX 24 refuses, written anew from what its sources do: awx/api/serializers.py (SchedulePreviewSerializer),
awx/main/models/schedules.py, awx/api/views (JobTemplateSurveySpec), awx/main/fields.py (credential types).

Each function returns what AWX would complain of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dateutil.rrule import rruleset, rrulestr

_QUESTION = {"type": str, "question_name": str, "variable": str, "required": bool}
_ANSWERS = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
    "float": float,
}
_FIELD = {"id", "type", "label", "secret", "multiline", "format", "help_text", "choices", "ask_at_runtime", "default"}
MOST_COUNT = 999


def occurrences(text: str) -> rruleset:
    """The rules as AWX reads them. Raises ValueError where it cannot."""
    found = rrulestr(text, forceset=True)
    if any(rule._dtstart.tzinfo is None for rule in found._rrule):
        raise ValueError("no time zone")
    return found


def of_schedule(text: str) -> list[str]:
    """What is wrong with the rrule of a schedule."""
    wrong = []
    starts = re.findall(r"DTSTART(?:;[^:]+)?:[0-9]+T[0-9]+Z?", text)
    if len(starts) != 1 or re.search(r"DTSTART:[0-9]+T[0-9]+ ", text):
        wrong.append("one DTSTART with a zone")
    if "RRULE:" not in text or re.search("EXDATE:|RDATE:", text, re.IGNORECASE):
        wrong.append("RRULE, and neither EXDATE nor RDATE")
    for rule in re.findall(r"RULE:[^\s]*", text):
        wrong += [f"{complaint}: {rule}" for complaint in _of_rule(rule)]
    try:
        occurrences(text)
    except (ValueError, TypeError) as error:
        wrong.append(str(error))
    return wrong


def _of_rule(rule: str) -> list[str]:
    count = re.search("COUNT=([0-9]+)", rule)
    until = re.search("UNTIL=([^;]+)", rule)
    complaints = {
        "INTERVAL": "INTERVAL" not in rule,
        "SECONDLY": "SECONDLY" in rule,
        "BYDAY with a number": re.search("BYDAY[:=][0-9]+[A-Z]{2}", rule),
        "COUNT and UNTIL": count and until,
        "COUNT": count and int(count[1]) > MOST_COUNT,
        # It reads the time of UNTIL without looking whether there is one, and keeps it in UTC.
        "UNTIL in UTC": until and not re.fullmatch("[0-9]{8}T[0-9]{6}Z", until[1]),
    }
    return [complaint for complaint, is_so in complaints.items() if is_so]


def of_survey(survey: Mapping[str, Any]) -> list[str]:
    """What is wrong with a survey."""
    wrong = [name for name in ("name", "description") if not isinstance(survey.get(name), str)]
    spec = survey.get("spec")
    if not isinstance(spec, list) or not spec:
        return [*wrong, "spec"]
    variables = [question.get("variable") for question in spec]
    wrong += [f"{name} twice" for name in set(variables) if variables.count(name) > 1]
    for question in spec:
        wrong += [f"{question.get('variable')}: {complaint}" for complaint in _of_question(question)]
    return wrong


def _of_question(question: Mapping[str, Any]) -> list[str]:
    wrong = [name for name, kind in _QUESTION.items() if not isinstance(question.get(name), kind)]
    kind, default = _ANSWERS.get(question["type"]), question.get("default", "")
    if kind is None or (default != "" and not isinstance(default, kind)):
        wrong.append("type")
    wrong += [side for side in ("min", "max") if not isinstance(question.get(side, 0), int)]
    if question["type"].startswith("multi"):
        choices = question.get("choices", "").splitlines()
        wrong += [f"choice {one}" for one in default.splitlines() if one not in choices] if choices else ["choices"]
    return wrong


def answers(survey: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
    """What is wrong with answers; AWX takes its defaults where nothing is said."""
    wrong = []
    for question in survey.get("spec", []):
        value = given.get(question["variable"], question.get("default"))
        if value is None:
            wrong += [question["variable"]] if question["required"] else []
        elif isinstance(value, str) and not question.get("min", 0) <= len(value) <= question.get("max", len(value)):
            wrong.append(question["variable"])
    return wrong + sorted(given.keys() - {question["variable"] for question in survey.get("spec", [])})


def of_credential_type(inputs: Mapping[str, Any], injectors: Mapping[str, Any]) -> list[str]:
    """What is wrong with a credential type."""
    fields = {field["id"] for field in inputs["fields"]}
    wrong = [f"{field['id']}: {name}" for field in inputs["fields"] for name in field.keys() - _FIELD]
    wrong += [name for name in inputs.get("required", []) if name not in fields]
    files = {name.partition(".")[2] for name in injectors.get("file", {})}
    known = fields | {f"tower.filename.{name}" for name in files}
    for template in (*injectors.get("env", {}).values(), *injectors.get("file", {}).values()):
        wrong += [name for name in re.findall(r"{{ *([a-z_.]+) *}}", template) if name not in known]
    wrong += [name for name in injectors.get("env", {}) if name.startswith("ANSIBLE_")]
    wrong += [value for value in injectors.get("env", {}).values() if not value.isascii()]
    return wrong


def moments(text: str, since: datetime, until: datetime) -> list[datetime]:
    """When AWX begins, in [since, until)."""
    return [at for at in occurrences(text).between(since, until, inc=True) if at < until]
