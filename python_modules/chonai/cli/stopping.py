"""Ctrl-C during an apply: the first ends it after the batch that is under way, the second at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event
from types import FrameType

from chonai.change.errors import Fault
from chonai.cli.framework import text

INTERRUPTED = 130


class Stopped(Fault):
    """A person stopped the apply; what was begun is whole and journaled."""

    exit_code = INTERRUPTED


class StopButton:
    """Pressed by Ctrl-C."""

    def __init__(self, resume: str) -> None:
        """`resume`: the command that goes on."""
        self._pressed, self._resume = Event(), resume

    @property
    def pressed(self) -> bool:
        """Somebody wants the apply to end."""
        return self._pressed.is_set()

    def check(self) -> None:
        """Raise `Stopped` if somebody wants the apply to end. Called between batches."""
        if self.pressed:
            raise self.error()

    def error(self) -> Stopped:
        """What is said of an apply that was stopped."""
        return Stopped("cli.stopped", resume=self._resume)

    def press(self, _signal: int, _frame: FrameType | None) -> None:
        """Called by the signal. What a second one cuts off is settled by the next apply, as after any kill."""
        if self.pressed:
            _say_now(text("cli.stopped_at_once", resume=self._resume))
            os._exit(INTERRUPTED)
        self._pressed.set()
        _say_now(text("cli.stopping"))


def _say_now(sentence: str) -> None:
    """Past all buffers and bars: a signal may come in the middle of any of them."""
    with suppress(OSError):
        os.write(2, f"\n{sentence}\n".encode())


@contextmanager
def stop_button(resume: str) -> Iterator[StopButton]:
    """A button that Ctrl-C presses while inside."""
    button = StopButton(resume)
    before = signal.signal(signal.SIGINT, button.press)
    try:
        yield button
    finally:
        signal.signal(signal.SIGINT, before)
