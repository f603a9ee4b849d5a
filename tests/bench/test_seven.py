"""All seven systems of a personnel change, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench import ours, peers, seven
from tests.bench.report import Figure, seconds, tell
from tests.bench.runs import ground, in_turn
from tests.bench.servers import EXT, LGWAN

ROUNDS = 2


@pytest.fixture(scope="module", autouse=True)
def loaded(running: None) -> Iterator[None]:
    """All seven with the big city."""
    seven.start()
    yield
    seven.stop()


@pytest.mark.parametrize("name", ["plan-seven"])
def test_plan(name: str) -> None:
    seven.reset()
    singles = {host: min(seven.plan(host) for _ in range(ROUNDS)) for host in seven.HOSTS}
    slowest = max(singles, key=singles.__getitem__)
    [mine] = in_turn(ROUNDS, lambda: seven.plan(*seven.HOSTS))
    said = "; ".join(f"{host} {seconds(taken)}" for host, taken in singles.items())
    said = f"the slowest one alone, {slowest}; the playbook with --check on {seven.PEOPLE} staff; {said}"
    tell(Figure(name, mine / singles[slowest], "<=1.5", seconds(mine), seconds(singles[slowest]), said))


@pytest.mark.parametrize("name", ["apply-seven-looped"])
def test_looped(name: str) -> None:
    made = seven.plans()
    mine = seven.apply(made)
    peer, said = 0.0, list[str]()
    for server in (LGWAN, EXT):
        at = ground(server)
        plan, state = at.plan, at.state
        at.reset()
        taken = peers.looped(server, plan, state)[0] / peers.SAMPLE * ours.people_in(plan)
        peer += taken
        said.append(f"{server.host} {seconds(taken)}")
    seven.reset()
    taken = seven.looped_mail(next(plan for plan in made if plan.system == "webmail"))
    said.append(f"webmail {seconds(taken)}")
    what = f"tasks looped over {peers.SAMPLE} people, scaled: {', '.join(said)}; folders and files are not counted"
    tell(Figure(name, (peer + taken) / mine, ">=50", seconds(mine), seconds(peer + taken), what))
