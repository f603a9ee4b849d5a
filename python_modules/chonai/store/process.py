"""Is the process that took a lock still running? A number alone does not say: numbers are used again."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")
_ENDED = "ended"
_STATE, _START = 0, 19  # fields of /proc/PID/stat after the name, see proc(5)


def identity(pid: int) -> str | None:
    """Boot and start time of a process, `ended` if it only waits to be reaped, None if it cannot be read."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return _ENDED if fields[_STATE] in ("Z", "X") else f"{boot}/{fields[_START]}"


def is_running(pid: int, known_as: str) -> bool:
    """True unless it is certain that the process of this machine with this number and identity has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        pass
    now = identity(pid)
    return now is None or now == known_as
