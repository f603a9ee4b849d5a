"""A change set as one HTML file that needs nothing else: for Edge, offline, and for A4 paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chonai.change.ledger import Status
from chonai.change.model import Action, Change, Plan
from chonai.reports.as_text import brake_way_out, care, head_rows, reason_line, title, type_name, withheld
from chonai.reports.next_steps import next_steps
from chonai.reports.review import Review, objects_by_type
from chonai.reports.visible import visible
from chonai.reports.warned import warning_lines
from chonai.reports.wording import Difference, Wording


@dataclass(frozen=True, slots=True)
class Row:
    """One object's change as the template shows it."""

    action: str
    kind: str
    type: str
    label: str
    reason: str
    status: str
    differences: tuple[Difference, ...]


def as_html(review: Review, locale: str) -> Iterator[str]:
    """The page, in pieces."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("chonai.reports")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.get_template("change_set.html.j2")
    stream = template.stream(_context(review, Wording(locale)))
    stream.enable_buffering(200)
    return iter(stream)


def _context(review: Review, wording: Wording) -> dict[str, object]:
    return {
        "lang": wording.locale,
        "say": wording.say,
        "title": title(review, wording),
        "head": list(head_rows(review, wording)),
        "care": care(review, wording),
        "mark": "" if review.is_announced else care(review, wording),
        "withheld": withheld(review, wording) if review.is_withheld else "",
        "broken": [wording.spoken(item) for item in review.broken],
        "plans": [_plan(review, plan, wording) for plan in review.change_set.plans],
        "warnings": list(warning_lines(review, wording)),
        "steps": [(step.why.render(wording.locale), step.command) for step in next_steps(review)],
        "actions": [wording.say(f"report.counted_{action.value}") for action in Action],
    }


def _plan(review: Review, plan: Plan, wording: Wording) -> dict[str, object]:
    counted = objects_by_type(plan)
    return {
        "system": visible(plan.system),
        "counts": [
            (type_name(type_, wording), [f"{count[action]:,}" for action in Action], reason_line(plan, type_, wording))
            for type_, count in counted.items()
        ],
        "brakes": [
            (visible(brake.name), wording.spoken(brake.message), brake_way_out(review, brake, wording))
            for brake in plan.brakes
        ],
        "problems": [wording.spoken(item) for item in plan.problems],
        "count": 0 if review.is_withheld else len(plan.changes),
        "rows": _rows(review, plan, wording),
    }


def _rows(review: Review, plan: Plan, wording: Wording) -> Iterator[Row]:
    ledger = review.ledgers.get(plan.system)
    for number, change in enumerate(plan.changes):
        status = ledger.status[number] if ledger else Status.UNTOUCHED
        yield _row(review, plan, change, wording.say(f"report.status_{status.value}"), wording)


def _row(review: Review, plan: Plan, change: Change, status: str, wording: Wording) -> Row:
    differences = tuple(wording.differences(review, plan, change))
    return Row(
        action=wording.say(f"report.action_{change.action.value}"),
        kind=change.action.value,
        type=type_name(change.key.type, wording),
        label=visible(review.label(plan.system, change.key)),
        reason=visible(change.reason),
        status=status,
        differences=differences or (Difference("", (), ()),),
    )
