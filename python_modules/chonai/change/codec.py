"""Plans and change sets as plain JSON, and their digests. The way back is in `decode`.

A set becomes a sorted list, a key {type, id}, a time ISO 8601 with its offset, a message its code and fields.
"""

from __future__ import annotations

from datetime import datetime

from chonai.change.canonical import canonical, sha256
from chonai.change.decode import (
    SCHEMA,
    change_from_json,
    change_set_from_json,
    change_set_from_text,
    message_from_json,
    plan_from_json,
    plan_from_text,
    record_from_json,
    time_from_json,
)
from chonai.change.model import Brake, Change, ChangeSet, Plan, Record, TypeScope
from chonai.text.messages import Message

__all__ = [
    "SCHEMA",
    "change_from_json",
    "change_set_from_json",
    "change_set_from_text",
    "change_set_to_json",
    "change_to_json",
    "digest",
    "message_from_json",
    "message_to_json",
    "plan_digest",
    "plan_from_json",
    "plan_from_text",
    "plan_to_json",
    "record_from_json",
    "record_to_json",
    "time_from_json",
    "time_to_json",
]


def digest(change_set: ChangeSet) -> str:
    """The name of exactly this change set: `sha256:…` over its canonical JSON; any difference gives another.

    Raises ValueError when it holds what JSON cannot (a number beyond 2^53, half a character).
    """
    return sha256(canonical(change_set_to_json(change_set)))


def plan_digest(plan: Plan) -> str:
    """The name of what this plan does, alike for the same rows from another file: `inputs` is left out."""
    data = plan_to_json(plan)
    del data["inputs"]
    return sha256(canonical(data))


def change_set_to_json(change_set: ChangeSet) -> dict[str, object]:
    """Plain JSON of a change set, `schema` first. Raises ValueError for a time without an offset."""
    return {
        "schema": SCHEMA,
        "id": change_set.id,
        "operation": change_set.operation,
        "author": change_set.author,
        "created_at": time_to_json(change_set.created_at),
        "rule": {"kind": change_set.rule.kind.value, "watcher": change_set.rule.watcher},
        "plans": [plan_to_json(plan) for plan in change_set.plans],
        "not_before": _optional_time(change_set.not_before),
        "start_by": _optional_time(change_set.start_by),
        "undo_of": change_set.undo_of,
        **_secrecy(change_set),
    }


def _secrecy(change_set: ChangeSet) -> dict[str, object]:
    """Absent where nothing is confidential, as in change sets from before there was such a thing."""
    if change_set.announced_at is None:
        return {}
    return {"announced_at": time_to_json(change_set.announced_at), "salt": change_set.salt}


def plan_to_json(plan: Plan) -> dict[str, object]:
    """Plain JSON of one plan."""
    return {
        "system": plan.system,
        "operation": plan.operation,
        "scope": {name: _type_scope_to_json(scope) for name, scope in plan.scope.items()},
        "changes": [change_to_json(change) for change in plan.changes],
        "observed": plan.observed,
        "brakes": [_brake_to_json(brake) for brake in plan.brakes],
        "warnings": [message_to_json(item) for item in plan.warnings],
        "problems": [message_to_json(item) for item in plan.problems],
        "inputs": dict(plan.inputs),
        "labels": {str(key): label for key, label in plan.labels.items()},
    }


def change_to_json(change: Change) -> dict[str, object]:
    """Plain JSON of one change."""
    return {
        "action": change.action.value,
        "key": {"type": change.key.type, "id": change.key.id},
        "before": record_to_json(change.before),
        "after": record_to_json(change.after),
        "reason": change.reason,
        "guard": change.guard,
        "secrets": list(change.secrets),
        "needs": list(change.needs),
    }


def record_to_json(record: Record) -> dict[str, object]:
    """Plain JSON of a record: sets as sorted lists."""
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in record.items()}


def message_to_json(item: Message) -> dict[str, object]:
    """Plain JSON of a message. A field that is no text, number or message is kept as its text."""
    return {"code": item.code, "fields": {name: _field(value) for name, value in item.fields.items()}}


def time_to_json(at: datetime) -> str:
    """ISO 8601 with the offset; raises ValueError for a time without one."""
    if at.tzinfo is None:
        raise ValueError(f"a time needs its offset: {at}")
    return at.isoformat()


def _optional_time(at: datetime | None) -> str | None:
    return None if at is None else time_to_json(at)


def _field(value: object) -> object:
    if isinstance(value, Message):
        return message_to_json(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _type_scope_to_json(scope: TypeScope) -> dict[str, object]:
    """Fields that came later are left out where they say nothing: what was sealed before them keeps its digest."""
    later = {"names": sorted(scope.names), "owner": scope.owner, "told": sorted(scope.told)}
    return {
        **{name: value for name, value in later.items() if value},
        "attributes": sorted(scope.attributes),
        "references": sorted(scope.references),
        "place": sorted(scope.place),
        "unique": [list(group) for group in scope.unique],
        "secrets": list(scope.secrets),
        "label": list(scope.label),
    }


def _brake_to_json(brake: Brake) -> dict[str, object]:
    return {"name": brake.name, "message": message_to_json(brake.message), "releasable": brake.releasable}
