"""Is the process that took a lock still running? A number alone does not say: numbers are used again.

Nor does the host name: a container may share it, with the store, and yet count its processes from 1 again.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import astuple, dataclass
from pathlib import Path

_PROC = Path("/proc")
_BOOT, _NAMESPACE, _MACHINE = _PROC / "sys/kernel/random/boot_id", _PROC / "self/ns/pid", Path("/etc/machine-id")
_STATE, _START = 0, 19  # fields of /proc/PID/stat after the name, see proc(5)
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """Where a process runs and since when; empty is what could not be read.

    machine     digest of the machine's id: the id itself is not to be shown around (machine-id(5))
    boot        changes with every start of the machine
    namespace   in which its number is its number, see pid_namespaces(7)
    start       ticks from the start of the machine to its own
    """

    machine: str
    boot: str
    namespace: str
    start: str

    def __str__(self) -> str:
        return "/".join(astuple(self))


def own_identity() -> Identity:
    """That of this process."""
    machine = hashlib.sha256(f"chonai {found}".encode()).hexdigest()[:16] if (found := _content(_MACHINE)) else ""
    return Identity(machine, _content(_BOOT), _namespace(), _start("self"))


def is_running(pid: int, known_as: str) -> bool:
    """True unless it is certain that the process of this host with this number and identity has ended.

    What another PID namespace holds cannot be seen from here, and neither can what another machine holds that
    has the same name. Identities of older versions do not say where they are from.
    """
    parts = known_as.split("/")
    own = own_identity()
    if len(parts) != _PARTS or "" in parts[1:] or not own.boot:
        return True
    known = Identity(*parts)
    if known.boot != own.boot:
        return not known.machine or known.machine != own.machine
    return known.namespace != own.namespace or _is_here(pid, known)


def is_seen(pid: int, known_as: str) -> bool:
    """True if it is certain that this process is running in this PID namespace."""
    known = known_as.rpartition("/")
    own = str(own_identity()).rpartition("/")
    return known[0] == own[0] and _sees_own_numbers() and not is_ended(pid) and _start(str(pid)) == known[2] != ""


def is_ended(pid: int) -> bool:
    """There is no such process in this PID namespace, or it only waits to be reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # another user's
        pass
    # Where /proc is that of another namespace, the number means another process there.
    return _sees_own_numbers() and _stat(str(pid))[_STATE : _STATE + 1] in (["Z"], ["X"])


def _is_here(pid: int, known: Identity) -> bool:
    if is_ended(pid):
        return False
    return not _sees_own_numbers() or _start(str(pid)) in ("", known.start)


def _start(process: str) -> str:
    return "".join(_stat(process)[_START : _START + 1])


def _stat(process: str) -> list[str]:
    return _content(_PROC / process / "stat").rpartition(")")[2].split()  # the name before it may hold anything


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _namespace() -> str:
    try:
        return str(_NAMESPACE.stat().st_ino)
    except OSError:
        return ""


def _sees_own_numbers() -> bool:
    try:
        return (_PROC / "self").readlink().name == str(os.getpid())
    except OSError:
        return False
