"""The personnel operation, from files and a system to a plan."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chonai.change.collector import collector_paused
from chonai.change.errors import InputError
from chonai.change.ids import GivenId
from chonai.change.model import Plan, Scope
from chonai.change.plan import Outcome, plan_of
from chonai.change.system import Observation
from chonai.operations.files import File
from chonai.operations.personnel import operation
from chonai.operations.personnel.directory_rules import Misfit
from chonai.operations.personnel.folders import plan_folders
from chonai.operations.personnel.kinds import Phase
from chonai.operations.personnel.outcome import scope
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.reading import read_request
from chonai.operations.personnel.records import Request
from chonai.operations.personnel.schema import city_policy, directory_policy, folder_policy
from chonai.operations.personnel.shelf import scope_of
from chonai.operations.personnel.taken import taken
from chonai.site.files import read_file
from chonai.site.meanwhile import meanwhile
from chonai.site.misfits import fitted
from chonai.site.systems import Settings, connect
from chonai.text.messages import Message, message

DIRECTORY, FOLDERS = RULES = ("personnel_directory", "personnel_folders")
"""Host variables that say what a system gets of a personnel change. A host has one of them."""
ROLES = ("orders", "roster", "organisation", "reorganisation")
FAR = 60
"""Days between a plan and its orders that nobody means."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its files by role (see ROLES), the day to plan for, and what of it is planned.

    ids              what the city's ledger of IDs knows
    is_confidential  the plan calls its files by their roles: what a file is called may say what is in it
    left_out         systems of the city that this run does not plan; told in a warning of this plan
    """

    files: Mapping[str, Path]
    effective_date: date
    phase: Phase = Phase.CUTOVER
    ids: Collection[GivenId] = ()
    is_confidential: bool = False
    left_out: tuple[str, ...] = ()


@collector_paused()
def plan_personnel(
    *, system: str, settings: Settings, policy: object, rules: Mapping[str, object], asked: Asked
) -> Plan:
    """The plan of one directory, or of one file server's folders.

    `policy` is the host variable `personnel_policy`, `rules` the one of RULES that the host has, by its name. Raises
    `InputError` with everything wrong in settings or files. Only reads.
    """
    city = city_policy(policy)
    task = _task(system, city, rules, asked)
    read = {role: read_file(role, path, role if asked.is_confidential else None) for role, path in asked.files.items()}
    with meanwhile(lambda: _request(city, read, asked)) as request_read, connect(system, settings) as connected:
        observation = connected.observe(task.scope)
        request = request_read()
        outcome = task.outcome(observation, request)
        outcome = fitted(connected, observation.state, outcome, leave_out=task.leaves_out)
        warnings = connected.warnings
    told = outcome.told(first=[*warnings, *_left_out(asked), *_dates(request)])
    inputs = {file.name: file.digest for file in read.values()}
    return plan_of(system, operation.NAME, observation, told, inputs)


def _request(city: CityPolicy, files: Mapping[str, File], asked: Asked) -> Request:
    request = read_request(policy=city, effective_date=asked.effective_date, phase=asked.phase, **files)
    if request.problems:
        raise InputError("site.bad_request", details=request.problems, count=len(request.problems))
    return request


@dataclass(frozen=True, slots=True)
class _Task:
    """What is planned on a system: which objects are looked at, and what becomes of them.

    leaves_out  what the system has no room for is left as it is, instead of stopping the plan
    """

    scope: Scope
    outcome: Callable[[Observation, Request], Outcome]
    leaves_out: bool = False


def _task(system: str, city: CityPolicy, rules: Mapping[str, object], asked: Asked) -> _Task:
    """As the one host variable says that there is."""
    given = [name for name in RULES if name in rules]
    if len(given) != 1:
        raise InputError("site.one_of_rules", system=system, known=", ".join(RULES), found=", ".join(given) or "-")
    if given[0] == FOLDERS:
        own = folder_policy(rules[FOLDERS])
        return _Task(
            scope_of(own, asked.phase),
            lambda seen, request: plan_folders(seen.state, seen.protected, request, city, own),
        )
    directory = directory_policy(rules[DIRECTORY])
    known = taken(asked.ids, system, directory)
    return _Task(
        scope(directory),
        lambda seen, request: operation.plan(seen.state, seen.protected, request, city, directory, taken=known),
        leaves_out=directory.unwritable is Misfit.LEAVE_OUT,
    )


def _left_out(asked: Asked) -> list[Message]:
    """An approver has to see that a system is not in the change set: nothing else tells."""
    return [message("personnel.left_out", systems=", ".join(asked.left_out))] if asked.left_out else []


def _dates(request: Request) -> list[Message]:
    """For which day the plan is: an approver has to see it; and whether that is far from the days of the orders."""
    day = request.effective_date
    phase = message(f"personnel.phase_{request.phase.value}")
    said = [message("personnel.as_of", date=day.isoformat(), phase=phase)]
    dates = [order.date for order in request.orders or ()]
    if dates and not any(abs((day - each).days) <= FAR for each in dates):
        first, last = min(dates).isoformat(), max(dates).isoformat()
        said.append(message("personnel.far_from_orders", date=day.isoformat(), first=first, last=last))
    return said


def refused_plan(system: str, error: InputError) -> Plan:
    """The plan of a confidential request with errors: it changes nothing and cannot be sealed, and keeps them for those
    who may read them.
    """
    problems = error.details or (error.message,)
    return Plan(system, operation.NAME, scope={}, changes=(), observed="", problems=problems)
