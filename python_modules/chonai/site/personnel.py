"""The personnel operation, from files and a directory to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from chonai.change.collector import collector_paused
from chonai.change.errors import InputError
from chonai.change.model import Plan
from chonai.change.plan import make_plan
from chonai.operations.personnel import operation
from chonai.operations.personnel.kinds import Phase
from chonai.operations.personnel.outcome import scope
from chonai.operations.personnel.reading import File, read_request
from chonai.operations.personnel.records import Request
from chonai.operations.personnel.schema import city_policy, directory_policy
from chonai.site.systems import Settings, connect
from chonai.text.messages import Message, message

ROLES = ("orders", "roster", "organisation", "reorganisation")
PHASES = tuple(Phase)
FAR = 60
"""Days between a plan and its orders that nobody means."""


@collector_paused()
def plan_personnel(
    *,
    system: str,
    settings: Settings,
    policy: object,
    directory: object,
    files: Mapping[str, Path],
    effective_date: date,
    phase: str = Phase.CUTOVER,
    is_confidential: bool = False,
) -> Plan:
    """The plan of one directory.

    `policy` and `directory` are the host variables `personnel_policy` and `personnel_directory`; `files` are by role
    (see ROLES), `phase` one of PHASES. The plan of a confidential request calls its files by their roles: what a file
    is called may say what is in it. Raises `InputError` with everything wrong in settings or files. Only reads.
    """
    city, rules = city_policy(policy), directory_policy(directory)
    read = {role: read_file(role, path, role if is_confidential else None) for role, path in files.items()}
    request = read_request(policy=city, effective_date=effective_date, phase=Phase(phase), **read)
    if request.problems:
        raise InputError("site.bad_request", details=request.problems, count=len(request.problems))
    owned = scope(rules)
    with connect(system, settings) as connected:
        observation = connected.observe(owned)
        warnings = connected.warnings
    outcome = operation.plan(observation.state, observation.protected, request, city, rules)
    return make_plan(
        system=system,
        operation=operation.NAME,
        observation=observation,
        desired=outcome.desired,
        scope=owned,
        reasons=outcome.reasons,
        brakes=outcome.brakes,
        warnings=(*warnings, *_dates(request), *outcome.warnings),
        problems=outcome.problems,
        inputs={file.name: file.digest for file in read.values()},
    )


def _dates(request: Request) -> list[Message]:
    """For which day the plan is: an approver has to see it; and whether that is far from the days of the orders."""
    day = request.effective_date
    said = [message("personnel.as_of", date=day.isoformat())]
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


def read_file(role: str, path: Path, name: str | None = None) -> File:
    """A file that was handed in as `role`, called `name`, or as it is called. Raises `InputError` when it cannot be
    read.
    """
    try:
        return File(name or path.name, path.read_bytes())
    except FileNotFoundError:
        raise InputError("site.input_missing", file=name or path, role=role) from None
    except OSError as error:
        cause = error.strerror or error
        raise InputError("site.input_unreadable", file=name or path, role=role, cause=cause) from None
