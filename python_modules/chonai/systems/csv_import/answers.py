"""What the operator does with import files: see what waits, and say what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chonai.change.errors import UsageError
from chonai.systems.csv_import.outbox import Answer, Batch, ImportFile, Outbox
from chonai.systems.csv_import.settings import parse


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """An import file without an answer: where, rows for which type, since when.

    `provable`: an export can show that it was imported.
    """

    path: Path
    type: str
    rows: int
    since: datetime
    provable: bool


def waiting(settings: Mapping[str, object]) -> list[WaitingFile]:
    """The import files of a product that wait for an answer, in the order in which they have to be imported.

    Raises InputError for wrong settings, SystemUnreachable when the outbox is not there.
    """
    return [
        WaitingFile(file.path, file.type, file.rows, batch.written_at, file.provable)
        for batch, file in _unanswered(Outbox(parse(settings)))
    ]


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
    a file is not one of those that do, or the reason is empty; and where a file that is said to be imported is not
    there, or not as it was written: then something else was.
    """
    name, outbox = str(settings.get("name")), Outbox(parse(settings))
    if rejected is not None and not rejected.strip():
        raise UsageError("csv_import.no_reason", system=name)
    chosen = _chosen(name, [file for _, file in _unanswered(outbox)], frozenset(files))
    if rejected is None:
        _must_be_as_written(name, chosen)
    answer = Answer(rejected is None, rejected or "", by, at)
    answered = [file.path for file in chosen if outbox.answer(file, answer)]
    if not answered:
        raise UsageError("csv_import.nothing_waits", system=name)
    return answered


def _must_be_as_written(name: str, files: list[ImportFile]) -> None:
    for file in files:
        if not file.is_as_written:
            code = "csv_import.not_as_written" if file.path.exists() else "csv_import.not_there"
            raise UsageError(code, system=name, file=file.path.name, folder=file.path.parent)


def _chosen(name: str, known: list[ImportFile], files: frozenset[str]) -> list[ImportFile]:
    """Those of the waiting files that are named, by name or path; all when none is."""
    chosen = [file for file in known if not files or {file.path.name, str(file.path)} & files]
    unknown = files.difference(text for file in chosen for text in (file.path.name, str(file.path)))
    if unknown and known:
        names = ", ".join(file.path.name for file in known)
        raise UsageError("csv_import.not_waiting", system=name, file=", ".join(sorted(unknown)), known=names)
    return chosen


def _unanswered(outbox: Outbox) -> list[tuple[Batch, ImportFile]]:
    outbox.tidy()
    return [(batch, file) for batch in outbox.batches() for file in batch.unanswered]
