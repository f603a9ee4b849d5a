"""What modules and playbooks tell of plans and change sets, as plain data and as sentences in the reader's language.

It is bounded: in full it is in `chonai show`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chonai.change.codec import record_to_json, time_to_json
from chonai.change.cover import cover_of
from chonai.change.errors import InputError
from chonai.change.ledger import Ledger, Status
from chonai.change.model import ApprovalRule, Change, Plan, Record
from chonai.change.plan import counts
from chonai.reports.as_text import summary
from chonai.reports.names import Names
from chonai.reports.next_steps import next_steps
from chonai.reports.review import Review
from chonai.reports.visible import visible, visible_lines
from chonai.reports.wording import Wording
from chonai.site.applying import Outcome
from chonai.site.core import Site, problems_of
from chonai.store.state import Progress
from chonai.text.discretion import discreet
from chonai.text.messages import Message, current_locale, message

LIMIT = 50
"""Changes or sentences told of one plan: enough to see what kind of change it is, few enough for a log."""
_VALUES = 3


@dataclass(frozen=True, slots=True)
class BrakeTale:
    """A tripped brake, where and why."""

    system: str
    name: str
    releasable: bool
    message: str


@dataclass(frozen=True, slots=True)
class ChangeTale:
    """One change; `label` is what people call the object. Long sets are cut."""

    action: str
    key: str
    label: str
    reason: str
    before: Mapping[str, object]
    after: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PlanTale:
    """One system's plan: changes by action, the first of them, and what is to be known of it."""

    system: str
    has_changes: bool
    counts: Mapping[str, int]
    changes: Sequence[ChangeTale]
    brakes: Sequence[BrakeTale]
    plan_warnings: Sequence[str]
    plan_problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class SystemTale:
    """One system's part of a change set: changes by action, and what became of them (`left`: not tried yet)."""

    counts: Mapping[str, int]
    done: int
    failed: int
    skipped: int
    left: int


@dataclass(frozen=True, slots=True)
class ChangeSetTale:
    """A change set as it is now. `summary` is for people: a paragraph for each system."""

    id: str
    operation: str
    digest: str
    author: str
    state: str
    rule: ApprovalRule
    approved_by: Sequence[str]
    brakes: Sequence[BrakeTale]
    systems: Mapping[str, SystemTale]
    undo_of: str | None
    announced_at: str | None
    next_commands: Sequence[str]
    summary: Sequence[str]


def tell_plan(plan: Plan, *, is_confidential: bool = False) -> PlanTale:
    """One plan; of a confidential one only numbers, and in which row what kind of thing is wrong."""
    told, names = _discreetly(plan) if is_confidential else plan, Names.of([(plan, Ledger.of(plan, ()))])
    return PlanTale(
        system=told.system,
        has_changes=bool(told.changes),
        counts=counts(told.changes),
        changes=[] if is_confidential else [_change(change, names) for change in told.changes[:LIMIT]],
        brakes=_brakes([told]),
        plan_warnings=list(bounded(told.warnings)),
        plan_problems=list(bounded(told.problems)),
    )


def _discreetly(plan: Plan) -> Plan:
    warnings, problems = (tuple(map(discreet, items)) for items in (plan.warnings, plan.problems))
    return replace(cover_of(plan), warnings=warnings, problems=problems)


def why_not_sealed(plan: Plan, plan_id: str, announced_at: datetime | None) -> InputError:
    """Why a plan cannot be sealed; of a confidential one without names and values, and how to read them."""
    error = problems_of(plan, is_confidential=announced_at is not None)
    if announced_at is None:
        return error
    how = message("site.read_in_full", id=plan_id)
    return InputError(error.message.code, details=(*error.details, how), **error.message.fields)


def why_none_sealed(plans: Sequence[Plan]) -> InputError:
    """Why plans that belong together cannot be sealed: all that is wrong with any of them."""
    wrong = [plan for plan in plans if plan.problems]
    details = [problem for plan in wrong for problem in plan.problems]
    systems = ", ".join(plan.system for plan in wrong)
    return InputError("site.problems", details=details, system=systems, count=len(details))


