"""Many random requests, and docs/honesty.md of what became of them: python -m tests.honesty CASES [SEED]"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.honesty.page import page
from tests.honesty.trials import TRIALS, Verdict
from tests.house.tree import ROOT
from tests.lab import reset

OFTENER = {"personnel": 1, "dns": 5, "addressing": 3}
"""Requests for names are small, and many of them wrong."""


def main() -> int:
    """Exit code 1 where a plan said something else than what happened."""
    cases, seed = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else f"{datetime.now(UTC):%Y-%m-%d}"
    verdicts: list[Verdict] = []
    for name, trial in TRIALS.items():
        reset()
        with TemporaryDirectory() as folder:
            for verdict in trial(Path(folder), Random(f"{seed} {name}"), cases * OFTENER[name]):
                verdicts.append(verdict)
                print(verdict.operation, verdict.system, verdict.said, *verdict.wrong, sep="\n  ", flush=True)
    reset()
    (ROOT / "docs/honesty.md").write_text(page(verdicts, seed), encoding="utf-8")
    return int(any(one.wrong for one in verdicts))


sys.exit(main())
