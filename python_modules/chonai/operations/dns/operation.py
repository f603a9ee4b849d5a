"""The DNS operation: from what a server holds and a request to what it shall hold. Pure.

An operation owns the RRsets that its request names, and the PTR records that follow from their addresses. Nothing else
is compared or written (decision 0013).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chonai.change.model import Brake, Key, Scope, State, TypeScope
from chonai.change.plan import Outcome
from chonai.operations.dns.census import faults, take
from chonai.operations.dns.draft import DATA, NAME, REPLACES, RRSET, TTL, Draft, split, zones_of
from chonai.operations.dns.meaning import Meaning
from chonai.operations.dns.names import zone_of
from chonai.operations.dns.policy import DnsPolicy, ServerPolicy
from chonai.operations.dns.request import Request
from chonai.operations.dns.reverse import follow
from chonai.operations.dns.rules import broken
from chonai.text.messages import Message, message

OPERATION = "dns"
SCOPE: Scope = {RRSET: TypeScope(frozenset({NAME, TTL, DATA}), names=frozenset({NAME, REPLACES}))}
"""What is read. Names are claims: who stands in place of another RRset waits until that has gone."""


@dataclass(frozen=True, slots=True)
class Drawn(Outcome):
    """With what the operation owns as it is: a request decides that."""

    observed: State = field(kw_only=True)


def plan(
    state: State, protected: Mapping[Key, Message], request: Request, city: DnsPolicy, server: ServerPolicy
) -> Drawn:
    """What the request makes of the zones in `state`, all that the server holds."""
    zones = zones_of(state)
    census = take(state, city)
    meaning = Meaning(Draft(state, census.foreign), server.domain, zones, city)
    for row in request.rows:
        if row.network == server.network:
            meaning.take(row)
    meaning.warnings += _others(request, server)
    follow(meaning)
    problems = (*request.problems, *meaning.problems, *broken(meaning, census))
    wrong_already = faults(census, state, zones, city, protected)
    observed, desired = meaning.draft.observed(), meaning.draft.desired()
    return Drawn(
        desired=desired,
        scope=SCOPE,
        reasons=meaning.draft.reasons,
        warnings=(*request.warnings, *meaning.warnings, *wrong_already),
        problems=problems,
        brakes=tuple(_brakes(state, observed, desired, zones, city)),
        observed=observed,
    )


def _others(request: Request, server: ServerPolicy) -> list[Message]:
    """Rows that are not planned here are told: somebody has to have the server for them."""
    others = Counter(row.network for row in request.rows if row.network != server.network)
    if not others:
        return []
    return [message("dns_request.other_networks", count=others.total(), networks=", ".join(sorted(others)))]


def _brakes(state: State, observed: State, desired: State, zones: frozenset[str], city: DnsPolicy) -> list[Brake]:
    """More of a zone deleted than anybody means."""
    rules, found = city.brakes, []
    for zone, count in sorted(_sizes(observed.keys() - desired.keys(), zones).items()):
        if count <= rules.always_allowed:
            continue
        total = _sizes(state, zones)[zone]
        if count * 100 > total * rules.deletions_percent:
            fields = {"zone": zone, "count": count, "total": total, "limit": rules.deletions_percent}
            found.append(Brake(f"deletions:{zone}", message("dns_request.brake_deletions", **fields)))
    return found


def _sizes(keys: Iterable[Key], zones: frozenset[str]) -> Counter[str]:
    """How many of the RRsets lie in which zone."""
    return Counter(zone for key in keys if (zone := zone_of(split(key)[0], zones)))
