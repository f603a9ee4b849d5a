"""Plans say what happens: random requests on the lab's servers, looked at with programs that are not chonai's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from tests.honesty.trials import TRIALS
from tests.lab import reset

CASES = {"personnel": 1, "dns": 4, "addressing": 3}


@pytest.fixture(autouse=True)
def seeded(lab: Path) -> Iterator[None]:
    """The lab as it was seeded, before and after."""
    reset()
    yield
    reset()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("operation", TRIALS)
def test_what_a_plan_says_is_what_happens(operation: str, tmp_path: Path) -> None:
    seed = os.environ.get("CHONAI_SEED", f"{datetime.now(UTC):%Y-%m-%d}")
    verdicts = list(TRIALS[operation](tmp_path, Random(f"{seed} {operation}"), CASES[operation]))
    assert not [f"{seed} {one.system}: {line}" for one in verdicts for line in one.wrong]
    assert any(one.said for one in verdicts)
