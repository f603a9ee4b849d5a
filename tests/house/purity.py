"""Watches what pure rooms do: Python itself tells, through its audit events, about every file, socket and process opened.

The code nearest to the event decides. When the engine calls a store or a test's fake and *that* opens a file, all is well.
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
PURE_ROOMS = tuple(f"{PACKAGE}/{room}/" for room in ("text", "calendar", "change", "operations"))
OUTSIDE = ("open", "sqlite3.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")
# What comes with Python or with the package is as good as code.
SHIPPED = (PACKAGE, *zoneinfo.TZPATH, *{sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


class Impure(AssertionError):
    """A pure room reached outside."""


_seen: list[str] | None = None
_installed = False


@contextmanager
def watching() -> Iterator[list[str]]:
    """Refuse events of pure rooms while inside; gives the list of those refused."""
    global _seen, _installed
    if not _installed:
        sys.addaudithook(_hook)
        _installed = True
    _seen = seen = []
    try:
        yield seen
    finally:
        _seen = None


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _seen is None or not (event in OUTSIDE or event.startswith("socket.")):
        return
    if event == "open" and (isinstance(arguments[0], int) or _shipped(os.fsdecode(arguments[0]))):
        return
    culprit = _nearest_own_frame(sys._getframe(1))
    if culprit is not None and culprit.f_code.co_filename.startswith(PURE_ROOMS):
        told = f"{culprit.f_code.co_filename}:{culprit.f_lineno} ({culprit.f_code.co_name}): {event} {arguments[:1]}"
        _seen.append(told)
        raise Impure(told)


def _shipped(path: str) -> bool:
    return path.startswith(SHIPPED)


def _nearest_own_frame(frame: FrameType | None) -> FrameType | None:
    while frame is not None and not frame.f_code.co_filename.startswith((PACKAGE, TESTS)):
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return None
        frame = frame.f_back
    return frame
