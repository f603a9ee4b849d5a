"""What AWX asks who starts a job: its inputs, as a survey.

AWX hands on what is left empty as an empty text; playbooks take that for not given. It knows no patterns and no days:
those are told beside the field, and held by the playbook.
"""

from __future__ import annotations

from collections.abc import Mapping

from chonai.jobs.catalogue import Input, InputType, Job
from chonai.text.messages import message

Question = dict[str, object]
_TYPES = {InputType.NUMBER: "integer", InputType.CHOICE: "multiplechoice"}
_LONGEST = {InputType.DAY: 32, InputType.MONTH: 32}
LONGEST = 1024
"""Characters of a text, as AWX itself proposes."""
OF_THE_DAY: Mapping[tuple[InputType, str], str] = {
    (InputType.DAY, "today"): "{{ now(fmt='%Y-%m-%d') }}",
    (InputType.MONTH, "this_month"): "{{ now(fmt='%Y-%m') }}",
    (InputType.MONTH, "last_month"): "{{ '%Y-%m' | strftime(now().replace(day=1).timestamp() - 86400) }}",
}
"""What a default that is of the day of the run is to Ansible, which works it out when the job runs."""


def survey(job: Job, locale: str) -> dict[str, object]:
    """The survey of a job as AWX keeps it; empty for one without inputs."""
    spec = [_question(name, given, locale) for name, given in job.inputs.items()]
    return {"name": job.title, "description": "", "spec": spec} if spec else {}


def of_the_day(job: Job) -> dict[str, str]:
    """Variables whose defaults are of the day of the run, by name."""
    defaults = {name: (given.type, given.default) for name, given in job.inputs.items()}
    return {name: OF_THE_DAY[default] for name, default in defaults.items() if default in OF_THE_DAY}


def text_question(variable: str, title: str, *, required: bool) -> Question:
    """A question for one line of text."""
    return _asked(variable, Input(title, required=required), "", required=required)


def _question(name: str, given: Input, locale: str) -> Question:
    is_of_the_day = (given.type, given.default) in OF_THE_DAY
    asked = _asked(name, given, _told(given, locale), required=given.required and not is_of_the_day)
    if given.default and not is_of_the_day:
        asked["default"] = int(given.default) if given.type is InputType.NUMBER else given.default
    return asked


def _asked(name: str, given: Input, told: str, *, required: bool) -> Question:
    kind = _TYPES.get(given.type, "text")
    asked: Question = {
        "question_name": given.title,
        "question_description": told,
        "variable": name,
        "type": kind,
        "required": required,
    }
    if kind == "text":
        asked |= {"min": int(required), "max": _LONGEST.get(given.type, LONGEST)}
    if given.choices:
        asked["choices"] = "\n".join(given.choices)
    return asked


def _told(given: Input, locale: str) -> str:
    """What stands beside the field."""
    told = [message(f"awx.type_{given.type.value}")] if given.type in _EXPLAINED else []
    if (given.type, given.default) in OF_THE_DAY:
        told.append(message(f"awx.empty_{given.default}"))
    if given.pattern:
        told.append(message("awx.pattern", pattern=given.pattern))
    return " ".join(one.render(locale) for one in told)


_EXPLAINED = {InputType.FILE, InputType.DAY, InputType.MONTH}
