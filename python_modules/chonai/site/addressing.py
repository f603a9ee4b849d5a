"""The addressing operation, from a request's file and the ledger to plans of the ledger and of the name servers that
follow it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from types import MappingProxyType

from chonai.change.collector import collector_paused
from chonai.change.errors import UsageError
from chonai.change.model import Plan, State
from chonai.change.plan import plan_of
from chonai.change.system import Observation
from chonai.operations import addressing
from chonai.operations.files import File
from chonai.site.address_drafts import Drafter
from chonai.site.core import Site
from chonai.site.dns import NameServer
from chonai.site.misfits import fitted
from chonai.site.systems import Settings, connect
from chonai.site.typed import day
from chonai.store.holds import View
from chonai.systems.ipam.protection import protection
from chonai.systems.ipam.shield import shield_of
from chonai.text.messages import Message, message

FAR = timedelta(days=2 * 366)
"""Beyond the plans of anybody."""
REQUEST = "request"
"""What a file with a request is called where something is wrong with it."""
NO_SERVERS: Mapping[str, NameServer] = MappingProxyType({})
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


@collector_paused()
def plan_addressing(
    *,
    system: str,
    settings: Settings,
    policy: object,
    asked: Asked,
    servers: Mapping[str, NameServer] = NO_SERVERS,
) -> tuple[Plan, ...]:
    """The plan of the ledger for one request, and after it one for each of the `servers`, by their names, that gets or
    loses names with it: all of one change set. `policy` is the variable `addressing_policy`. Only reads.

    Raises `InputError` for settings or policies that are wrong; what is wrong in the request are problems of the plans.
    """
    rules = addressing.addressing_policy(policy)
    request = addressing.read_request(asked.file, rules, asked.actions)
    inputs = {asked.file.name: asked.file.digest}
    with connect(system, settings) as connected:
        observation, warnings = connected.observe(addressing.SCOPE), connected.warnings
        drafter = Drafter(system, observation.state, request, rules, asked.day, servers, inputs)
        draft = drafter.draft(guard_of(settings, observation, asked.view))
        outcome = fitted(connected, observation.state, draft.outcome)
    as_of = message(addressing.AS_OF, date=asked.day.isoformat())
    strange = _strange_zones(rules, observation.state)
    told = outcome.told(first=[*warnings, as_of, *strange], then=draft.warnings, problems=draft.problems)
    ledger = plan_of(system, addressing.OPERATION, observation, told, inputs)
    return (ledger, *draft.followed.plans)


def _strange_zones(rules: addressing.AddressingPolicy, state: State) -> tuple[Message, ...]:
    """Zones of the policy that the ledger does not have: a name in them is never met."""
    known = sorted(str(record["name"]) for key, record in state.items() if key.type == addressing.ZONE)
    strange = [zone for zone in rules.dns_elsewhere if zone not in known]
    return tuple(message("addressing.strange_zone", zone=zone, known=", ".join(known) or "-") for zone in strange)


def planning_day(site: Site, words: str | None) -> date:
    """The day to plan for, as somebody wrote it, or today. Raises `UsageError` for what is none, and for a day that is
    over: what was reserved or given back since would not count; and for one that is years away.
    """
    today = site.now().date()
    asked = day(words) if words else today
    if asked < today:
        raise UsageError("site.day_over", day=asked.isoformat(), today=today.isoformat())
    if asked > today + FAR:
        raise UsageError("site.day_far", day=asked.isoformat(), today=today.isoformat())
    return asked


def guard_of(settings: Settings, observation: Observation, view: View) -> addressing.Guard:
    """What no plan may touch, make or take in a ledger."""
    shield = shield_of(settings)
    forbids = partial(protection, shield)
    return addressing.Guard(observation.protected, shield.networks, forbids=forbids, held=view.held)
