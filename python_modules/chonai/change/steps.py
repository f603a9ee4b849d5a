"""Changes on their way into an order: what each makes of its object, and which names it gives up and takes."""

from __future__ import annotations

from dataclasses import dataclass

from chonai.change.effect import applied
from chonai.change.model import Change, Record, Scope, State, TypeScope
from chonai.change.naming import Claim, Holders, Naming


@dataclass(frozen=True, slots=True)
class Step:
    """A change with the object's whole owned record before and after it.

    gone, come, awaited  names that it gives up, that it takes, and that it wants gone without taking them
    is_half              whether it is one of the halves of a change that was cut in two
    first_half           in the second half, the position of the first
    """

    change: Change
    old: Record | None
    new: Record | None
    gone: frozenset[Claim]
    come: frozenset[Claim]
    awaited: frozenset[Claim]
    is_half: bool = False
    first_half: int | None = None


class Ground:
    """What the changes of a plan stand on: the observed state, and what the operation owns of it."""

    def __init__(self, observed: State, scope: Scope) -> None:
        self._observed, self._scope = observed, scope
        self._namings = {type_: Naming.of(type_, owned) for type_, owned in scope.items()}
        self.holders = Holders(observed, scope, self._namings)

    def owned(self, change: Change) -> TypeScope:
        """What is owned of a change's object."""
        return self._scope[change.key.type]

    def whole(self, change: Change) -> Step:
        """A change as the diff made it."""
        return self._step(change, self._observed.get(change.key))

    def halves(self, step: Step, first: Change, second: Change, position: int) -> tuple[Step, Step]:
        """A step cut in two, of which the first stays at this position."""
        one = self._step(first, step.old, is_half=True, first_half=step.first_half)
        return one, self._step(second, one.new, is_half=True, first_half=position)

    def _step(
        self, change: Change, old: Record | None, *, is_half: bool = False, first_half: int | None = None
    ) -> Step:
        new, naming = applied(old, change), self._namings[change.key.type]
        gone, come = naming.moved(change.before.keys() | change.after.keys(), old, new)
        return Step(change, old, new, gone, come, naming.wants_gone(change.after), is_half, first_half)
