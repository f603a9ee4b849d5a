"""Circles of changes that wait for each other, and how they are opened: one of them is cut in two.

- Where names are swapped, one object steps aside first: to a temporary name, or without a further one.
- Where objects that are made, or deleted, refer to each other, one is made without its references and gets them later,
  or loses them before it goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from chonai.change.model import Action, Change, Key, Record, TypeScope, Value
from chonai.change.naming import Claim, folded
from chonai.change.steps import Ground, Step


def opened(circle: Sequence[int], steps: list[Step], ground: Ground, wanted: frozenset[Claim]) -> bool:
    """Cut one step of the circle in two, the second half at the end of the steps. False where none can be cut.

    `wanted`: all names that any step takes or waits for; who steps aside once leaves all of these.
    """
    return _step_aside(circle, steps, ground, wanted) or _part(circle, steps, ground)


def _step_aside(circle: Sequence[int], steps: list[Step], ground: Ground, wanted: frozenset[Claim]) -> bool:
    """First out of the others' way, and later to its own names (or deleted)."""
    inside = {claim for n in circle for claim in steps[n].come | steps[n].awaited}
    for n in circle:
        step, owned = steps[n], ground.owned(steps[n].change)
        if step.is_half or not step.gone & inside:
            continue
        blocking = _values_of(step.gone & wanted, step.old or {}, owned)
        if blocking:
            _replace(steps, n, ground, *_cut(step, blocking, owned))
            return True
    return False


def _replace(steps: list[Step], n: int, ground: Ground, first: Change, second: Change) -> None:
    steps[n], later = ground.halves(steps[n], first, second, n)
    steps.append(later)


def _values_of(claims: Collection[Claim], record: Record, owned: TypeScope) -> dict[str, Value]:
    """The attributes, with their values, that make a record have these names; of a set only the values in question."""
    found: dict[str, Value] = {}
    for _, group, values in claims:
        if group:
            found[group[-1]] = record.get(group[-1])
            continue
        for name in owned.names & owned.attributes:
            value, wanted = record.get(name), values[0]
            if isinstance(value, frozenset):
                if same := frozenset(each for each in value if folded(each) == wanted):
                    found[name] = _union(found.get(name), same)
            elif folded(value) == wanted:
                found[name] = value
    return found


def _part(circle: Sequence[int], steps: list[Step], ground: Ground) -> bool:
    """A create or a delete: what it refers to in the circle comes later, or goes before."""
    keys = frozenset(str(steps[n].change.key) for n in circle)
    for n in circle:
        change = steps[n].change
        side = {Action.CREATE: change.after, Action.DELETE: change.before}.get(change.action, {})
        links = _links(side, ground.owned(change).references, keys)
        if links:
            rest = {name: _without(value, links.get(name)) for name, value in side.items()}
            kept = {name: each for name, each in rest.items() if each != frozenset()}
            _replace(steps, n, ground, *_parted(change, links, kept))
            return True
    return False


def _links(record: Record, references: frozenset[str], keys: frozenset[str]) -> dict[str, frozenset[str]]:
    """The sets of a record that refer to one of the keys, as far as they do."""
    sets = {name: value & keys for name, value in record.items() if name in references and isinstance(value, frozenset)}
    return {name: values for name, values in sets.items() if values}


def _parted(change: Change, links: Record, rest: Record) -> tuple[Change, Change]:
    """The object without the links and then the links; for a delete, the links and then the object without them."""
    if change.action is Action.CREATE:
        return replace(change, after=rest), replace(change, action=Action.UPDATE, after=links, secrets=())
    return replace(change, action=Action.UPDATE, before=links), replace(change, before=rest)


def _cut(step: Step, blocking: Mapping[str, Value], owned: TypeScope) -> tuple[Change, Change]:
    """Out of the way: scalars to temporary values, sets without these values; and the change from there."""
    change = step.change
    scalars = [name for name, value in blocking.items() if not isinstance(value, frozenset)]
    temporary = {name: _temporary(change.key, name) for name in scalars}
    action = Action.MOVE if owned.place.intersection(temporary) else Action.UPDATE
    aside = replace(change, action=action, before=dict(blocking), after=temporary)
    final = {} if step.new is None else {name: step.new.get(name) for name in scalars}
    left = {name: _without(value, blocking.get(name)) for name, value in change.before.items()}
    before = {name: value for name, value in left.items() if value != frozenset()}
    return aside, replace(change, before={**before, **temporary}, after={**change.after, **final})


def _union(one: Value, other: frozenset[str]) -> frozenset[str]:
    return one | other if isinstance(one, frozenset) else other


def _without(value: Value, gone: Value) -> Value:
    return value - gone if isinstance(value, frozenset) and isinstance(gone, frozenset) else value


def _temporary(key: Key, name: str) -> str:
    return "tmp-" + hashlib.sha256(f"{key}/{name}".encode()).hexdigest()[:8]
