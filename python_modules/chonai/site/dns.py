"""The DNS operation, from a request's file and a name server to a plan."""

from __future__ import annotations

from pathlib import Path

from chonai.change.collector import collector_paused
from chonai.change.errors import InputError
from chonai.change.model import Plan
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from chonai.operations.dns.operation import OPERATION, SCOPE, plan
from chonai.operations.dns.policy import dns_policy, server_policy
from chonai.operations.dns.request import read_request
from chonai.site.files import read_file
from chonai.site.systems import Settings, connect

POLICY, RULES = "dns_policy", "dns_records"
"""Host variables: what the city has settled, and what the server is for."""
REQUEST = "request"


@collector_paused()
def plan_dns(*, system: str, settings: Settings, policy: object, rules: object, request: Path) -> Plan:
    """The plan of one name server. Raises `InputError` with everything wrong in settings or the file. Only reads."""
    city = dns_policy(policy)
    server = server_policy(rules, city)
    file = read_file(REQUEST, request)
    asked = read_request(file, city)
    if asked.problems:
        raise InputError("site.bad_request", details=asked.problems, count=len(asked.problems))
    with connect(system, settings) as connected:
        seen = connected.observe(SCOPE)
        outcome = plan(seen.state, seen.protected, asked, city, server)
        protected = connected.objections(outcome.observed.keys() | outcome.desired.keys())
        warnings = connected.warnings
    return make_plan(
        system=system,
        operation=OPERATION,
        observation=Observation(outcome.observed, protected),
        desired=outcome.desired,
        scope=SCOPE,
        reasons=outcome.reasons,
        brakes=outcome.brakes,
        warnings=(*warnings, *outcome.warnings),
        problems=outcome.problems,
        inputs={file.name: file.digest},
    )
