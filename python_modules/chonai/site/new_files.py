"""Files that a person asked for: new, readable by nobody else, and whole or not there at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from chonai.change.errors import Refused, UsageError

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def refuse_existing(path: Path) -> None:
    """Return if a new file can be made at `path`; raise `UsageError` if there is one, or no folder for it."""
    if path.exists() or path.is_symlink():
        raise UsageError("cli.file_exists", file=path)
    if not path.parent.is_dir():
        raise UsageError("cli.no_folder", file=path, folder=path.parent)


def refuse_shared(path: Path) -> None:
    """Return if only we can look into the folder of `path`; raise `Refused` if others can: secrets go there."""
    mode = path.parent.stat().st_mode
    if mode & OTHERS or path.parent.stat().st_uid != os.geteuid():
        raise Refused("cli.folder_open", file=path, folder=path.parent.absolute(), mode=f"{mode & 0o7777:04o}")


def write_new(path: Path, data: bytes) -> None:
    """Make the file, for its owner alone. Raises `UsageError` where it cannot be made; nothing is left of it then."""
    refuse_existing(path)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        _fill(path, descriptor, data)
    except OSError as error:
        raise UsageError("cli.unwritable", file=path, cause=error.strerror or error) from None


def _fill(path: Path, descriptor: int, data: bytes) -> None:
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(descriptor)
    except OSError:
        path.unlink()
        raise
