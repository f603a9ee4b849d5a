"""An apply waits here until somebody says that the files were imported, or until a newer export shows it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chonai.change.errors import SystemUnreachable
from chonai.systems.csv_import.exports import Edition, edition, shows
from chonai.systems.csv_import.outbox import Answer, Batch, ImportFile, Outbox
from chonai.systems.csv_import.settings import Settings, Source

PAUSE = 0.3
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
    lacking: set[tuple[Path, Edition]] = set()
    try:
        while batch.unanswered:
            if clock.monotonic() >= deadline:
                raise _unanswered(settings, batch)
            for file in batch.unanswered:
                if _is_exported(settings, batch, file, lacking):
                    outbox.answer(file, Answer(True, "", BY_EXPORT, clock.now()))
            clock.sleep(PAUSE)
            batch = _again(settings, outbox, batch)
    except KeyboardInterrupt:
        raise _unanswered(settings, batch) from None
    return batch


def _again(settings: Settings, outbox: Outbox, batch: Batch) -> Batch:
    for one in outbox.batches():
        if one.id == batch.id:
            return one
    folder = settings.outbox / batch.id
    raise SystemUnreachable("csv_import.batch_gone", system=settings.name, folder=folder)


def _is_exported(settings: Settings, batch: Batch, file: ImportFile, lacking: set[tuple[Path, Edition]]) -> bool:
    """An export that was written after the files and shows what is in this one is as good as a word. Each export is
    looked at once: `lacking` holds files with the exports that do not show them.
    """
    exported = edition(settings, file.type) if settings.observed is Source.EXPORT else None
    if exported is None or exported.at <= batch.written_at or not file.provable or (file.path, exported) in lacking:
        return False
    if shows(settings, file.type, file.effects):
        return True
    lacking.add((file.path, exported))
    return False


def _unanswered(settings: Settings, batch: Batch) -> SystemUnreachable:
    files = ", ".join(str(file.path) for file in batch.unanswered)
    command = f"chonai confirm {settings.name}"
    return SystemUnreachable("csv_import.not_confirmed", system=settings.name, files=files, command=command)
