"""The journal of a change set: one line an event, and what became of each object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chonai.change.canonical import plain
from chonai.change.codec import time_to_json
from chonai.change.ledger import Status
from chonai.change.model import Change, Key
from chonai.change.ports import Event, Row
from chonai.reports.review import Review
from chonai.reports.visible import json_safe, visible
from chonai.reports.wording import Wording, message_of, spoken
from chonai.text.messages import Message

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Truth:
    """What the journal says of one change: how it stands, since when, by whom, and why it failed."""

    system: str
    change: Change
    key: Key
    label: str
    status: Status
    at: datetime | None
    actor: str
    error: Message | None


def events_text(rows: Iterable[Row], locale: str) -> Iterator[str]:
    """One line an event, each with its end."""
    wording = Wording(locale)
    for row in rows:
        entry = row.entry
        where = f"{visible(entry.system)} " if entry.system else ""
        what = event_line(row, wording)
        yield f"{row.seq:>7}  {wording.time(entry.at)}  {visible(entry.actor)}  {where}{what}\n"


def event_line(row: Row, wording: Wording) -> str:
    """What happened, without when, where and by whom."""
    detail = _detail(row, wording)
    return wording.say(f"report.event_{row.entry.event.value}") + (f": {detail}" if detail else "")


def events_json(rows: Iterable[Row], id_: str) -> Iterator[str]:
    """The same as JSON, with all that the journal keeps."""
    yield from _document(id_, "events", (_event(row) for row in rows))


def objects_text(truths: Iterable[Truth], locale: str) -> Iterator[str]:
    """One line a change, and below it the error of one that failed."""
    wording = Wording(locale)
    for one in truths:
        action = wording.say(f"report.action_{one.change.action.value}")
        status = wording.say(f"report.status_{one.status.value}")
        when = f", {wording.time(one.at)} {visible(one.actor)}" if one.at else ""
        yield f"{visible(one.system)}  {visible(one.label)}  {action}: {status}{when}  [{one.key}]\n"
        if one.error:
            yield f"    {spoken(one.error, locale)}\n"


def objects_json(truths: Iterable[Truth], id_: str, locale: str) -> Iterator[str]:
    """The same as JSON."""
    yield from _document(id_, "objects", (_truth(one, locale) for one in truths))


def truths(review: Review, rows: Iterable[Row]) -> Iterator[Truth]:
    """What became of each change, system by system, in the order of the plan; nothing where only the cover is shown."""
    if review.is_withheld:
        return
    latest = _latest(rows)
    for plan in review.change_set.plans:
        ledger = review.ledgers[plan.system]
        for number, change in enumerate(plan.changes):
            row = latest.get((plan.system, number))
            yield Truth(
                system=plan.system,
                change=change,
                key=ledger.keys.get(change.key, change.key),
                label=review.label(plan.system, change.key),
                status=ledger.status[number],
                at=row.entry.at if row else None,
                actor=row.entry.actor if row else "",
                error=_error(row, number) if row and ledger.status[number] is Status.FAILED else None,
            )


def _latest(rows: Iterable[Row]) -> dict[tuple[str, int], Row]:
    """The last row that speaks of each change, by system and position."""
    found: dict[tuple[str, int], Row] = {}
    for row in rows:
        data: Mapping[str, Any] = row.entry.data
        if row.entry.event is Event.INTENT:
            positions = data["changes"]
        elif row.entry.event is Event.OUTCOME:
            positions = [*data.get("done", ()), *data.get("failed", ()), *data.get("skipped", ())]
        else:
            continue
        found.update(((row.entry.system, int(n)), row) for n in positions)
    return found


def _error(row: Row, number: int) -> Message | None:
    failed: Any = row.entry.data.get("failed", {})
    return message_of(failed.get(str(number)))


def _detail(row: Row, wording: Wording) -> str:
    data: Mapping[str, Any] = row.entry.data
    match row.entry.event:
        case Event.SEALED:
            parts = [f"{system} {count:,}" for system, count in data.get("changes", {}).items()]
        case Event.APPROVED:
            releases = ", ".join(data.get("releases", ()))
            parts = [wording.say("report.event_releases", brakes=releases)] if releases else []
        case Event.STARTED | Event.FINISHED:
            parts = [f"{wording.say(f'report.tally_{name}')} {number:,}" for name, number in data.items()]
        case Event.INTENT | Event.SECRET_SHOWN | Event.SECRET_DISCARDED:
            parts = [f"{len(data.get('changes', data.get('objects', ()))):,}"]
        case Event.OUTCOME:
            named = [(name, data[name]) for name in ("done", "failed", "skipped") if name in data]
            parts = [f"{wording.say(f'report.tally_{name}')} {len(found):,}" for name, found in named]
        case Event.WITHDRAWN:
            left = [f"{system} {count:,}" for system, count in data.get("left", {}).items()]
            given_up = [wording.say("report.event_left", left=", ".join(left))] if left else []
            parts = [str(data.get("why", "")), *given_up]
        case Event.OPENED | Event.DISCLOSED:
            parts = []
        case Event.REFUSED:
            parts = [_refusal(data, wording)]
        case Event.NOTE:
            parts = [_note(data, wording)]
    return visible(", ".join(parts))


def _refusal(data: Mapping[str, Any], wording: Wording) -> str:
    why = message_of(data.get("why"))
    said = spoken(why, wording.locale) if why else ""
    return wording.say("report.refused_approval", why=said) if data.get("what") == "approval" else said


def _note(data: Mapping[str, Any], wording: Wording) -> str:
    if "apply" in data:
        watcher = data.get("watcher") or wording.say("report.nothing")
        return wording.say("report.note_apply", systems=", ".join(data["apply"]), watcher=watcher)
    if "released_lock" in data:
        return wording.say("report.note_unlock", **data["released_lock"])
    if "ids" in data:
        return wording.say("report.note_ids", **data["ids"])
    if handed := delivery(data, lambda name, facts: _file(name, facts, wording)):
        return spoken(handed, wording.locale)
    return json.dumps(plain(data), ensure_ascii=False)


def delivery(data: Mapping[str, Any], named: Callable[[str, Mapping[str, Any]], str]) -> Message | None:
    """What a note says of files that were handed over, each as `named`; None for any other note."""
    if "handed_over" in data:
        files = [named(name, facts) for name, facts in data["handed_over"].items()]
        return Message("report.note_handed_over", {"files": ", ".join(files)})
    if "not_handed_over" in data:
        return Message("report.note_not_handed_over", {"why": message_of(data["not_handed_over"].get("why")) or "-"})
    for step in ("mailing", "mailed"):
        if step in data:
            mail = data[step]
            fields = {"to": ", ".join(mail["to"]), "files": ", ".join(mail["files"]), "id": mail["message_id"]}
            return Message(f"report.note_{step}", {**fields, "answer": mail.get("answer", "")})
    return None


def _file(name: str, facts: Mapping[str, Any], wording: Wording) -> str:
    check = facts["check"]
    code = "report.checked_elsewhere" if check.get("elsewhere") else "report.checked"
    fields = {"engine": check.get("engine"), "number": check.get("number"), "definitions": check.get("definitions")}
    return f"{name} ({facts['digest']}; {wording.say(code, **fields)})"


def _event(row: Row) -> dict[str, object]:
    entry = row.entry
    return {
        "seq": row.seq,
        "at": time_to_json(entry.at),
        "event": entry.event.value,
        "system": entry.system,
        "actor": entry.actor,
        "data": plain(entry.data),
        "digest": row.digest,
    }


def _truth(one: Truth, locale: str) -> dict[str, object]:
    return {
        "system": one.system,
        "action": one.change.action.value,
        "key": {"type": one.key.type, "id": one.key.id},
        "label": one.label,
        "status": one.status.value,
        "at": one.at and time_to_json(one.at),
        "actor": one.actor,
        "error": one.error and {"code": one.error.code, "text": spoken(one.error, locale)},
    }


def _document(id_: str, name: str, items: Iterable[dict[str, object]]) -> Iterator[str]:
    """A JSON object with one list, written item by item: a long journal is never whole in memory."""
    yield f'{{"schema": {SCHEMA}, "id": {json_safe(json.dumps(id_, ensure_ascii=False))}, "{name}": ['
    separator = "\n"
    for item in items:
        yield separator + json_safe(json.dumps(item, ensure_ascii=False))
        separator = ",\n"
    yield "\n]}\n"
