"""Watches what pure rooms do: Python itself tells, through its audit events, about every file, socket and
process opened.

The code nearest to the event decides. When the engine calls a store or a test's fake and *that* opens a file,
all is well.
"""

from __future__ import annotations

import os
import sys
import sysconfig
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = str(ROOT / "python_modules" / "chonai")
TESTS = str(ROOT / "tests")
PURE_ROOMS = tuple(f"{PACKAGE}/{room}/" for room in ("text", "calendar", "policies", "change", "operations", "jobs"))
# Identity is proved by OpenSSH and secrets are kept by age; these two modules are the way to them.
AT_THE_EDGE = tuple(f"{PACKAGE}/change/{name}.py" for name in ("signature", "secrets"))
OUTSIDE = ("open", "sqlite3.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")
# What comes with Python or with the package is as good as code.
SHIPPED = (
    PACKAGE,
    *zoneinfo.TZPATH,
    *{sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")},
)


class Impure(AssertionError):
    """A pure room reached outside."""


class _Watch:
    """Whether anybody watches now, and what was seen. The hook itself cannot be taken away again."""

    installed = False
    seen: list[str] | None = None


@contextmanager
def watching() -> Iterator[list[str]]:
    """Refuse events of pure rooms while inside; gives the list of those refused."""
    if not _Watch.installed:
        sys.addaudithook(_hook)
        _Watch.installed = True
    _Watch.seen = seen = []
    try:
        yield seen
    finally:
        _Watch.seen = None


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _Watch.seen is None or not (event in OUTSIDE or event.startswith("socket.")):
        return
    if event == "open" and (isinstance(arguments[0], int) or _shipped(os.fsdecode(arguments[0]))):
        return
    culprit = _nearest_own_frame(sys._getframe(1))
    if culprit is not None and _is_pure(culprit.f_code.co_filename):
        where = f"{culprit.f_code.co_filename}:{culprit.f_lineno} ({culprit.f_code.co_name})"
        told = f"{where}: {event} {arguments[:1]}"
        _Watch.seen.append(told)
        raise Impure(told)


def _is_pure(path: str) -> bool:
    return path.startswith(PURE_ROOMS) and path not in AT_THE_EDGE


def _shipped(path: str) -> bool:
    return path.startswith(SHIPPED)


def _nearest_own_frame(frame: FrameType | None) -> FrameType | None:
    while frame is not None and not frame.f_code.co_filename.startswith((PACKAGE, TESTS)):
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return None
        frame = frame.f_back
    return frame
