"""Prints one closing line, as pytest does, for several runs: START folder-with-junit-files."""

from __future__ import annotations

import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path


def outcomes(folder: Path) -> Counter[str]:
    """How many tests passed, failed, broke or were skipped in all runs together."""
    total: Counter[str] = Counter()
    for path in sorted(folder.glob("*.xml")):
        for suite in ElementTree.parse(path).getroot().iter("testsuite"):
            number = {name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
            total["failed"] += number["failures"]
            total["error"] += number["errors"]
            total["skipped"] += number["skipped"]
            total["passed"] += number["tests"] - number["failures"] - number["errors"] - number["skipped"]
    return total


def closing_line(total: Counter[str], seconds: float) -> str:
    words = ("failed", "passed", "skipped", "error")
    said = ", ".join(f"{total[word]} {word}" for word in words if total[word]) or "no tests ran"
    return f" {said} in {seconds:.2f}s ".center(79, "=")


if __name__ == "__main__":
    print(closing_line(outcomes(Path(sys.argv[2])), time.time() - float(sys.argv[1])))
