"""The addressing operation, from a request's file and the ledger to a plan, and to a change set that holds what it
wants.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from secrets import SystemRandom

from chonai.change.diff import diff
from chonai.change.errors import LockHeld, Refused
from chonai.change.model import Plan, State
from chonai.change.plan import make_plan
from chonai.change.system import Selective, System
from chonai.operations import addressing
from chonai.operations.files import File
from chonai.site.core import Author, Site
from chonai.site.systems import Settings, connect
from chonai.store.change_sets import Sealed
from chonai.store.holds import View
from chonai.text.messages import Message, message

POLICY = "addressing_policy"
"""The variable that says what is issued from where."""
REQUEST = "request"
"""What a file with a request is called where something is wrong with it."""
HELD = "store.held"
"""The code of the refusal of what another change set holds: planned again, it may well go."""
ATTEMPTS = 5
PATIENCE = 60.0
"""Seconds that somebody waits for others who plan on the same ledger just now."""
ACTIONS = addressing.ACTIONS
"""What a request can ask for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, the day to plan for, what undecided change sets hold of the ledger, and what may be asked for. The
    view of the holds is older than what is read of the ledger: what was done in between is seen there.
    """

    file: File
    day: date
    view: View
    actions: Collection[str] = ACTIONS


def plan_addressing(*, system: str, settings: Settings, policy: object, asked: Asked) -> Plan:
    """The plan for one request. `policy` is the variable `addressing_policy`. Only reads.

    Raises `InputError` with everything wrong in settings or policy; what is wrong in the request are problems of the
    plan.
    """
    rules = addressing.addressing_policy(policy)
    request = addressing.read_request(asked.file, rules, asked.actions)
    with connect(system, settings) as connected:
        observation, warnings = connected.observe(addressing.SCOPE), connected.warnings
        outcome = addressing.plan(
            observation.state, request, rules, asked.day, protected=observation.protected, held=asked.view.held
        )
        misfits = _misfits(connected, observation.state, outcome)
    return make_plan(
        system=system,
        operation=addressing.OPERATION,
        observation=observation,
        desired=outcome.desired,
        scope=addressing.SCOPE,
        reasons=outcome.reasons,
        brakes=outcome.brakes,
        warnings=(*warnings, message("addressing.as_of", date=asked.day.isoformat()), *outcome.warnings),
        problems=(*outcome.problems, *misfits),
        inputs={asked.file.name: asked.file.digest},
    )


def _misfits(system: System, state: State, outcome: addressing.Outcome) -> tuple[Message, ...]:
    """What the ledger has no room for, of what is wanted."""
    if not isinstance(system, Selective):
        return ()
    found = system.unwritable(diff(state, outcome.desired, addressing.SCOPE, outcome.reasons))
    return tuple(found[key] for key in sorted(found))


def seal_anew(site: Site, author: Author, system: str, planned: Callable[[View], Plan]) -> Sealed:
    """Plan and seal, one after the other where many do so on a system at once: then none of them plans in vain. Where
    another change set was quicker all the same, and holds what the plan wants, once more on fresh values.

    Raises as `Site.seal` does; after some attempts, the refusal that names the other change set.
    """
    with _turn(site, system, author.name):
        for _ in range(ATTEMPTS - 1):
            try:
                return _sealed(site, author, system, planned)
            except Refused as refused:
                if refused.message.code != HELD:
                    raise
        return _sealed(site, author, system, planned)


def _sealed(site: Site, author: Author, system: str, planned: Callable[[View], Plan]) -> Sealed:
    view = site.store.holds.view(system)
    return site.seal([site.put(planned(view), mark=view.mark)], author)


@contextmanager
def _turn(site: Site, system: str, who: str) -> Iterator[None]:
    """Whose turn it is to plan. Who has waited too long goes on without: what nobody may have twice, the holds keep."""
    until = time.monotonic() + PATIENCE
    with ExitStack() as held:
        while time.monotonic() < until:
            try:
                held.enter_context(site.store.locks.hold(f"{system} (planning)", who, addressing.OPERATION))
                break
            except LockHeld:
                time.sleep(SystemRandom().uniform(0.02, 0.1))  # or the same ones meet again
        yield
