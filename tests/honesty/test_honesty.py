"""Plans say what happens: random requests on the lab's servers, looked at with programs that are not chonai's.

The same requests each time, so that a change is judged by itself; `make honesty` draws others.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.honesty.trials import TRIALS
from tests.lab import reset

pytestmark = pytest.mark.acceptance
CASES = {"personnel": 1, "dns": 4, "addressing": 3}
SEED = "汐見野"


@pytest.fixture(autouse=True)
def seeded(lab: Path) -> Iterator[None]:
    """The lab as it was seeded, before and after."""
    reset()
    yield
    reset()


@pytest.mark.parametrize("operation", TRIALS)
def test_what_a_plan_says_is_what_happens(operation: str, tmp_path: Path) -> None:
    verdicts = list(TRIALS[operation](tmp_path, Random(f"{SEED} {operation}"), CASES[operation]))
    assert not [f"{one.system}: {line}" for one in verdicts for line in one.wrong]
    assert any(one.said for one in verdicts)
