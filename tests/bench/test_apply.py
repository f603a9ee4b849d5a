"""Apply of the year's change of 3,000 people, against other ways to make it on the same server."""

from __future__ import annotations

import pytest

from tests.bench import ours, peers
from tests.bench.delay import delayed
from tests.bench.report import Figure, seconds, tell
from tests.bench.runs import ground, in_turn
from tests.bench.servers import CORP, EXT, LGWAN

pytestmark = pytest.mark.usefixtures("running")
SERVERS = {"ad": LGWAN, "openldap": CORP}
ROUNDS = {"ad": 2, "openldap": 3}
LOOPED_GOAL = {"ad": ">=60", "openldap": ">=300"}
LATENCY = 5.0
"""Milliseconds that a round trip takes longer."""


@pytest.mark.parametrize("kind", SERVERS, ids=[f"apply-{kind}" for kind in SERVERS])
def test_apply(kind: str) -> None:
    at = ground(SERVERS[kind])
    peer, mine = in_turn(ROUNDS[kind], at.ldapmodify, at.apply)
    said = f"one ldapmodify -f of {len(at.requests)} requests; ours: {ours.told(at.plan)}"
    tell(Figure(f"apply-{kind}", mine / peer, "<=1.2", seconds(mine), seconds(peer), said))


@pytest.mark.parametrize("kind", SERVERS, ids=[f"apply-{kind}-onebyone" for kind in SERVERS])
def test_one_by_one(kind: str) -> None:
    at = ground(SERVERS[kind])
    requests, mine = at.requests, at.best()
    at.reset()
    peer = peers.ldap3_sync(at.server, requests)
    said = "ldap3, one request after the other, each membership by itself"
    tell(Figure(f"apply-{kind}-onebyone", mine / peer, "<=0.7", seconds(mine), seconds(peer), said))


@pytest.mark.parametrize("kind", SERVERS, ids=[f"apply-{kind}-looped" for kind in SERVERS])
def test_looped(kind: str) -> None:
    at = ground(SERVERS[kind])
    plan, state, mine = at.plan, at.state, at.best()
    at.reset()
    taken, items = peers.looped(at.server, plan, state)
    peer = taken / peers.SAMPLE * ours.people_in(plan)
    said = f"community.general looped, {items} items of {peers.SAMPLE} people in {seconds(taken)}, scaled; no moves"
    tell(Figure(f"apply-{kind}-looped", peer / mine, LOOPED_GOAL[kind], seconds(mine), seconds(peer), said))


@pytest.mark.parametrize("kind", SERVERS, ids=[f"apply-{kind}-latency" for kind in SERVERS])
def test_latency(kind: str) -> None:
    at = ground(SERVERS[kind])

    def through(milliseconds: float) -> float:
        plan = at.plan
        at.reset()
        with delayed(at.server.address, 636, milliseconds / 2) as port:
            return ours.apply([plan], [at.server], port).seconds

    mine, peer = in_turn(ROUNDS[kind] - 1, lambda: through(LATENCY), lambda: through(0))
    said = f"itself through the same proxy without the {LATENCY:g} ms that every round trip takes longer"
    tell(Figure(f"apply-{kind}-latency", mine / peer, "<=1.2", seconds(mine), seconds(peer), said))


@pytest.mark.parametrize("name", ["both-domains"])
def test_both_domains(name: str) -> None:
    one, other = ground(LGWAN), ground(EXT)
    plans = [one.plan, other.plan]

    def both() -> float:
        one.reset()
        other.reset()
        return ours.apply(plans, [LGWAN, EXT]).seconds

    mine = both()
    slower = max(one.best(), other.best())
    said = f"the slower of the two alone; {ours.told(plans[0])} and {ours.told(plans[1])}"
    tell(Figure(name, mine / slower, "<=1.3", seconds(mine), seconds(slower), said))


@pytest.mark.parametrize("name", ["journal-share"])
def test_journal_share(name: str) -> None:
    for kind, server in SERVERS.items():
        at = ground(server)
        at.best()
        run = min(at.applies, key=lambda run: run.seconds)
        ratio, said = run.journal / run.seconds, f"the whole apply, {kind}"
        tell(Figure(f"{name}-{kind}", ratio, "<=0.05", seconds(run.journal), seconds(run.seconds), said))
