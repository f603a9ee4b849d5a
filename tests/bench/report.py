"""One line a figure, on the screen and in `var/bench.json`. A missed goal is told, it fails nothing."""

from __future__ import annotations

import json
import operator
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

PLACE = Path(__file__).resolve().parents[2] / "var" / "bench.json"
COMPARE = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` against `goal` (such as `<=1.2`); `ours` and `peer` for a reader, `what` says what the peer is."""

    name: str
    ratio: float
    goal: str
    ours: str
    peer: str
    what: str

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return bool(COMPARE[self.goal[:2]](self.ratio, float(self.goal[2:])))

    @property
    def line(self) -> str:
        """What the screen shows."""
        met = "met" if self.met else "missed"
        return (
            f"{self.name} ratio={self.ratio:.2f} goal={self.goal} {met} ours={self.ours} peer={self.peer} ({self.what})"
        )


def tell(figure: Figure) -> None:
    """Print a figure and put it into the file, in place of an older one of that name."""
    print(figure.line, flush=True)
    known = json.loads(PLACE.read_text(encoding="utf-8")) if PLACE.exists() else {}
    known[figure.name] = {
        **asdict(figure),
        "met": figure.met,
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "cores": os.cpu_count(),
    }
    PLACE.parent.mkdir(exist_ok=True)
    PLACE.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def seconds(value: float) -> str:
    """A duration for people."""
    return f"{value:.1f}s" if value >= 1 else f"{value * 1000:.0f}ms"
