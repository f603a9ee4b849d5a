"""The order of a plan's changes. The only place that decides it.

Rank by what a change does, whatever the system: create, leave, modify, move, join, delete. Above the rank
stand needs:

- who refers to a new object waits for its create; a delete waits for all that let go of the object;
- who takes a name (any `unique` attributes of the scope, any of its `names`) waits for its present holder to leave
  it: renames A→B while B→C run backwards, an old address becomes an alias once it is nobody's main one;
- who names in one of the `names` what it does not hold itself (an attribute that is not among the scope's `attributes`)
  waits for its holder to leave it too, and takes nothing: an A and an AAAA record both follow the CNAME that goes;
- where names are swapped in a circle, one object steps aside first: to a temporary name, or without a further one;
- where objects that are made, or deleted, refer to each other in a circle, one is made without its references and gets
  them later, or loses them before it goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from chonai.change.effect import applied
from chonai.change.model import Action, Change, Key, Record, Scope, State, TypeScope, Value
from chonai.text.messages import Message, message

Claim: TypeAlias = tuple[str, tuple[str, ...], tuple[Value, ...]]
"""Type, attributes and values of a `unique` group; of one of the `names`, which belong to no type, the value alone."""
Needs: TypeAlias = list[set[int]]

ANY_TYPE = ""
NAME_TAKEN = "change.name_taken"

CREATE, LEAVE, MODIFY, MOVE, JOIN, DELETE = range(6)


@dataclass(frozen=True, slots=True)
class Step:
    """A change with the object's whole owned record before and after it.

    A change cut in two has `is_half` in both halves; the second half names the position of the first in
    `first_half`.
    """

    change: Change
    old: Record | None
    new: Record | None
    is_half: bool = False
    first_half: int | None = None


def ordered(changes: Sequence[Change], observed: State, scope: Scope) -> tuple[tuple[Change, ...], tuple[Message, ...]]:
    """The changes in an order in which each can be made, `needs` filled in; and the problems that make it impossible.

    A problem names the object whose name is held by another that does not leave it, or the objects that wait
    for each other in a circle.
    """
    steps = [_step(change, observed) for change in changes]
    while True:
        needs, problems = _needs(steps, observed, scope)
        circle = _circle(needs)
        if not circle:
            return _numbered([step.change for step in steps], needs), tuple(problems)
        if not (_step_aside(circle, steps, scope) or _part(circle, steps, scope)):
            names = ", ".join(sorted({str(steps[n].change.key) for n in circle}))
            return (), (*problems, message("change.circle", objects=names))


def rank(change: Change) -> int:
    """Coarse rank of a change. Changes of one rank that do not need each other are made in one pass."""
    if change.action is not Action.UPDATE:
        return {Action.CREATE: CREATE, Action.MOVE: MOVE, Action.DELETE: DELETE}[change.action]
    if not change.after:
        return LEAVE
    return JOIN if not change.before and _only_sets(change.after) else MODIFY


def _only_sets(record: Record) -> bool:
    return all(isinstance(value, frozenset) for value in record.values())


def _step(change: Change, observed: State) -> Step:
    old = observed.get(change.key)
    return Step(change, old, applied(old, change))


def _needs(steps: Sequence[Step], observed: State, scope: Scope) -> tuple[Needs, list[Message]]:
    needs: Needs = [set() if step.first_half is None else {step.first_half} for step in steps]
    _reference_needs(steps, scope, needs)
    problems = _name_needs(steps, observed, scope, needs)
    for n, found in enumerate(needs):
        found.discard(n)
    return needs, problems


def _reference_needs(steps: Sequence[Step], scope: Scope, needs: Needs) -> None:
    created = {str(s.change.key): n for n, s in enumerate(steps) if s.change.action is Action.CREATE}
    deleted = {str(s.change.key): n for n, s in enumerate(steps) if s.change.action is Action.DELETE}
    if not created and not deleted:
        return
    for n, step in enumerate(steps):
        references = scope[step.change.key.type].references
        needs[n].update(created[t] for t in targets(step.change.after, references) if t in created)
        for target in targets(step.change.before, references):
            if target in deleted:
                needs[deleted[target]].add(n)


def targets(record: Record, references: frozenset[str]) -> Iterable[str]:
    """The keys, as text, that the record refers to."""
    for name in references & record.keys():
        value = record[name]
        if isinstance(value, frozenset):
            yield from value
        elif isinstance(value, str):
            yield value


def _name_needs(steps: Sequence[Step], observed: State, scope: Scope, needs: Needs) -> list[Message]:
    """Whoever takes a name waits for the change that gives it up; a name that nobody gives up is a problem, and so is
    one that two take. Who only waits for a name takes none.
    """
    moves = [_claims(step, scope[step.change.key.type]) for step in steps]
    awaited = [_awaited(step, scope[step.change.key.type]) for step in steps]
    wanted = frozenset[Claim]().union(*(come for _, come in moves), *awaited)
    leaving = {claim: n for n, (gone, _) in enumerate(moves) for claim in gone if claim in wanted}
    holders: dict[Claim, Key] = _holders(observed, wanted - leaving.keys(), scope)
    problems = []
    for n, (_, come) in enumerate(moves):
        key = steps[n].change.key
        givers = (leaving[claim] for claim in come | awaited[n] if claim in leaving)
        needs[n].update(giver for giver in givers if steps[giver].first_half != n)
        for claim in sorted(come, key=str):
            holder = holders.setdefault(claim, key)
            if holder != key:
                problems.append(_taken(key, holder, claim))
    return problems


def _claims(step: Step, owned: TypeScope) -> tuple[set[Claim], set[Claim]]:
    """Names that the step gives up, and names that it takes."""
    touched = step.change.before.keys() | step.change.after.keys()
    old, new = (_held(step.change.key, record, owned, touched) for record in (step.old, step.new))
    return old - new, new - old


def _awaited(step: Step, owned: TypeScope) -> set[Claim]:
    """Names that the step wants gone, and does not hold itself."""
    attributes, record = owned.names - owned.attributes, step.change.after
    return {_name(value) for attribute in attributes for value in _each(record.get(attribute))}


def _held(key: Key, record: Record | None, owned: TypeScope, about: Collection[str]) -> set[Claim]:
    """Names that an object with this record has, as far as any of the attributes `about` is part of them."""
    found: set[Claim] = set()
    if record is None:
        return found
    for group in owned.unique:
        values = tuple([_folded(record.get(name)) for name in group])
        if None not in values and not owned.names.issuperset(group) and any(name in about for name in group):
            found.add((key.type, group, values))
    names = owned.names & owned.attributes
    if any(name in about for name in names):
        found.update(_name(value) for name in names for value in _each(record.get(name)))
    return found


def _name(value: Value) -> Claim:
    """The claim on one of the `names`."""
    return (ANY_TYPE, (), (_folded(value),))


def _each(value: Value) -> Iterable[Value]:
    """The values of a set, or a scalar as one; nothing where it is absent."""
    if isinstance(value, frozenset):
        return value
    return () if value is None else (value,)


def _folded(value: Value) -> Value:
    """Names are compared without case, as directories do."""
    return value.casefold() if isinstance(value, str) else value


def _holders(observed: State, wanted: frozenset[Claim], scope: Scope) -> dict[Claim, Key]:
    """Who has the wanted names now; only objects of a type that a name is wanted of are looked at."""
    asked: dict[str, set[str]] = {}
    for type_, group, _ in wanted:
        for each in scope if type_ == ANY_TYPE else (type_,):
            names = scope[each].names & scope[each].attributes
            asked.setdefault(each, set()).update(names if type_ == ANY_TYPE else group)
    held = (
        (claim, key)
        for key, record in observed.items()
        if asked.get(key.type)
        for claim in _held(key, record, scope[key.type], asked[key.type])
    )
    return {claim: key for claim, key in held if claim in wanted}


def _taken(key: Key, holder: Key, claim: Claim) -> Message:
    _, group, values = claim
    shown = ", ".join(f"{name}={value}" for name, value in zip(group, values, strict=True)) if group else str(values[0])
    return message(NAME_TAKEN, object=str(key), name=shown, holder=str(holder))


def _circle(needs: Needs) -> list[int]:
    """Positions that wait for each other, or nothing."""
    waiting = set(range(len(needs))).difference(_sequence(needs, [0] * len(needs)))
    if not waiting:
        return []
    path: list[int] = []
    n = min(waiting)
    while n not in path:
        path.append(n)
        n = min(needs[n] & waiting)
    return path[path.index(n) :]


def _step_aside(circle: Sequence[int], steps: list[Step], scope: Scope) -> bool:
    """Cut one change of the circle in two: first out of the others' way, and later to its own names (or deleted)."""
    owned = {n: scope[steps[n].change.key.type] for n in circle}
    wanted = {claim for n in circle for claim in _claims(steps[n], owned[n])[1]}
    for n in circle:
        blocking = _values_of(_claims(steps[n], owned[n])[0] & wanted, steps[n].old or {}, owned[n])
        if blocking and not steps[n].is_half:
            steps[n], rest = _cut(steps[n], blocking, owned[n], n)
            steps.append(rest)
            return True
    return False


