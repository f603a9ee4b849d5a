"""Has anything moved between plan and apply? Checked over everything that will be touched, before the first
write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from chonai.change.diff import fingerprint
from chonai.change.effect import Standing, bound, differing, owned_part, standing
from chonai.change.errors import DriftFound
from chonai.change.ledger import UNMADE, Ledger, Status
from chonai.change.model import Action, Change, Key, Plan, Record, State, Value, by_value, members, targets
from chonai.change.system import Crowded, System
from chonai.text.messages import Message, message
from chonai.text.problems import shown

MOST_TOLD, LONGEST_TOLD = 3, 60
"""Attributes of one object, and characters of one value, that a refusal tells."""


def refuse_drift(plan: Plan, system: System, ledger: Ledger) -> None:
    """Raise `DriftFound`, naming each object that is not as it was planned from."""
    if moved := drift(plan, system, ledger):
        raise DriftFound("change.drift", details=tuple(moved.values()), system=plan.system, count=len(moved))


def drift(plan: Plan, system: System, ledger: Ledger) -> dict[int, Message]:
    """What moved, by position in the plan of the first change that it concerns.

    An object that this change set has touched already (a resumed apply) is compared change by change instead
    of as a whole.
    """
    left = {n: bound(plan.changes[n], ledger.keys) for n in ledger.positions(*UNMADE)}
    state = system.read({change.key for change in left.values() if not change.key.is_new}, plan.scope)
    touched = {bound(plan.changes[n], ledger.keys).key for n in ledger.positions(Status.DONE, Status.FAILED)}
    found = _appeared(left, plan, system) | _lost(left, plan, system, state)
    found |= _crowded(left, system) | _protected(left, plan, system)
    seen: set[Key] = set(ledger.keys.values())
    for n, change in left.items():
        if change.key.is_new or (change.key in seen and change.key in touched):
            continue
        seen.add(change.key)
        if error := _moved(change, state.get(change.key), plan, change.key in touched):
            found[n] = error
    return found


def located(creates: Sequence[Change], plan: Plan, system: System) -> dict[Key, Key]:
    """Creates whose object is there, with its real key.

    An object that the plan itself changes is none of them: it may still hold a name that it is about to give up.
    """
    if not creates:
        return {}
    known = {change.key for change in plan.changes}
    return {new: real for new, real in system.locate(creates).items() if real not in known}


def _appeared(left: Mapping[int, Change], plan: Plan, system: System) -> dict[int, Message]:
    creates = {change.key: n for n, change in left.items() if change.key.is_new and change.action is Action.CREATE}
    found = located([left[n] for n in creates.values()], plan, system)
    return {
        creates[new]: message("change.drift_exists", object=str(new), found=str(real)) for new, real in found.items()
    }


def _lost(left: Mapping[int, Change], plan: Plan, system: System, state: State) -> dict[int, Message]:
    """Changes that point to something (a section, a member) that is not there; what the plan makes itself may come
    yet.
    """
    made = {change.key for change in plan.changes if change.action is Action.CREATE}
    wanted = {n: _references(change.after, change, plan) - made for n, change in left.items()}
    asked = {key for keys in wanted.values() for key in keys} - state.keys()
    gone = asked - system.read(asked, plan.scope).keys() if asked else set()
    return {
        n: message("change.drift_reference", object=str(left[n].key), reference=str(min(keys & gone)))
        for n, keys in wanted.items()
        if keys & gone
    }


def _protected(left: Mapping[int, Change], plan: Plan, system: System) -> dict[int, Message]:
    """Changes of what nobody may touch now, itself or by what is put into or taken out of it."""
    touched = {n: _people(change, plan) | {change.key} for n, change in left.items()}
    objections = system.objections({key for keys in touched.values() for key in keys if not key.is_new})
    return {
        n: message("change.drift_protected", object=str(key), why=objections[key])
        for n, keys in touched.items()
        for key in sorted(keys & objections.keys())[:1]
    }


def _crowded(left: Mapping[int, Change], system: System) -> dict[int, Message]:
    """Creates in whose place something stands by now that would be beside them."""
    found = system.in_the_way({change.key for change in left.values()}) if isinstance(system, Crowded) else {}
    return {
        n: message("change.drift_crowded", object=str(change.key), why=found[change.key])
        for n, change in left.items()
        if change.key in found
    }


def _people(change: Change, plan: Plan) -> set[Key]:
    """What a change puts into sets of references or takes out of them."""
    return {
        key
        for side in (change.before, change.after)
        for key in _references({name: each for name, each in side.items() if isinstance(each, frozenset)}, change, plan)
        if change.action not in (Action.CREATE, Action.DELETE)
    }


def _references(record: Record, change: Change, plan: Plan) -> set[Key]:
    """The existing objects that a record points to, of the types that the plan can read."""
    found = map(Key.parse, targets(record, plan.scope[change.key.type].references))
    return {key for key in found if key.type in plan.scope and not key.is_new}


def _moved(change: Change, record: Record | None, plan: Plan, touched: bool) -> Message | None:
    fields = {"object": str(change.key), "reason": change.reason}
    if change.action is Action.CREATE:
        found = {"object": str(change.key), "found": str(change.key)}
        return None if touched or _may_come(change, record, plan) else Message("change.drift_exists", found)
    if record is None:
        return None if touched and change.action is Action.DELETE else Message("change.drift_gone", fields)
    if _as_planned(change, record, plan, touched):
        return None
    return Message("change.drift_moved", fields | {"what": _what_moved(change, record, touched)})


def _may_come(change: Change, record: Record | None, plan: Plan) -> bool:
    """Whether an object that comes back is not there yet, or is there just as it is wanted. One that gets a secret must
    not be there: its owner would lose the one that they have."""
    if record is None:
        return True
    return not change.secrets and standing(record, owned_part(change, plan.scope)) is Standing.DONE


def _what_moved(change: Change, record: Record, touched: bool) -> Message:
    """The first attributes of the change that are not as they were planned from. Of the others the plan keeps no
    more than a digest. Of an object touched before, what is done already is as it should be."""
    names = differing(record, change) if touched else sorted(change.before.keys() | change.after.keys())
    found = [item for name in names for item in _moves(name, change, record)]
    if not found:
        return message("change.drift_elsewhere")
    more = [message("change.drift_more", count=len(found) - MOST_TOLD)] if len(found) > MOST_TOLD else []
    return reduce(lambda one, other: message("change.drift_and", one=one, other=other), [*found[:MOST_TOLD], *more])


def _moves(name: str, change: Change, record: Record) -> Iterator[Message]:
    before, after, now = change.before.get(name), change.after.get(name), record.get(name)
    if by_value(before, after):
        for value in sorted(members(before) - members(now)):
            yield message("change.drift_lacks", attribute=name, value=_told(value))
        for value in sorted(members(after) & members(now)):
            yield message("change.drift_has", attribute=name, value=_told(value))
    elif before != now:
        yield message("change.drift_value", attribute=name, expected=_told(before), found=_told(now))


def _told(value: Value) -> str:
    """A value in a sentence: bounded, but a key whole, so that it can be called by its name."""
    if isinstance(value, frozenset):
        value = ", ".join(sorted(value))
    return "-" if value is None or value == "" else shown(str(value), LONGEST_TOLD)


def _as_planned(change: Change, record: Record, plan: Plan, touched: bool) -> bool:
    if touched:
        return standing(record, change) is not Standing.CONFLICT
    if change.guard and fingerprint(record, plan.scope[change.key.type]) != change.guard:
        return False
    return _sets_as_planned(change, record)


def _sets_as_planned(change: Change, record: Record) -> bool:
    """Values to take away are still there, values to add are not there yet."""
    is_left = all(members(gone) <= members(record.get(name)) for name, gone in change.before.items())
    return is_left and not any(members(come) & members(record.get(name)) for name, come in change.after.items())
