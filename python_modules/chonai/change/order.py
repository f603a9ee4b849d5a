"""The order of a plan's changes: decided here, with the names of `naming.py` and the circles of `circles.py`.

Rank by what a change does, whatever the system: create, leave, modify, move, join, delete. Above the rank
stand needs:

- who refers to a new object waits for its create; a delete waits for all that let go of the object;
- who takes a name (any `unique` attributes of the scope, any of its `names`) waits for its present holder to leave
  it: renames A→B while B→C run backwards, an old address becomes an alias once it is nobody's main one;
- who names in one of the `names` what it does not hold itself (an attribute that is not among the scope's `attributes`)
  waits for its holder to leave it too, and takes nothing: an A and an AAAA record both follow the CNAME that goes;
- where changes wait for each other in a circle, one of them is cut in two: `chonai.change.circles`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from chonai.change.circles import opened
from chonai.change.model import Action, Change, Key, Record, Scope, State, targets
from chonai.change.naming import Claim
from chonai.change.steps import Ground, Step
from chonai.text.messages import Message, message

Needs: TypeAlias = list[set[int]]

NAME_TAKEN = "change.name_taken"

CREATE, LEAVE, MODIFY, MOVE, JOIN, DELETE = range(6)


def ordered(changes: Sequence[Change], observed: State, scope: Scope) -> tuple[tuple[Change, ...], tuple[Message, ...]]:
    """The changes in an order in which each can be made, `needs` filled in; and the problems that make it impossible.

    A problem names the object whose name is held by another that does not leave it, or the objects that wait
    for each other in a circle.
    """
    ground = Ground(observed, scope)
    steps = [ground.whole(change) for change in changes]
    while True:
        needs, problems = _needs(steps, ground)
        circles = list(_circles(needs))
        if not circles:
            return _numbered([step.change for step in steps], needs), tuple(problems)
        wanted = _wanted(steps)
        closed = [circle for circle in circles if not opened(circle, steps, ground, wanted)]
        if closed:
            return (), (*problems, *(_impossible(circle, steps) for circle in closed))


def rank(change: Change) -> int:
    """Coarse rank of a change. Changes of one rank that do not need each other are made in one pass."""
    if change.action is not Action.UPDATE:
        return {Action.CREATE: CREATE, Action.MOVE: MOVE, Action.DELETE: DELETE}[change.action]
    if not change.after:
        return LEAVE
    return JOIN if not change.before and _only_sets(change.after) else MODIFY


def _only_sets(record: Record) -> bool:
    return all(isinstance(value, frozenset) for value in record.values())


def _needs(steps: Sequence[Step], ground: Ground) -> tuple[Needs, list[Message]]:
    needs: Needs = [set() if step.first_half is None else {step.first_half} for step in steps]
    _reference_needs(steps, ground, needs)
    problems = _name_needs(steps, ground, needs)
    for n, found in enumerate(needs):
        found.discard(n)
    return needs, problems


def _reference_needs(steps: Sequence[Step], ground: Ground, needs: Needs) -> None:
    created = {str(s.change.key): n for n, s in enumerate(steps) if s.change.action is Action.CREATE}
    deleted = {str(s.change.key): n for n, s in enumerate(steps) if s.change.action is Action.DELETE}
    if not created and not deleted:
        return
    for n, step in enumerate(steps):
        references = ground.owned(step.change).references
        needs[n].update(created[t] for t in targets(step.change.after, references) if t in created)
        for target in targets(step.change.before, references):
            if target in deleted:
                needs[deleted[target]].add(n)


def _name_needs(steps: Sequence[Step], ground: Ground, needs: Needs) -> list[Message]:
    """Whoever takes a name waits for the change that gives it up; a name that nobody gives up is a problem, and so is
    one that two take. Who only waits for a name takes none.
    """
    wanted = _wanted(steps)
    leaving = {claim: n for n, step in enumerate(steps) for claim in step.gone if claim in wanted}
    known = ground.holders.of(wanted)
    holders: dict[Claim, Key] = {claim: known[claim] for claim in wanted - leaving.keys() if claim in known}
    problems = []
    for n, step in enumerate(steps):
        key = step.change.key
        givers = (leaving[claim] for claim in step.come | step.awaited if claim in leaving)
        needs[n].update(giver for giver in givers if steps[giver].first_half != n)
        for claim in sorted(step.come, key=str):
            holder = holders.setdefault(claim, key)
            if holder != key:
                problems.append(_taken(key, holder, claim))
    return problems


def _wanted(steps: Sequence[Step]) -> frozenset[Claim]:
    """Names that somebody takes, or waits for."""
    return frozenset[Claim]().union(*(step.come for step in steps), *(step.awaited for step in steps))


def _taken(key: Key, holder: Key, claim: Claim) -> Message:
    _, group, values = claim
    shown = ", ".join(f"{name}={value}" for name, value in zip(group, values, strict=True)) if group else str(values[0])
    return message(NAME_TAKEN, object=str(key), name=shown, holder=str(holder))


def _impossible(circle: Sequence[int], steps: Sequence[Step]) -> Message:
    names = ", ".join(sorted({str(steps[n].change.key) for n in circle}))
    return message("change.circle", objects=names)


def _circles(needs: Needs) -> Iterator[list[int]]:
    """Positions that wait for each other, circle by circle; no position is in two of them."""
    line = _Line(needs, [0] * len(needs))
    waiting = set(range(len(needs))).difference(line.through())
    while waiting:
        circle = _first(needs, waiting)
        yield circle
        line.let(circle)
        waiting.difference_update(circle, line.through())


def _first(needs: Needs, waiting: set[int]) -> list[int]:
    """The first circle among positions of which each waits for another of them."""
    path: dict[int, None] = {}
    n = min(waiting)
    while n not in path:
        path[n] = None
        n = min(needs[n] & waiting)
    walked = list(path)
    return walked[walked.index(n) :]


def _numbered(changes: Sequence[Change], needs: Needs) -> tuple[Change, ...]:
    """The changes in final order, their needs as positions in it."""
    sequence = list(_Line(needs, [rank(change) for change in changes]).through())
    place = {n: position for position, n in enumerate(sequence)}
    return tuple(replace(changes[n], needs=tuple(sorted(place[m] for m in needs[n]))) for n in sequence)


class _Line:
    """Positions in line: each comes after all it needs, the lowest rank first."""

    def __init__(self, needs: Needs, ranks: Sequence[int]) -> None:
        self._ranks = ranks
        self._open = [len(found) for found in needs]
        self._followers: list[list[int]] = [[] for _ in needs]
        for n, found in enumerate(needs):
            for m in found:
                self._followers[m].append(n)
        self._ready = [(ranks[n], n) for n, count in enumerate(self._open) if count == 0]
        heapify(self._ready)

    def through(self) -> Iterator[int]:
        """Those whose turn it is, until the rest waits in circles."""
        while self._ready:
            _, n = heappop(self._ready)
            yield n
            self._pass(n)

    def let(self, positions: Iterable[int]) -> None:
        """Let these through although they wait."""
        for n in positions:
            self._open[n] = -1
        for n in positions:
            self._pass(n)

    def _pass(self, n: int) -> None:
        for follower in self._followers[n]:
            self._open[follower] -= 1
            if self._open[follower] == 0:
                heappush(self._ready, (self._ranks[follower], follower))
