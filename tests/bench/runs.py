"""Measurements that several figures share, made once in a run, in turn with their peers'."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property

from chonai.change.model import Plan, State
from tests.bench import ours, peers
from tests.bench.script import Request, Script, fewest
from tests.bench.servers import Server


@dataclass
class Ground:
    """A server with the big city and the year's change of it."""

    server: Server
    applies: list[ours.Applied] = field(default_factory=list)

    @cached_property
    def plan(self) -> Plan:
        """The change; the same after every reset."""
        self.reset()
        return ours.plan(self.server)

    @cached_property
    def state(self) -> State:
        """What the plan was made from."""
        self.reset()
        return peers.observed(self.server, self.plan)

    @cached_property
    def requests(self) -> list[Request]:
        """The change in the fewest requests."""
        return list(Script(self.server, self.state).requests(fewest(self.plan.changes)))

    def reset(self) -> None:
        """As before the change."""
        self.server.reset(self.server.big)

    def apply(self) -> float:
        """Seconds of one apply by us."""
        plan = self.plan
        self.reset()
        self.applies.append(ours.apply([plan], [self.server]))
        return self.applies[-1].seconds

    def best(self) -> float:
        """Seconds of the best apply so far; of one made now if there is none."""
        return min(run.seconds for run in self.applies) if self.applies else self.apply()

    def ldapmodify(self) -> float:
        """Seconds of ldapmodify."""
        requests = self.requests
        self.reset()
        return peers.ldapmodify(self.server, requests)


@cache
def ground(server: Server) -> Ground:
    """The one ground of a server."""
    return Ground(server)


def in_turn(rounds: int, *measured: Callable[[], float]) -> list[float]:
    """The best of some rounds of each, in turn: what else the machine does meets them all."""
    taken = [[measure() for measure in measured] for _ in range(rounds)]
    return [min(column) for column in zip(*taken, strict=True)]
