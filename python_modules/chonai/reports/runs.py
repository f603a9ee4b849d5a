"""Runs of jobs and what happened in them, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chonai.reports.columns import columns
from chonai.reports.visible import json_safe, visible
from chonai.reports.wording import Wording
from chonai.text.messages import Message

SCHEMA = 1
_COLUMNS = ("run", "job", "begun", "took", "operator", "watcher", "became", "steps")
_COUNTED = ("ok", "changed", "failed", "unreachable")


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run. `steps` counts them by how they ended, `change_sets` are those that it worked on."""

    id: str
    job: str
    title: str
    asked_by: str
    asked_at: datetime
    due: datetime | None
    start_by: datetime | None
    approvers: tuple[str, ...]
    operator: str | None
    watcher: str | None
    state: str
    result: str | None
    why: Message | None
    attempts: int
    begun: datetime | None
    ended: datetime | None
    steps: Mapping[str, int]
    change_sets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened in a run."""

    at: datetime
    who: str
    what: Message


@dataclass(frozen=True, slots=True)
class Presence:
    """That somebody took part in a run, as what, from when to when (§5.3.3(8) 接続履歴)."""

    person: str
    role: str
    run: str
    job: str
    since: datetime
    until: datetime | None


def history_text(runs: Sequence[RunLine], locale: str) -> Iterator[str]:
    """A line each."""
    wording = Wording(locale)
    rows = [[wording.say(f"runs.column_{name}") for name in _COLUMNS], *(_row(run, wording) for run in runs)]
    yield from (f"{line}\n" for line in columns([[visible(cell) for cell in row] for row in rows]))


def run_text(run: RunLine, locale: str) -> Iterator[str]:
    """All of one run, a line for each fact."""
    wording = Wording(locale)
    facts = {
        "run": run.id,
        "job": f"{run.job}  {run.title}",
        "asked": f"{wording.time(run.asked_at)}  {run.asked_by}",
        "due": wording.time(run.due) if run.due else "-",
        "start_by": wording.time(run.start_by) if run.start_by else "-",
        "approvers": ", ".join(run.approvers) or "-",
        "operator": run.operator or "-",
        "watcher": run.watcher or "-",
        "begun": wording.time(run.begun) if run.begun else "-",
        "took": _took(run),
        "attempts": str(run.attempts),
        "became": _became(run, wording),
        "steps": _steps(run, wording),
        "change_sets": ", ".join(run.change_sets) or "-",
    }
    rows = [[wording.say(f"runs.column_{name}"), visible(value)] for name, value in facts.items()]
    yield from (f"{line}\n" for line in columns(rows))
    if run.why is not None:
        yield f"{visible(run.why.render(locale))}\n"


def told_text(told: Iterable[Told], locale: str) -> Iterator[str]:
    """A line each, with when to the second and by whom."""
    for one in told:
        yield f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}  {visible(one.who)}  {visible(one.what.render(locale))}\n"


def presences_text(presences: Sequence[Presence], locale: str) -> Iterator[str]:
    """A line each."""
    wording = Wording(locale)
    rows = [[wording.say(f"runs.column_{name}") for name in ("since", "until", "person", "role", "run", "job")]]
    for one in presences:
        until = wording.time(one.until) if one.until else "-"
        role = wording.say(f"runs.role_{one.role}")
        rows.append([wording.time(one.since), until, one.person, role, one.run, one.job])
    yield from (f"{line}\n" for line in columns([[visible(cell) for cell in row] for row in rows]))


def runs_json(runs: Sequence[RunLine], locale: str) -> Iterator[str]:
    """The same for programs."""
    yield _document({"schema": SCHEMA, "runs": [_plain(run, locale) for run in runs]})


def told_json(run: RunLine, told: Iterable[Told], locale: str) -> Iterator[str]:
    """One run, with all that happened in it."""
    events = [
        {"at": one.at.isoformat(), "who": one.who, "code": one.what.code, "text": one.what.render(locale)}
        for one in told
    ]
    yield _document({"schema": SCHEMA, "run": _plain(run, locale), "events": events})


def presences_json(presences: Sequence[Presence]) -> Iterator[str]:
    """The same for programs."""
    rows = [
        {
            "person": one.person,
            "role": one.role,
            "run": one.run,
            "job": one.job,
            "since": one.since.isoformat(),
            "until": _iso(one.until),
        }
        for one in presences
    ]
    yield _document({"schema": SCHEMA, "connections": rows})


def _document(content: Mapping[str, object]) -> str:
    return json_safe(json.dumps(content, ensure_ascii=False)) + "\n"


def _plain(run: RunLine, locale: str) -> dict[str, object]:
    names = ("id", "job", "title", "asked_by", "operator", "watcher", "state", "result", "attempts")
    moments = ("asked_at", "due", "start_by", "begun", "ended")
    return {
        **{name: getattr(run, name) for name in names},
        **{name: _iso(getattr(run, name)) for name in moments},
        "approvers": list(run.approvers),
        "why": run.why.render(locale) if run.why else None,
        "steps": dict(run.steps),
        "change_sets": list(run.change_sets),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _row(run: RunLine, wording: Wording) -> list[str]:
    begun = run.begun or run.due or run.asked_at
    people = [run.operator or "-", run.watcher or "-"]
    return [run.id, run.job, wording.time(begun), _took(run), *people, _became(run, wording), _steps(run, wording)]


def _took(run: RunLine) -> str:
    """Minutes and seconds."""
    if run.begun is None or run.ended is None:
        return "-"
    seconds = int((run.ended - run.begun).total_seconds())
    return f"{seconds // 60}:{seconds % 60:02}"


def _became(run: RunLine, wording: Wording) -> str:
    return wording.say(f"runs.result_{run.result}" if run.result else f"runs.state_{run.state}")


def _steps(run: RunLine, wording: Wording) -> str:
    told = [f"{wording.say(f'runs.status_{name}')} {run.steps[name]}" for name in _COUNTED if run.steps.get(name)]
    return ", ".join(told) or "-"
