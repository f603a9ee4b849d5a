"""New files that are there as a whole or not at all, for nobody but their owner."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from chonai.change.errors import Fault, UsageError


@contextmanager
def new_file(path: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A file to be written, and where it lies until then: it comes to its name when all went well, on the disk, and
    nothing is left of it otherwise.

    Raises `UsageError` if there is one of that name or no folder for it, `Fault` where the disk fails.
    """
    if path.exists() or path.is_symlink():
        raise UsageError("backup.file_exists", file=path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise UsageError("backup.not_writable", file=path, cause=error.strerror or str(error)) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, beside
            file.flush()
            os.fsync(file.fileno())
        _to_its_name(beside, path)
    except OSError as error:
        raise Fault("backup.not_written", file=path, cause=error.strerror or str(error)) from error
    finally:
        beside.unlink(missing_ok=True)


def _to_its_name(beside: Path, path: Path) -> None:
    if path.exists():  # somebody was quicker
        raise UsageError("backup.file_exists", file=path)
    beside.rename(path)  # no hard link: a backup may go to a share that has none
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a share that cannot
            raise
    finally:
        os.close(handle)
