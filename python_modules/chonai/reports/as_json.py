"""A change set as JSON for programs: version 1 of docs/schema/change-set.schema.json, explained in docs/show.md."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from chonai.change.codec import message_to_json, record_to_json, time_to_json
from chonai.change.ledger import Status
from chonai.change.model import Brake, Change, Plan
from chonai.change.plan import counts
from chonai.reports.review import Agreement, Review
from chonai.reports.visible import json_safe
from chonai.reports.wording import spoken
from chonai.text.messages import Message

SCHEMA = 1


def as_json(review: Review, locale: str) -> Iterator[str]:
    """The document, in pieces: `before` and `after` as the plan has them, sentences also in the reader's language."""
    text = json.dumps(to_data(review, locale), ensure_ascii=False, indent=1)
    yield json_safe(text) + "\n"


def to_data(review: Review, locale: str) -> dict[str, object]:
    """The document as plain data."""
    change_set = review.change_set
    return {
        "schema": SCHEMA,
        "id": change_set.id,
        "digest": review.digest,
        "state": review.state,
        "operation": change_set.operation,
        "author": change_set.author,
        "created_at": time_to_json(change_set.created_at),
        "not_before": change_set.not_before and time_to_json(change_set.not_before),
        "start_by": change_set.start_by and time_to_json(change_set.start_by),
        "announced_at": change_set.announced_at and time_to_json(change_set.announced_at),
        "withheld": review.is_withheld,
        "rule": {"kind": change_set.rule.kind.value, "watcher": change_set.rule.watcher},
        "seal": {"holds": not review.broken, "problems": _messages(review.broken, locale)},
        "approvals": [_agreement(one, locale) for one in review.agreements],
        "undo_of": change_set.undo_of,
        "undone_by": list(review.undos),
        "plans": [_plan(review, plan, locale) for plan in change_set.plans],
    }


def _plan(review: Review, plan: Plan, locale: str) -> dict[str, object]:
    ledger = review.ledgers.get(plan.system)
    statuses = ledger.status if ledger else [Status.UNTOUCHED] * len(plan.changes)
    changes = zip(plan.changes, statuses, strict=True)
    return {
        "system": plan.system,
        "operation": plan.operation,
        "counts": counts(plan.changes),
        "changes": [] if review.is_withheld else [_change(review, plan, change, status) for change, status in changes],
        "brakes": [_brake(review, brake, locale) for brake in plan.brakes],
        "warnings": _messages(plan.warnings, locale),
        "problems": _messages(plan.problems, locale),
        "inputs": dict(plan.inputs),
    }


def _change(review: Review, plan: Plan, change: Change, status: Status) -> dict[str, object]:
    return {
        "action": change.action.value,
        "key": {"type": change.key.type, "id": change.key.id},
        "label": review.label(plan.system, change.key),
        "before": record_to_json(change.before),
        "after": record_to_json(change.after),
        "reason": change.reason,
        "secrets": list(change.secrets),
        "status": status.value,
    }


def _brake(review: Review, brake: Brake, locale: str) -> dict[str, object]:
    return {
        "name": brake.name,
        "releasable": brake.releasable,
        "released": brake.releasable and brake.name in review.released,
        **_message(brake.message, locale),
    }


def _agreement(one: Agreement, locale: str) -> dict[str, object]:
    return {
        "principal": one.principal,
        "at": time_to_json(one.at),
        "releases": sorted(one.releases),
        "holds": one.problem is None,
        "problem": one.problem and _message(one.problem, locale),
    }


def _messages(items: Iterable[Message], locale: str) -> list[dict[str, object]]:
    return [_message(item, locale) for item in items]


def _message(item: Message, locale: str) -> dict[str, object]:
    return {**message_to_json(item), "text": spoken(item, locale)}
