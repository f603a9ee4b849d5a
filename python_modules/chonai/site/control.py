"""What a playbook that runs as a job is told meanwhile: to go on, to pause before its next step, to stop.

The run's own process writes it into the run's folder; the callback and the modules, which are in the playbook's
processes, look there before each task and between the batches of an apply.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from chonai.change.errors import Fault
from chonai.runner.playbook import RUN_FOLDER
from chonai.store.process import is_ended

_FILE = "control"
_SECONDS = 0.2


class Wanted(StrEnum):
    """What a run is to do."""

    GO = "go"
    PAUSE = "pause"
    STOP = "stop"


class StoppedByPeople(Fault):
    """A person stopped the run; what was begun is whole and journaled."""


@dataclass(frozen=True, slots=True)
class Control:
    """The control of one run, in its folder."""

    folder: Path

    @classmethod
    def here(cls) -> Control | None:
        """That of the run which this process belongs to; None for a playbook that runs by itself."""
        named = os.environ.get(RUN_FOLDER)
        return cls(Path(named)) if named else None

    def set(self, wanted: Wanted) -> None:
        """Tell the playbook; from then on this process has to live for it to go on."""
        new = self.folder / f".{_FILE}"
        new.write_text(json.dumps({"wanted": wanted.value, "pid": os.getpid()}), encoding="utf-8")
        new.rename(self.folder / _FILE)

    def wanted(self) -> Wanted:
        """What the playbook is to do; to stop where the run's process has gone."""
        try:
            told = json.loads((self.folder / _FILE).read_text(encoding="utf-8"))
            return Wanted.STOP if is_ended(told["pid"]) else Wanted(told["wanted"])
        except (OSError, ValueError, KeyError, TypeError):
            return Wanted.STOP

    def wait(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Return when the playbook may go on. Raises `StoppedByPeople` when it is to stop."""
        while (wanted := self.wanted()) is Wanted.PAUSE:
            sleep(_SECONDS)
        if wanted is Wanted.STOP:
            raise StoppedByPeople("runs.stopped")


def checkpoint() -> None:
    """Wait where this playbook's run is paused. Raises `StoppedByPeople` when it is to stop."""
    control = Control.here()
    if control is not None:
        control.wait()
