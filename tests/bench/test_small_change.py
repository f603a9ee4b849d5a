"""What one small change costs from the command to the report."""

from __future__ import annotations

import csv
import shutil
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from tests.bench import servers
from tests.bench.ours import site_file
from tests.bench.report import Figure, seconds, tell
from tests.bench.runs import in_turn
from tests.bench.servers import EXT, LGWAN, ROOT, SMALL, WORK
from tests.city.sheets import csv_bytes

pytestmark = pytest.mark.usefixtures("running")
FORTH = ROOT / "inventories" / "shiomino" / "files" / "orders-one-mover.csv"
FOLDER = WORK / "small"


@pytest.mark.parametrize("name", ["small-change"])
def test_small_change(name: str) -> None:
    for server in (LGWAN, EXT):
        server.reset(SMALL)
    shutil.rmtree(FOLDER, ignore_errors=True)
    site_file(FOLDER)
    # The first run also deletes accounts that are due: from then on, one person moves and nothing else.
    _change(FORTH)
    orders: Iterator[Path] = cycle([_back(), FORTH])
    mine, peer = in_turn(3, lambda: _change(next(orders)), _nothing)
    said = "an empty playbook; ours: personnel_change.yml of one mover, two domains of 1,500 staff, applied"
    tell(Figure(name, mine / peer, "<=4", seconds(mine), seconds(peer), said))


def _back() -> Path:
    """The order that sends the mover back."""
    head, row = list(csv.reader(FORTH.read_text(encoding="cp932").splitlines()))
    cells = dict(zip(head, row, strict=True))
    swapped = {name: cells.get(f"旧{name[1:]}", cells[name]) for name in head if name.startswith("新")}
    swapped |= {name: cells.get(f"新{name[1:]}", cells[name]) for name in head if name.startswith("旧所属")}
    swapped |= {f"旧{part}": cells[f"新{part}"] for part in ("部名", "課名", "係名")}
    file = FOLDER / "back.csv"
    file.write_bytes(csv_bytes([head, [swapped.get(name, cell) for name, cell in cells.items()]]))
    return file


def _change(orders: Path) -> float:
    environment = {"CHONAI_SITE": str(FOLDER / "site.yml"), "CHONAI_STORE": str(FOLDER / "store.db")}
    arguments = (
        "-e",
        f"orders={orders}",
        "-e",
        "effective_date=2026-04-01",
        "-e",
        "operator=sato",
        "--limit",
        "lgwan_ad,ext_ad",
    )
    return _timed("playbooks/personnel_change.yml", *arguments, environment=environment)


def _nothing() -> float:
    return _timed("tests/bench/empty.yml")


def _timed(*arguments: str, environment: dict[str, str] | None = None) -> float:
    started = time.perf_counter()
    servers.playbook(*arguments, environment=environment)
    return time.perf_counter() - started
