"""Jobs and their runs, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from chonai.reports.columns import columns
from chonai.reports.visible import json_safe, visible
from chonai.reports.wording import Wording
from chonai.text.messages import Message

SCHEMA = 1
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job: `next` are its next runs, `inputs` name, title and default of each."""

    name: str
    title: str
    playbook: str
    approval: str
    watcher: bool
    schedule: Message | str
    inputs: tuple[tuple[str, str, str], ...]
    next: tuple[datetime, ...]
    start_by: str
    timeout: str
    locks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run that is due, how late it may begin, and the blackout that takes it out."""

    at: datetime
    job: str
    title: str
    start_by: datetime
    blackout: str


def jobs_text(jobs: Sequence[JobRow], locale: str) -> Iterator[str]:
    """A line each: name, title, who it takes, when it runs, and when next."""
    wording = Wording(locale)
    heads = ("name", "title", "people", "when", "next")
    rows = [[wording.say(f"jobs.column_{head}") for head in heads]]
    for job in jobs:
        following = _moment(wording, job.next[0]) if job.next else "-"
        rows.append([job.name, job.title, _people(wording, job), _when(wording, job), following])
    yield from (f"{line}\n" for line in columns([[visible(cell) for cell in row] for row in rows]))


def job_text(job: JobRow, locale: str) -> Iterator[str]:
    """All of one job."""
    wording = Wording(locale)
    told = {
        "name": job.name,
        "title": job.title,
        "playbook": f"playbooks/{job.playbook}.yml",
        "people": _people(wording, job),
        "when": _when(wording, job),
        "start_by": job.start_by,
        "timeout": job.timeout,
        "locks": ", ".join(job.locks) or "-",
        "next": ", ".join(_moment(wording, at) for at in job.next) or "-",
    }
    rows = [[wording.say(f"jobs.column_{name}"), visible(value)] for name, value in told.items()]
    for name, title, default in job.inputs:
        rows.append(
            [wording.say("jobs.column_input"), visible(f"{name}  {title}" + (f"  ({default})" if default else ""))]
        )
    yield from (f"{line}\n" for line in columns(rows))


def runs_text(runs: Sequence[RunRow], locale: str) -> Iterator[str]:
    """A line each; of one that a blackout takes out why it does not run."""
    wording = Wording(locale)
    rows = [[wording.say(f"jobs.column_{head}") for head in ("at", "name", "title", "late", "blackout")]]
    for run in runs:
        late = f"{run.start_by:%H:%M}" if run.start_by.date() == run.at.date() else _moment(wording, run.start_by)
        rows.append([_moment(wording, run.at), run.job, run.title, late, run.blackout or "-"])
    yield from (f"{line}\n" for line in columns([[visible(cell) for cell in row] for row in rows]))


def jobs_json(jobs: Sequence[JobRow], locale: str) -> Iterator[str]:
    """The same for programs."""
    rows = [_plain(job, locale) for job in jobs]
    yield json_safe(json.dumps({"schema": SCHEMA, "jobs": rows}, ensure_ascii=False)) + "\n"


def runs_json(runs: Sequence[RunRow]) -> Iterator[str]:
    """The same for programs."""
    rows = [{**asdict(run), "at": run.at.isoformat(), "start_by": run.start_by.isoformat()} for run in runs]
    yield json_safe(json.dumps({"schema": SCHEMA, "runs": rows}, ensure_ascii=False)) + "\n"


def _plain(job: JobRow, locale: str) -> dict[str, object]:
    inputs = [{"name": name, "title": title, "default": default} for name, title, default in job.inputs]
    when = {"schedule": _when(Wording(locale), job), "next": [at.isoformat() for at in job.next]}
    return {**asdict(job), **when, "inputs": inputs, "locks": list(job.locks)}


def _people(wording: Wording, job: JobRow) -> str:
    words = [wording.say(f"jobs.approval_{job.approval}"), *([wording.say("jobs.watched")] if job.watcher else [])]
    return ", ".join(words)


def _when(wording: Wording, job: JobRow) -> str:
    if isinstance(job.schedule, Message):
        return job.schedule.render(wording.locale)
    return job.schedule or wording.say("jobs.by_hand")


def _moment(wording: Wording, at: datetime) -> str:
    """With the day of the week, by which people plan."""
    return f"{at:%Y-%m-%d} ({wording.say(f'jobs.day_{_DAYS[at.weekday()]}')}) {at:%H:%M}"
