"""Make the plan of one system from what is observed and what is desired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from chonai.change.diff import diff, state_digest
from chonai.change.model import Action, Brake, Change, Key, Plan, Record, Scope, State, TypeScope, targets
from chonai.change.order import ordered
from chonai.change.system import Observation
from chonai.text.messages import Message, message

PROTECTED = "protected"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation hands to the engine: the state of one system as it shall be, of which the operation owns the
    `scope`; why each object differs from what was observed; and what speaks against it.

    A plan with `problems` must not be sealed; `brakes` are those that the plan passes.
    """

    desired: State
    scope: Scope
    reasons: Mapping[Key, str]
    warnings: tuple[Message, ...] = ()
    problems: tuple[Message, ...] = ()
    brakes: tuple[Brake, ...] = ()

    def told(
        self, *, first: Iterable[Message] = (), then: Iterable[Message] = (), problems: Iterable[Message] = ()
    ) -> Self:
        """The same with warnings before and behind its own, and more problems."""
        return replace(self, warnings=(*first, *self.warnings, *then), problems=(*self.problems, *problems))


def plan_of(system: str, operation: str, observation: Observation, outcome: Outcome, inputs: Mapping[str, str]) -> Plan:
    """The plan of what an operation wants. `inputs`: digests of files by name."""
    return make_plan(
        system=system,
        operation=operation,
        observation=observation,
        desired=outcome.desired,
        scope=outcome.scope,
        reasons=outcome.reasons,
        brakes=outcome.brakes,
        warnings=outcome.warnings,
        problems=outcome.problems,
        inputs=inputs,
    )


def make_plan(
    *,
    system: str,
    operation: str,
    observation: Observation,
    desired: State,
    scope: Scope,
    reasons: Mapping[Key, str],
    brakes: Sequence[Brake] = (),
    warnings: Sequence[Message] = (),
    problems: Sequence[Message] = (),
    inputs: Mapping[str, str] | None = None,
) -> Plan:
    """The plan that takes the system from `observation` to `desired`. Two plans of one state are equal.

    A plan that touches a protected object carries a brake that nobody can release.
    """
    changes, impossible = ordered(diff(observation.state, desired, scope, reasons), observation.state, scope)
    return Plan(
        system=system,
        operation=operation,
        scope=scope,
        changes=changes,
        observed=state_digest(observation.state),
        brakes=(*_protected(changes, observation.protected), *brakes),
        warnings=tuple(warnings),
        problems=(*problems, *impossible),
        inputs=dict(inputs or {}),
        labels=_labels(changes, observation.state, desired, scope),
    )


def counts(changes: Iterable[Change]) -> dict[str, int]:
    """Number of changes by action, all four named."""
    found = Counter(change.action for change in changes)
    return {action.value: found[action] for action in Action}


def _labels(changes: Iterable[Change], observed: State, desired: State, scope: Scope) -> dict[Key, str]:
    """What people call each object that is changed or referred to; by its old name where it has one."""
    keys: dict[Key, None] = {}
    for change in changes:
        keys[change.key] = None
        for record in (change.before, change.after):
            keys.update((Key.parse(target), None) for target in targets(record, scope[change.key.type].references))
    known = ((key, observed.get(key) or desired.get(key) or {}) for key in keys if key.type in scope)
    found = ((key, label_of(record, scope[key.type])) for key, record in known)
    return {key: label for key, label in found if label}


def label_of(record: Record, owned: TypeScope) -> str:
    """What people call an object: the first of the label's attributes, and the others in brackets where they say
    something else.
    """
    words = list(dict.fromkeys(str(record[name]) for name in owned.label if record.get(name)))
    return words[0] + "".join(f" ({word})" for word in words[1:]) if words else ""


def _protected(changes: Iterable[Change], protected: Mapping[Key, Message]) -> list[Brake]:
    touched = dict.fromkeys(change.key for change in changes if change.key in protected)
    return [
        Brake(PROTECTED, message("change.protected", object=str(key), why=protected[key]), releasable=False)
        for key in touched
    ]
