"""Files that are there as a whole or not at all, for nobody but their owner, also after a power cut."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FILE, FOLDER = 0o600, 0o700


def write_new(path: Path, data: bytes) -> None:
    """A new file with this content on the disk. Raises OSError, also when it exists."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, data: bytes) -> None:
    """The content of a file, replaced at one moment."""
    beside = _beside(path)
    write_new(beside, data)
    beside.replace(path)
    sync(path.parent)


def claim(path: Path, data: bytes) -> None:
    """A file that only one writer can make, whole at one moment. Raises FileExistsError for the second."""
    beside = _beside(path)
    write_new(beside, data)
    try:
        path.hardlink_to(beside)
    finally:
        beside.unlink()
    sync(path.parent)


def sync(folder: Path) -> None:
    """Names of files on the disk, as their contents are."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(folder: Path, doomed: Path) -> None:
    """A folder with all that is in it, gone at one moment under its own name; the rest may be swept later."""
    folder.rename(doomed)
    sync(doomed.parent)
    shutil.rmtree(doomed)


def _beside(path: Path) -> Path:
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    beside.unlink(missing_ok=True)
    return beside
