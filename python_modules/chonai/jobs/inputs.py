"""What is typed into the form of a job, or stands in its schedule: values of the playbook's variables, checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from chonai.change.errors import InputError
from chonai.jobs.catalogue import Input, InputType, Job
from chonai.text.messages import Message, message

_MONTH = re.compile("[0-9]{4}-(0[1-9]|1[0-2])")
_NUMBER = re.compile("-?[0-9]{1,15}")
_BEYOND = re.compile(r"[\x00-\x1f\x7f]|{[{%#]")
"""Control characters; and templates, which Ansible would carry out."""
LONGEST = 1_000


def filled(name: str, job: Job, given: Mapping[str, str], today: date) -> dict[str, str]:
    """The variables of one run: those that are fixed, those that are given, and defaults where nothing is.

    Raises `InputError` with every fault: an input that there is not, one that is missing or cannot be.
    """
    faults = list(_strange(name, job, given))
    values = dict(job.variables)
    for key, wanted in job.inputs.items():
        text = given.get(key) or _default(wanted, today)
        if text:
            faults += _wrong(key, wanted, text)
            values[key] = text
        elif wanted.required:
            faults.append(message("jobs.input_missing", input=key, title=wanted.title, job=name))
    if faults:
        raise InputError("jobs.bad_inputs", details=faults, job=name, count=len(faults))
    return values


def _strange(name: str, job: Job, given: Mapping[str, str]) -> Iterator[Message]:
    for key in given.keys() - job.inputs.keys():
        yield message("jobs.no_such_input", input=key, job=name, known=", ".join(job.inputs) or "-")


def _default(wanted: Input, today: date) -> str:
    """`today`, `this_month` and `last_month` are of the day of the run."""
    if wanted.type is InputType.DAY and wanted.default == "today":
        return today.isoformat()
    if wanted.type is InputType.MONTH:
        months = {"this_month": today, "last_month": today.replace(day=1) - timedelta(days=1)}
        if wanted.default in months:
            return f"{months[wanted.default]:%Y-%m}"
    return wanted.default


def _wrong(key: str, wanted: Input, text: str) -> Iterator[Message]:
    told = {"input": key, "title": wanted.title, "value": text[:LONGEST]}
    if len(text) > LONGEST or _BEYOND.search(text):
        yield message("jobs.input_no_text", longest=LONGEST, **told)
    elif wanted.type is InputType.DAY and not _is_day(text):
        yield message("jobs.input_no_day", **told)
    elif wanted.type is InputType.MONTH and not _MONTH.fullmatch(text):
        yield message("jobs.input_no_month", **told)
    elif wanted.type is InputType.NUMBER and not _NUMBER.fullmatch(text):
        yield message("jobs.input_no_number", **told)
    elif wanted.type is InputType.CHOICE and text not in wanted.choices:
        yield message("jobs.input_no_choice", choices=", ".join(wanted.choices), **told)
    elif wanted.pattern and not re.fullmatch(wanted.pattern, text):
        yield message("jobs.input_other_pattern", pattern=wanted.pattern, **told)


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("2026-04-01") and bool(date.fromisoformat(text))
    except ValueError:
        return False
