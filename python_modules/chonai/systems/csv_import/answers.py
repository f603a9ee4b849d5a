"""What the operator does with import files: see what waits, and say what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

from chonai.change.errors import UsageError
from chonai.systems.csv_import.outbox import Answer, ImportFile, Outbox
from chonai.systems.csv_import.settings import parse


def waiting(settings: Mapping[str, object]) -> list[ImportFile]:
    """The import files of a product that wait for an answer, in the order in which they have to be imported.

    Raises InputError for wrong settings, SystemUnreachable when the outbox is not there.
    """
    return [file for batch in Outbox(parse(settings)).batches() for file in batch.unanswered]


def confirm(
    settings: Mapping[str, object],
    files: Collection[str] = (),
    *,
    by: str,
    at: datetime,
    rejected: str | None = None,
) -> list[Path]:
    """Say that files were imported, or were `rejected` and why; all that wait, or those named. The files answered.

    They are removed: they may hold initial passwords. Raises as `waiting` does, and UsageError when nothing waits or
    a file is not one of those that do.
    """
    name, known = str(settings.get("name")), waiting(settings)
    if not known:
        raise UsageError("csv_import.nothing_waits", system=name)
    chosen = [file for file in known if not files or {file.path.name, str(file.path)} & set(files)]
    unknown = set(files) - {text for file in chosen for text in (file.path.name, str(file.path))}
    if unknown:
        names = ", ".join(file.path.name for file in known)
        raise UsageError("csv_import.not_waiting", system=name, file=", ".join(sorted(unknown)), known=names)
    outbox, answer = Outbox(parse(settings)), Answer(rejected is None, rejected or "", by, at)
    return [file.path for file in chosen if outbox.answer(file, answer)]
