"""Folders of runs under way, in memory; and what a run whose process was killed has left at work on this machine."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from chonai.runner.playbook import EVENTS
from chonai.store.process import is_ended

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - folders below it are the caller's alone
_PREFIX = "chonai-run-"
_RUN = "run.json"


@contextmanager
def workspace(run: str, locks: Collection[str]) -> Iterator[Path]:
    """A folder of this process alone, in memory where there is such a place. Those of runs that were killed go.

    locks  systems that the run has for itself
    """
    place = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None
    if place is not None:
        _sweep()
    folder = Path(mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=place))
    try:
        (folder / _RUN).write_text(json.dumps({"run": run, "locks": sorted(locks)}), encoding="utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def left_at_work(run: str, locks: Collection[str]) -> str | None:
    """The run whose process has gone, and whose playbook is still at its last step on this machine: this very one, or
    one that has one of these systems for itself. A step is not cut off by the end of the run's process.
    """
    for folder in _abandoned():
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads((folder / _RUN).read_text(encoding="utf-8"))
            if (told["run"] == run or set(told["locks"]) & set(locks)) and _is_written(folder):
                return str(told["run"])
    return None


def _sweep() -> None:
    for folder in _abandoned():
        if not _is_written(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _abandoned() -> Iterator[Path]:
    """Folders of this user's processes that have ended."""
    for folder in SHARED_MEMORY.glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            if pid.isdecimal() and folder.stat().st_uid == os.getuid() and is_ended(int(pid)):
                yield folder


def _is_written(folder: Path) -> bool:
    """Whether a process of the playbook still holds the run's pipe: of a pipe without a writer the end is read."""
    try:
        pipe = os.open(folder / EVENTS, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        while os.read(pipe, 1 << 16):
            pass
    except BlockingIOError:
        return True
    finally:
        os.close(pipe)
    return False
