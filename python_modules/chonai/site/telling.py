"""What faces tell people about plans and change sets: counts, a bounded excerpt, how far it is, what to type next.

Everything here is plain data or sentences in the reader's language, and bounded: what is told in full is in
`chonai show`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chonai.change.codec import record_to_json
from chonai.change.ledger import Ledger, Status
from chonai.change.model import ApprovalKind, ApprovalRule, Change, ChangeSet, Plan, Record
from chonai.change.plan import counts
from chonai.site.core import Site
from chonai.store.change_sets import Sealed
from chonai.store.state import Progress, State
from chonai.text.messages import Message, message

LIMIT = 50
"""Changes or sentences told of one plan: enough to see what kind of change it is, few enough for a log."""
_VALUES = 5


@dataclass(frozen=True, slots=True)
class BrakeTale:
    """A tripped brake, where and why."""

    system: str
    name: str
    releasable: bool
    message: str


@dataclass(frozen=True, slots=True)
class ChangeTale:
    """One change; long sets are cut."""

    action: str
    key: str
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
    summary: str


@dataclass(frozen=True, slots=True)
class PlansTale:
    """Several plans that go together: a line for each."""

    nothing_to_do: bool
    counts: Mapping[str, Mapping[str, int]]
    brakes: Sequence[BrakeTale]
    summary: Sequence[str]


@dataclass(frozen=True, slots=True)
class SealTale:
    """A change set that was sealed, and what to type next."""

    id: str
    digest: str
    author: str
    rule: ApprovalRule
    next_commands: Sequence[str]


@dataclass(frozen=True, slots=True)
class SystemTale:
    """One system's part of a change set: changes by action, and what became of them (`left`: not tried yet)."""

    counts: Mapping[str, int]
    done: int
    failed: int
    skipped: int
    left: int


@dataclass(frozen=True, slots=True)
class Report:
    """A change set as it is now. `anchor` is the journal's head."""

    id: str
    operation: str
    digest: str
    author: str
    state: State
    rule: ApprovalRule
    approved_by: Sequence[str]
    brakes: Sequence[BrakeTale]
    systems: Mapping[str, SystemTale]
    undo_of: str | None
    anchor: str
    next_commands: Sequence[str]
    summary: Sequence[str]


def tell_plan(plan: Plan) -> PlanTale:
    """One plan."""
    return PlanTale(
        system=plan.system,
        has_changes=bool(plan.changes),
        counts=counts(plan.changes),
        changes=[_change(change) for change in plan.changes[:LIMIT]],
        brakes=_brakes([plan]),
        plan_warnings=bounded(plan.warnings),
        plan_problems=bounded(plan.problems),
        summary=_line(plan),
    )


def tell_plans(plans: Sequence[Plan]) -> PlansTale:
    """Several plans."""
    return PlansTale(
        nothing_to_do=not any(plan.changes for plan in plans),
        counts={plan.system: counts(plan.changes) for plan in plans},
        brakes=_brakes(plans),
        summary=[_line(plan) for plan in plans],
    )


def tell_seal(sealed: Sealed) -> SealTale:
    """What was just sealed."""
    change_set = sealed.change_set
    return SealTale(change_set.id, sealed.digest, change_set.author, change_set.rule, next_commands(change_set))


def report(site: Site, id_: str) -> Report:
    """What the store and the journal know of a change set. Raises `SealBroken` where it is not what was sealed."""
    change_set, sealed = site.checked(id_), site.store.change_sets.get(id_)
    systems = {plan.system: _system(site, id_, plan) for plan in change_set.plans}
    return Report(
        id=id_,
        operation=change_set.operation,
        digest=sealed.digest,
        author=change_set.author,
        state=site.store.state_of(id_),
        rule=change_set.rule,
        approved_by=[approval.principal for approval in site.store.change_sets.approvals(id_)],
        brakes=_brakes(change_set.plans),
        systems=systems,
        undo_of=change_set.undo_of,
        anchor=str(site.store.journal.head()),
        next_commands=next_commands(change_set),
        summary=[_result(system, tale) for system, tale in systems.items()],
    )


def progress(site: Site, id_: str) -> dict[str, tuple[int, int]]:
    """Changes done, and all changes, of each system of a change set; counted from the journal alone."""
    found = Progress.of(site.store.journal.rows(id_))
    return {system: (len(found.done.get(system, ())), total) for system, total in found.changes.items()}


def next_commands(change_set: ChangeSet) -> list[str]:
    """What to type once this is sealed: approve where the rule or a brake wants it, then apply."""
    names = sorted({brake.name for plan in change_set.plans for brake in plan.brakes if brake.releasable})
    releases = "".join(f" --release {name}" for name in names)
    watcher = " --watcher NAME" if change_set.rule.watcher else ""
    approve = [f"chonai approve {change_set.id} --as NAME --key FILE{releases}"]
    apply = f"chonai apply {change_set.id} --operator NAME{watcher}"
    return [*(approve if names or change_set.rule.kind is not ApprovalKind.NONE else []), apply]


def bounded(messages: Sequence[Message]) -> list[str]:
    """The first sentences, and how many more there are."""
    more = [message("faces.more", count=len(messages) - LIMIT)] if len(messages) > LIMIT else []
    return [item.render() for item in (*messages[:LIMIT], *more)]


def _brakes(plans: Iterable[Plan]) -> list[BrakeTale]:
    tripped = [(plan.system, brake) for plan in plans for brake in plan.brakes]
    return [BrakeTale(system, brake.name, brake.releasable, brake.message.render()) for system, brake in tripped]


def _line(plan: Plan) -> str:
    if not plan.changes:
        return message("faces.nothing_to_do", system=plan.system).render()
    return message("faces.counts", system=plan.system, **counts(plan.changes)).render()


def _system(site: Site, id_: str, plan: Plan) -> SystemTale:
    ledger = Ledger.of(plan, site.store.journal.rows(id_, plan.system))
    done, failed, skipped = (len(ledger.positions(s)) for s in (Status.DONE, Status.FAILED, Status.SKIPPED))
    return SystemTale(counts(plan.changes), done, failed, skipped, len(plan.changes) - done - failed - skipped)


def _result(system: str, tale: SystemTale) -> str:
    numbers = {"done": tale.done, "failed": tale.failed, "skipped": tale.skipped, "left": tale.left}
    return message("faces.result", system=system, **numbers).render()


def _change(change: Change) -> ChangeTale:
    return ChangeTale(change.action, str(change.key), change.reason, _cut(change.before), _cut(change.after))


def _cut(record: Record) -> dict[str, object]:
    return {name: _first(value) if isinstance(value, list) else value for name, value in record_to_json(record).items()}


def _first(values: list[str]) -> list[str]:
    return values if len(values) <= _VALUES else [*values[:_VALUES], f"… {len(values)}"]
