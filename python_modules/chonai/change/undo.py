"""The way back: the state before a change set, computed from its journal and from what is there now.

It is planned, sealed and approved like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from chonai.change.effect import Standing, bound, owned_part, part_made, reverted, standing
from chonai.change.ledger import Ledger, Status
from chonai.change.model import Action, Change, Key, Plan, Record, Scope, State, TypeScope, Value, members, targets
from chonai.change.order import NAME_TAKEN
from chonai.change.plan import Outcome, label_of, plan_of
from chonai.change.ports import Row
from chonai.change.staying import used_by_others
from chonai.change.system import Observation, System
from chonai.text.few import first_few
from chonai.text.messages import Message, message

OPERATION = "undo"


def undo_plan(
    plan: Plan,
    rows: Iterable[Row],
    system: System,
    only: Collection[Key] = (),
    *,
    taken_back: Iterable[Change] = (),
) -> Plan:
    """The plan that takes back what was done by `plan`, for all objects or only for some.

    What somebody changed since is not overwritten, and what was made and is used by others since stays: a warning names
    it. What is gone already needs nothing. An object that the server cannot give back whole (a password) comes back as
    docs/lifecycle.md says. Some alone cannot come back where another object of the same plan has got their name since:
    a problem names it. Of a change that failed, what is there all the same is taken back: a system may have made half
    of it before it refused the rest. `taken_back`: what earlier undos of this plan have done; it is left out.
    """
    ledger = Ledger.of(plan, rows)
    tried = {n: _made(plan, ledger, n) for n in ledger.positions(Status.DONE, Status.FAILED)}
    left = _left(tried, taken_back)
    wanted = {n: change for n, one in left.items() if one and (change := _narrowed(one, only))}
    rivals = _named(tried.values(), plan.scope) if only else frozenset[Key]()
    asked = {one.key for one in wanted.values()} | _referenced(wanted.values(), plan) | rivals
    observed = system.read(asked, plan.scope)
    failed = frozenset(ledger.positions(Status.FAILED))
    there = (_there(one, plan.changes[n].key, observed, plan) if n in failed else one for n, one in wanted.items())
    outcome = _outcome([change for change in there if change], observed, plan, system)
    back = plan_of(plan.system, OPERATION, Observation(observed), outcome, {})
    return replace(back, problems=tuple(_needed(problem, rivals) for problem in back.problems))


def _outcome(changes: list[Change], observed: State, plan: Plan, system: System) -> Outcome:
    """The state before these changes, but for what others use by now."""
    desired, reasons, told = _before(changes, observed, plan)
    gone = observed.keys() - desired.keys()
    for key, said in list(_staying(gone, desired, system, plan.scope)) if gone else ():
        desired[key] = observed[key]
        told.append(said)
    return Outcome(desired, plan.scope, reasons, warnings=tuple(told))


def _staying(gone: Collection[Key], desired: State, system: System, scope: Scope) -> Iterator[tuple[Key, Message]]:
    """What was made by the plan and is used by others since, who do not leave it with this undo: it stays. A warning
    says who they are.
    """
    if not any(owned.references for owned in scope.values()):
        return
    state = {**system.observe(scope).state, **desired}
    for key, users in used_by_others(gone, state, scope).items():
        told = [label_of(state[one], scope[one.type]) or str(one) for one in users]
        called = label_of(state[key], scope[key.type]) or str(key)
        yield key, message("change.undo_used", object=called, count=len(told), users=first_few(told))


def _left(tried: Mapping[int, Change], taken_back: Iterable[Change]) -> dict[int, Change | None]:
    """What earlier undos have left of changes that are done, or failed and may have been made in part."""
    earlier: dict[Key, list[Change]] = {}
    for one in taken_back:
        earlier.setdefault(one.key, []).append(one)
    return {n: _remaining(change, earlier.get(change.key, ())) for n, change in tried.items()}


def made_changes(plan: Plan, rows: Iterable[Row]) -> list[Change]:
    """The changes of a plan that are done, as they were made, in its order."""
    ledger = Ledger.of(plan, rows)
    return [_made(plan, ledger, n) for n in ledger.positions(Status.DONE)]


def _remaining(change: Change, undone: Iterable[Change]) -> Change | None:
    """The part of a change that none of these changes of the same object, made by undos, has taken back."""
    whole = {Action.CREATE: Action.DELETE, Action.DELETE: Action.CREATE}.get(change.action)
    for undo in undone:
        if whole is not None:
            if undo.action is whole:
                return None
            continue
        before, after = _less(change.before, undo.after), _less(change.after, undo.before)
        if not (before or after):
            return None
        change = replace(change, before=before, after=after)
    return change


def _less(side: Record, reverse: Record) -> dict[str, Value]:
    """One side of a change without what the other side of an undo restores or takes away."""
    left: dict[str, Value] = {}
    for name, value in side.items():
        other = reverse.get(name)
        if isinstance(value, frozenset):
            if rest := value - members(other):
                left[name] = rest
        elif name not in reverse or other != value:
            left[name] = value
    return left


def _made(plan: Plan, ledger: Ledger, position: int) -> Change:
    """The change as it was made: real keys, and for a delete the whole object that was there."""
    change = bound(plan.changes[position], ledger.keys)
    if change.action is Action.DELETE and change.key in ledger.preimages:
        return replace(change, before={**ledger.preimages[change.key], **change.before})
    return change


def _narrowed(change: Change, only: Collection[Key]) -> Change | None:
    """The part of the change that concerns `only`:

    the objects themselves, and their memberships elsewhere.
    """
    if not only or change.key in only:
        return change
    names = {str(key) for key in only}
    before, after = _mentions(change.before, names), _mentions(change.after, names)
    return replace(change, before=before, after=after) if before or after else None


def _mentions(record: Record, names: Collection[str]) -> dict[str, Value]:
    found = {name: value.intersection(names) for name, value in record.items() if isinstance(value, frozenset)}
    return {name: values for name, values in found.items() if values}


def _referenced(changes: Iterable[Change], plan: Plan) -> set[Key]:
    """Objects that a way back points at (the section that a person returns to):

    read too, so that names are checked against them.
    """
    found = (targets(change.before, plan.scope[change.key.type].references) for change in changes)
    return {key for key in map(Key.parse, chain.from_iterable(found)) if key.type in plan.scope}


def _named(changes: Iterable[Change], scope: Scope) -> frozenset[Key]:
    """Objects that got another name: it may be one that is to come back to somebody."""

    def names(owned: TypeScope) -> frozenset[str]:
        return owned.names.union(*owned.unique)

    return frozenset(one.key for one in changes if names(scope[one.key.type]) & one.after.keys())


def _needed(problem: Message, rivals: Collection[Key]) -> Message:
    """A name that another object of the same plan has got: the way out is to take that one back along with it."""
    if problem.code == NAME_TAKEN and Key.parse(str(problem.fields["holder"])) in rivals:
        return message("change.undo_needs", **problem.fields)
    return problem


def _before(
    changes: list[Change], observed: State, plan: Plan
) -> tuple[dict[Key, Record], Mapping[Key, str], list[Message]]:
    """Take the changes back, last first. Each must still stand as it was made; of what was made and is gone since
    nothing is left to be taken back.
    """
    desired: dict[Key, Record] = dict(observed)
    reasons: dict[Key, str] = {}
    conflicts: list[Message] = []
    made = {change.key for change in changes if change.action is Action.CREATE}
    for change in reversed(changes):
        if change.key in made and change.key not in observed:
            continue
        if not _stands(change, desired.get(change.key), plan):
            conflicts.append(message("change.undo_conflict", object=str(change.key), reason=change.reason))
            continue
        reasons[change.key] = f"取消: {change.reason}"
        record = reverted(desired.get(change.key), change)
        if record is None:
            desired.pop(change.key, None)
        else:
            desired[change.key] = record
    return desired, reasons, conflicts


def _there(change: Change, planned: Key, observed: State, plan: Plan) -> Change | None:
    """Of a failed change what is there. What stands under a key that the plan knew before may be somebody else's: it
    counts as made only when it is whole.
    """
    if change.action is Action.CREATE and not planned.is_new:
        return change if _stands(change, observed.get(change.key), plan) else None
    whole = change if change.action is Action.DELETE else owned_part(change, plan.scope)
    return part_made(observed.get(change.key), whole)


def _stands(change: Change, record: Record | None, plan: Plan) -> bool:
    return standing(record, owned_part(change, plan.scope)) is Standing.DONE