def _values_of(claims: Collection[Claim], record: Record, owned: TypeScope) -> dict[str, Value]:
    """The attributes, with their values, that make a record have these names; of a set only the values in question."""
    found: dict[str, Value] = {}
    for _, group, values in claims:
        if group:
            found[group[-1]] = record.get(group[-1])
            continue
        for name in owned.names & owned.attributes:
            value, folded = record.get(name), values[0]
            if isinstance(value, frozenset):
                if same := frozenset(each for each in value if _folded(each) == folded):
                    found[name] = _union(found.get(name), same)
            elif _folded(value) == folded:
                found[name] = value
    return found


def _part(circle: Sequence[int], steps: list[Step], scope: Scope) -> bool:
    """Cut one create of the circle in two, or one delete: what it refers to there comes later, or goes before."""
    keys = frozenset(str(steps[n].change.key) for n in circle)
    for n in circle:
        change = steps[n].change
        side = {Action.CREATE: change.after, Action.DELETE: change.before}.get(change.action, {})
        links = _links(side, scope[change.key.type].references, keys)
        if links:
            rest = {name: _without(value, links.get(name)) for name, value in side.items()}
            steps[n], second = _parted(
                steps[n], links, {name: each for name, each in rest.items() if each != frozenset()}, n
            )
            steps.append(second)
            return True
    return False


