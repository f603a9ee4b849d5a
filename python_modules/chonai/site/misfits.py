"""What a system has no room for: said when the plan is made, and not by the product in the night of the change."""

from __future__ import annotations

from dataclasses import replace

from chonai.change.diff import diff
from chonai.change.leaving import left_alone
from chonai.change.model import Brake, State
from chonai.change.system import Selective, System
from chonai.operations.personnel.outcome import Outcome
from chonai.text.messages import message

BRAKE = "unwritable"


def fitted(system: System, observed: State, outcome: Outcome, *, leave_out: bool) -> Outcome:
    """The outcome with a problem for each object that the system cannot hold as it is wanted; or without these objects,
    each told in a warning, behind a brake that the approver releases.
    """
    if not isinstance(system, Selective):
        return outcome
    found = system.unwritable(diff(observed, outcome.desired, outcome.scope, outcome.reasons))
    said = tuple(found[key] for key in sorted(found))
    if not leave_out or not found:
        return replace(outcome, problems=(*outcome.problems, *said))
    brake = Brake(BRAKE, message("change.unwritable", count=len(found)))
    return replace(
        outcome,
        desired=left_alone(observed, outcome.desired, found, outcome.scope),
        warnings=(*outcome.warnings, *said),
        brakes=(*outcome.brakes, brake),
    )
