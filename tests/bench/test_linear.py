"""Time and memory of the pure planner grow with the number of people and no faster."""

from __future__ import annotations

import pytest

from tests.bench import linear
from tests.bench.report import Figure, tell

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 2


@pytest.mark.parametrize("name", ["plan-linear"])
def test_linear(name: str) -> None:
    runs = [{people: linear.measured(people) for people in SIZES} for _ in range(ROUNDS)]
    found = {people: (min(r[people][0] for r in runs), min(r[people][1] for r in runs)) for people in SIZES}
    said = "; ".join(f"{people}: {taken:.2f}s, {memory / 2**20:.0f} MiB" for people, (taken, memory) in found.items())
    costs = ((taken / people, memory / people) for people, (taken, memory) in found.items())
    _, (time_then, memory_then), (time_now, memory_now) = costs
    what = f"processor time a person at 10,000; {said}"
    micro = 1e6
    tell(
        Figure(
            f"{name}-time",
            time_now / time_then,
            "<=1.2",
            f"{time_now * micro:.0f}µs",
            f"{time_then * micro:.0f}µs",
            what,
        )
    )
    what = "memory a person at 10,000"
    tell(Figure(f"{name}-memory", memory_now / memory_then, "<=1.2", f"{memory_now:.0f}B", f"{memory_then:.0f}B", what))