def _links(record: Record, references: frozenset[str], keys: frozenset[str]) -> dict[str, frozenset[str]]:
    """The sets of a record that refer to one of the keys, as far as they do."""
    sets = {name: value & keys for name, value in record.items() if name in references and isinstance(value, frozenset)}
    return {name: values for name, values in sets.items() if values}


def _parted(step: Step, links: Record, rest: Record, position: int) -> tuple[Step, Step]:
    """The object without the links and then the links; for a delete, the links and then the object without them."""
    change = step.change
    if change.action is Action.CREATE:
        first = replace(change, after=rest)
        second = replace(change, action=Action.UPDATE, after=links, secrets=())
    else:
        first = replace(change, action=Action.UPDATE, before=links)
        second = replace(change, before=rest)
    middle = applied(step.old, first)
    return Step(first, step.old, middle, True), Step(second, middle, applied(middle, second), True, position)


def _cut(step: Step, blocking: Mapping[str, Value], owned: TypeScope, position: int) -> tuple[Step, Step]:
    change, old = step.change, step.old or {}
    scalars = [name for name, value in blocking.items() if not isinstance(value, frozenset)]
    temporary = {name: _temporary(change.key, name) for name in scalars}
    action = Action.MOVE if owned.place.intersection(temporary) else Action.UPDATE
    aside = replace(change, action=action, before=dict(blocking), after=temporary)
    final = {} if step.new is None else {name: step.new.get(name) for name in scalars}
    left = {name: _without(value, blocking.get(name)) for name, value in change.before.items()}
    before = {name: value for name, value in left.items() if value != frozenset()}
    rest = replace(change, before={**before, **temporary}, after={**change.after, **final})
    middle = applied(old, aside)
    return Step(aside, old, middle, True), Step(rest, middle, step.new, True, position)


def _union(one: Value, other: frozenset[str]) -> frozenset[str]:
    return one | other if isinstance(one, frozenset) else other


def _without(value: Value, gone: Value) -> Value:
    return value - gone if isinstance(value, frozenset) and isinstance(gone, frozenset) else value


def _temporary(key: Key, name: str) -> str:
    return "tmp-" + hashlib.sha256(f"{key}/{name}".encode()).hexdigest()[:8]


def _numbered(changes: Sequence[Change], needs: Needs) -> tuple[Change, ...]:
    """The changes in final order, their needs as positions in it."""
    sequence = _sequence(needs, [rank(change) for change in changes])
    place = {n: position for position, n in enumerate(sequence)}
    return tuple(replace(changes[n], needs=tuple(sorted(place[m] for m in needs[n]))) for n in sequence)


def _sequence(needs: Needs, ranks: Sequence[int]) -> list[int]:
    """Positions so that each comes after all it needs, the lowest rank first.

    What waits in a circle is left out.
    """
    open_needs = [len(found) for found in needs]
    followers: list[list[int]] = [[] for _ in needs]
    for n, found in enumerate(needs):
        for m in found:
            followers[m].append(n)
    ready = [(ranks[n], n) for n, count in enumerate(open_needs) if count == 0]
    heapify(ready)
    sequence: list[int] = []
    while ready:
        _, n = heappop(ready)
        sequence.append(n)
        for follower in followers[n]:
            open_needs[follower] -= 1
            if open_needs[follower] == 0:
                heappush(ready, (ranks[follower], follower))
    return sequence
