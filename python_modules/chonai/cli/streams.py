"""Output that cannot stop the work: who reads may leave, a disk may be full, a terminal may be gone."""

from __future__ import annotations

import errno
import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TextIO


class Unbreakable(FileIO):
    """A file that takes everything: what cannot be written is dropped, as all that comes after it."""

    lost: OSError | None = None
    """Why something was dropped."""

    # What the base class takes has no name that can be imported before Python 3.12.
    def write(self, data: bytes | memoryview, /) -> int:  # type: ignore[override]
        """Write as much as a file takes at once; all, once that failed."""
        try:
            return super().write(data)
        except OSError as error:
            self.lost = error
            _to_nowhere(self.fileno())
            return memoryview(data).nbytes


def make_unbreakable() -> None:
    """Let standard output and standard error of this process never fail, and give it those that were closed.

    A file opened where one of them was missing would otherwise get its number, and what is meant for it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            _to_nowhere(number)
    sys.stdin = sys.stdin or os.fdopen(0, closefd=False)
    sys.stdout, sys.stderr = _unbreakable(sys.stdout, 1), _unbreakable(sys.stderr, 2)


def lost_output() -> OSError | None:
    """Why somebody did not get what was written to standard output; None if they left or got it."""
    sys.stdout.flush()
    raw = _raw(sys.stdout)
    lost = raw.lost if isinstance(raw, Unbreakable) else None
    return None if lost is None or lost.errno == errno.EPIPE else lost


def _unbreakable(stream: TextIO | None, number: int) -> TextIO:
    if stream is None:
        return os.fdopen(number, "w", encoding="utf-8", closefd=False)
    if not isinstance(stream, TextIOWrapper) or type(_raw(stream)) is not FileIO:
        return stream
    raw: FileIO = Unbreakable(number, "w", closefd=False)
    return TextIOWrapper(
        BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _raw(stream: TextIO) -> object:
    return getattr(stream.buffer, "raw", stream.buffer)


def _to_nowhere(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
