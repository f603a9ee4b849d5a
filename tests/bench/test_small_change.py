"""What one small change costs from the command to the report."""

from __future__ import annotations

import shutil
import time

import pytest

from tests.bench import servers
from tests.bench.ours import site_file
from tests.bench.report import Figure, seconds, tell
from tests.bench.runs import in_turn
from tests.bench.servers import EXT, LGWAN, ROOT, SMALL, WORK

pytestmark = pytest.mark.usefixtures("running")
ORDERS = ROOT / "inventories" / "shiomino" / "files" / "orders-one-mover.csv"


@pytest.mark.parametrize("name", ["small-change"])
def test_small_change(name: str) -> None:
    mine, peer = in_turn(3, _one_mover, _nothing)
    said = (
        "an empty playbook on the same two hosts; ours: ansible-playbook personnel_change.yml of one mover, two domains"
    )
    tell(Figure(name, mine / peer, "<=4", seconds(mine), seconds(peer), said))


def _one_mover() -> float:
    for server in (LGWAN, EXT):
        server.reset(SMALL)
    folder = WORK / "small"
    shutil.rmtree(folder, ignore_errors=True)
    environment = {"CHONAI_SITE": str(site_file(folder)), "CHONAI_STORE": str(folder / "store.db")}
    arguments = ("-e", f"orders={ORDERS}", "-e", "effective_date=2026-04-01", "-e", "operator=sato")
    return _timed("playbooks/personnel_change.yml", *arguments, environment=environment)


def _nothing() -> float:
    return _timed("tests/bench/empty.yml")


def _timed(*arguments: str, environment: dict[str, str] | None = None) -> float:
    started = time.perf_counter()
    servers.playbook(*arguments, environment=environment)
    return time.perf_counter() - started