def tell(found: Review) -> ChangeSetTale:
    """One change set."""
    change_set = found.change_set
    return ChangeSetTale(
        id=change_set.id,
        operation=change_set.operation,
        digest=found.digest,
        author=change_set.author,
        state=found.state,
        rule=change_set.rule,
        approved_by=[one.principal for one in found.agreements if one.problem is None],
        brakes=_brakes(change_set.plans),
        systems={plan.system: _system(found, plan) for plan in change_set.plans},
        undo_of=change_set.undo_of,
        announced_at=time_to_json(change_set.announced_at) if change_set.announced_at else None,
        next_commands=[step.command for step in next_steps(found) if step.command],
        summary=list(_summary(found, Wording(current_locale()))),
    )


def failures(found: Review, outcomes: Iterable[Outcome]) -> list[str]:
    """The first changes that failed, each with the system's words."""
    failed = [
        message(
            "faces.failed_change",
            object=found.label(outcome.plan.system, change.key),
            reason=change.reason,
            error=error,
        )
        for outcome in outcomes
        for change, error in outcome.failures
    ]
    return list(bounded(failed))


def results(found: Review, anchor: str) -> list[str]:
    """What became of a change set: a line for each system, then how far all of it is, and the journal's head."""
    tales, wording = {plan.system: _system(found, plan) for plan in found.change_set.plans}, Wording(current_locale())
    lines = [visible(_result(system, tale).render()) for system, tale in tales.items()]
    state = f"{wording.say('report.state')}: {wording.say(f'report.state_{found.state}')}"
    return [*lines, state, message("faces.anchor", anchor=anchor).render()]


def progress(site: Site, id_: str) -> dict[str, tuple[int, int]]:
    """Changes done, and all changes, of each system of a change set; counted from the journal alone."""
    found = Progress.of(site.store.journal.rows(id_))
    return {system: (len(found.done.get(system, ())), total) for system, total in found.changes.items()}


def bounded(messages: Sequence[Message]) -> Iterator[str]:
    """The first sentences, and how many more there are."""
    yield from (visible_lines(item.render()) for item in messages[:LIMIT])
    if len(messages) > LIMIT:
        yield message("faces.more", count=len(messages) - LIMIT).render()


def _summary(found: Review, wording: Wording) -> Iterator[str]:
    """Counts and brakes of each system; then a few warnings of each kind, so that what is said of every second row does
    not hide what is said once.
    """
    yield from (line for line in summary(found, wording, most=_VALUES) if line)


def _brakes(plans: Iterable[Plan]) -> list[BrakeTale]:
    tripped = [(plan.system, brake) for plan in plans for brake in plan.brakes]
    return [
        BrakeTale(system, brake.name, brake.releasable, visible(brake.message.render())) for system, brake in tripped
    ]


def _system(found: Review, plan: Plan) -> SystemTale:
    made = found.made(plan.system)
    done, failed, skipped = made[Status.DONE], made[Status.FAILED], made[Status.SKIPPED]
    return SystemTale(counts(plan.changes), done, failed, skipped, len(plan.changes) - done - failed - skipped)


def _result(system: str, tale: SystemTale) -> Message:
    return message(
        "faces.result", system=system, done=tale.done, failed=tale.failed, skipped=tale.skipped, left=tale.left
    )


def _change(change: Change, names: Names) -> ChangeTale:
    label, before, after = names.label(change.key), _cut(change.before), _cut(change.after)
    return ChangeTale(change.action, str(change.key), visible(label), visible(change.reason), before, after)


def _cut(record: Record) -> dict[str, object]:
    return {name: _first(value) if isinstance(value, list) else value for name, value in record_to_json(record).items()}


def _first(values: list[str]) -> list[str]:
    return values if len(values) <= _VALUES else [*values[:_VALUES], f"… {len(values)}"]
