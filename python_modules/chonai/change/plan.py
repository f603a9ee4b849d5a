"""Make the plan of one system from what is observed and what is desired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from chonai.change.diff import diff, state_digest
from chonai.change.model import Action, Brake, Change, Key, Plan, Scope, State
from chonai.change.order import ordered
from chonai.change.system import Observation
from chonai.text.messages import Message, message

PROTECTED = "protected"


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
    )


def counts(changes: Iterable[Change]) -> dict[str, int]:
    """Number of changes by action, all four named."""
    found = Counter(change.action for change in changes)
    return {action.value: found[action] for action in Action}


def _protected(changes: Iterable[Change], protected: Mapping[Key, Message]) -> list[Brake]:
    touched = dict.fromkeys(change.key for change in changes if change.key in protected)
    return [
        Brake(PROTECTED, message("change.protected", object=str(key), why=protected[key]), releasable=False)
        for key in touched
    ]
