"""What a system has no room for: said when the plan is made, and not by the product in the night of the change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from chonai.change.diff import diff
from chonai.change.leaving import left_alone
from chonai.change.model import Brake, Key, Record, State
from chonai.change.plan import Outcome
from chonai.change.system import Selective, System
from chonai.text.messages import Message, message

BRAKE = "unwritable"


def fitted(system: System, observed: State, outcome: Outcome, *, leave_out: bool = False) -> Outcome:
    """The outcome with a problem for each object that the system cannot hold as it is wanted; or without these objects,
    each told in a warning, behind a brake that the approver releases.
    """
    if not isinstance(system, Selective):
        return outcome
    changes = diff(observed, outcome.desired, outcome.scope, outcome.reasons)
    found = system.unwritable(changes)
    ours = {change.key for change in changes} & found.keys()
    fixed = ours if leave_out else frozenset[Key]()  # nobody can leave out what the request does not touch
    problems = tuple(found[key] for key in sorted(found.keys() - fixed))
    outcome = replace(outcome, problems=(*outcome.problems, *problems))
    return _without(fixed, found, observed, outcome) if fixed else outcome


def _without(keys: Collection[Key], said: Mapping[Key, Message], observed: State, outcome: Outcome) -> Outcome:
    """The outcome without these objects and those that cannot be without them."""
    left = left_alone(observed, outcome.desired, keys, outcome.scope)
    others = sorted(_otherwise(left, outcome.desired) - set(keys))
    warnings = [said[key] for key in sorted(keys)] + [message("change.left_with", object=str(key)) for key in others]
    brake = Brake(BRAKE, message("change.unwritable", count=len(keys) + len(others)))
    return replace(outcome, desired=left, warnings=(*outcome.warnings, *warnings), brakes=(*outcome.brakes, brake))


def _otherwise(left: State, desired: State) -> set[Key]:
    """Objects that are not as they were wanted; who is only out of a set that nobody is in is not counted."""
    keys = left.keys() | desired.keys()
    return {key for key in keys if _scalars(left.get(key)) != _scalars(desired.get(key))}


def _scalars(record: Record | None) -> Record | None:
    return record and {name: value for name, value in record.items() if not isinstance(value, frozenset)}
