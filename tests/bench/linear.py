"""The pure planner alone, in a process of its own: `python -m tests.bench.linear make|plan FILE [PEOPLE]`.

`make` puts a city's directory and orders into FILE; `plan` plans them and prints seconds and bytes. Two processes:
memory that the city's generator has used and given back would hide what the planner needs. The garbage collector is
paused, as it is wherever the site plans.
"""

from __future__ import annotations

import gc
import json
import pickle
import subprocess
import sys
import time
from pathlib import Path

from chonai.change.collector import collector_paused
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from chonai.operations.personnel import File, plan, read_request
from tests.bench.servers import ROOT, WORK
from tests.city.__main__ import scaled
from tests.city.build import build
from tests.city.sheets import csv_bytes, orders_plain, organisation_rows, reorganisation_rows
from tests.unit.personnel.world import DAY, observed, policy, protected, rules

DIRECTORY = "lgwan"


def measured(people: int) -> tuple[float, float]:
    """Processor seconds and bytes that the plan of a city of this size takes."""
    WORK.mkdir(parents=True, exist_ok=True)
    file = WORK / f"linear-{people}.pickle"
    _run("make", str(file), str(people))
    found = json.loads(_run("plan", str(file)))
    file.unlink()
    return found["seconds"], found["bytes"]


def _run(*arguments: str) -> str:
    command = [sys.executable, "-m", "tests.bench.linear", *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def _make(file: Path, people: int) -> None:
    city = build(scaled(people))
    request = read_request(
        policy=policy(),
        effective_date=DAY,
        orders=File("orders", csv_bytes(orders_plain(city.orders), encoding="utf-8-sig")),
        organisation=File("organisation", csv_bytes(organisation_rows(city.after_organisation))),
        reorganisation=File("reorganisation", csv_bytes(reorganisation_rows(city))),
    )
    assert not request.problems, request.problems[:3]
    file.write_bytes(pickle.dumps((observed(city, DIRECTORY), request)))


@collector_paused()
def _plan(file: Path) -> dict[str, float]:
    # What is read is the state of this benchmark, written a moment ago.
    state, request = pickle.loads(file.read_bytes())
    observation, rule = Observation(state, protected(state)), rules(DIRECTORY)
    gc.collect()
    before = _reset_peak()
    started = time.process_time()
    outcome = plan(observation.state, observation.protected, request, policy(), rule)
    made = make_plan(
        system=DIRECTORY,
        operation="personnel",
        observation=observation,
        desired=outcome.desired,
        scope=outcome.scope,
        reasons=outcome.reasons,
    )
    taken = time.process_time() - started
    assert made.changes, outcome.problems[:3]
    return {"seconds": taken, "bytes": _status("VmHWM") - before, "changes": len(made.changes)}


def _reset_peak() -> int:
    """Forget the highest memory use so far (proc(5), clear_refs); the use now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _status("VmRSS")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        _make(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(json.dumps(_plan(Path(sys.argv[2]))))
