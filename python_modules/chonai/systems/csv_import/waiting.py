"""An apply waits here until somebody says that the files were imported, or until a newer export shows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chonai.change.errors import SystemUnreachable
from chonai.systems.csv_import.exports import exported_at, shows
from chonai.systems.csv_import.outbox import Answer, Batch, Outbox
from chonai.systems.csv_import.settings import Settings, Source

PAUSE = 1.0
BY_EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Clock:
    """What time is it, how much of it passed, and let some pass."""

    now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def wait(settings: Settings, outbox: Outbox, batch: Batch, clock: Clock) -> Batch:
    """The batch with all its answers.

    Raises SystemUnreachable, naming the files and the command to type, when they do not come in time or the wait is
    interrupted; the batch then waits for the next apply.
    """
    deadline = clock.monotonic() + settings.confirm_within
    try:
        while batch.unanswered:
            if clock.monotonic() >= deadline:
                raise _unanswered(settings, batch)
            _ask_exports(settings, outbox, batch, clock)
            clock.sleep(PAUSE)
            batch = _again(outbox, batch)
    except KeyboardInterrupt:
        raise _unanswered(settings, batch) from None
    return batch


def _again(outbox: Outbox, batch: Batch) -> Batch:
    return next(one for one in outbox.batches() if one.id == batch.id)


def _ask_exports(settings: Settings, outbox: Outbox, batch: Batch, clock: Clock) -> None:
    """An export that was written after the files and shows what is in one of them is as good as a word."""
    if settings.observed is not Source.EXPORT:
        return
    for file in batch.unanswered:
        exported = exported_at(settings, file.type)
        is_newer = exported is not None and exported > batch.written_at
        if is_newer and file.provable and shows(settings, file.type, file.effects):
            outbox.answer(file, Answer(True, "", BY_EXPORT, clock.now()))


def _unanswered(settings: Settings, batch: Batch) -> SystemUnreachable:
    files = ", ".join(str(file.path) for file in batch.unanswered)
    command = f"chonai confirm {settings.name}"
    return SystemUnreachable("csv_import.not_confirmed", system=settings.name, files=files, command=command)
