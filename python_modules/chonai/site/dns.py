"""The DNS operation, from a request and a name server to a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chonai.change.collector import collector_paused
from chonai.change.errors import InputError
from chonai.change.model import Plan
from chonai.change.plan import plan_of
from chonai.change.system import Observation, System
from chonai.operations.dns.draft import zones_of
from chonai.operations.dns.operation import OPERATION, SCOPE, plan
from chonai.operations.dns.policy import DnsPolicy, ServerPolicy, dns_policy, server_policy
from chonai.operations.dns.request import Request, read_request
from chonai.site.files import read_file
from chonai.site.systems import Settings, connect

POLICY, RULES = "dns_policy", "dns_records"
"""Host variables: what the city has settled, and what the server is for."""
REQUEST = "request"


@dataclass(frozen=True, slots=True)
class NameServer:
    """A name server as the inventory has it: how it is reached, and its variables POLICY and RULES."""

    settings: Settings
    policy: object
    rules: object

    def read(self) -> tuple[DnsPolicy, ServerPolicy]:
        """Both policies. Raises `InputError` with everything wrong in one of them."""
        city = dns_policy(self.policy)
        return city, server_policy(self.rules, city)


@dataclass(frozen=True, slots=True)
class Served:
    """A name server that is connected, all that it holds, and of which zones."""

    system: str
    city: DnsPolicy
    own: ServerPolicy
    connected: System
    seen: Observation
    zones: frozenset[str]

    def plan(self, asked: Request, operation: str, inputs: Mapping[str, str]) -> Plan:
        """What a request makes of its zones, as a part of an operation's change set."""
        outcome = plan(self.seen.state, self.seen.protected, asked, self.city, self.own)
        protected = self.connected.objections(outcome.observed.keys() | outcome.desired.keys())
        told = outcome.told(first=self.connected.warnings)
        return plan_of(self.system, operation, Observation(outcome.observed, protected), told, inputs)


@contextmanager
def served(system: str, settings: Settings, city: DnsPolicy, own: ServerPolicy) -> Iterator[Served]:
    """A name server, read, and connected while inside. Raises as `connect` does."""
    with connect(system, settings) as connected:
        seen = connected.observe(SCOPE)
        yield Served(system, city, own, connected, seen, zones_of(seen.state))


@collector_paused()
def plan_dns(*, system: str, settings: Settings, policy: object, rules: object, request: Path) -> Plan:
    """The plan of one name server. Raises `InputError` with everything wrong in settings or the file. Only reads."""
    city, own = NameServer(settings, policy, rules).read()
    file = read_file(REQUEST, request)
    asked = read_request(file, city)
    if asked.problems:
        raise InputError("site.bad_request", details=asked.problems, count=len(asked.problems))
    with served(system, settings, city, own) as server:
        return server.plan(asked, OPERATION, {file.name: file.digest})
