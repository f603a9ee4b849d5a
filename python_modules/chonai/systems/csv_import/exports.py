"""What the product's last exports say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from chonai.change.errors import InputError, SystemUnreachable
from chonai.change.model import Key, Record
from chonai.systems.csv_import.reading import Reading, dangling, read_export
from chonai.systems.csv_import.settings import Settings
from chonai.text.messages import Message
from chonai.text.problems import Problem


def read_exports(settings: Settings) -> dict[Key, Record]:
    """All objects in all exports. Raises InputError with every problem of every file, SystemUnreachable for one that
    is not there.
    """
    readings = {type_: _read(settings, type_, path) for type_, path in settings.exports.items()}
    state: dict[Key, Record] = {
        key: settings.profile.files[key.type].whole(record)
        for reading in readings.values()
        for key, record in reading.records.items()
    }
    problems = [one.message for reading in readings.values() for one in reading.problems]
    problems += _dangling(settings, readings, state)
    if problems:
        raise InputError("csv_import.bad_export", system=settings.name, details=problems)
    return state


class Edition(NamedTuple):
    """One writing of an export file: when, and how many bytes."""

    at: datetime
    size: int


def edition(settings: Settings, type_: str) -> Edition | None:
    """The export of this type as it lies there; None when there is none."""
    path = settings.exports.get(type_)
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return Edition(datetime.fromtimestamp(found.st_mtime, UTC), found.st_size) if found else None


def shows(settings: Settings, type_: str, effects: Mapping[Key, Record | None]) -> bool:
    """Whether the export of this type has all this. One that cannot be read (it is being written) shows nothing."""
    try:
        records = _read(settings, type_, settings.exports[type_])
    except SystemUnreachable:
        return False
    whole = settings.profile.files[type_].whole
    found = {key: whole(record) for key, record in records.records.items()}
    return not records.problems and all(found.get(key) == record for key, record in effects.items())


def _read(settings: Settings, type_: str, path: Path) -> Reading:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SystemUnreachable("csv_import.no_export", system=settings.name, file=path, cause=error) from None
    return read_export(path.name, data, settings.profile.files[type_])


def _dangling(settings: Settings, readings: Mapping[str, Reading], state: Mapping[Key, Record]) -> list[Message]:
    return [
        Problem(
            "csv_import.cell_no_object",
            settings.exports[key.type].name,
            row=readings[key.type].rows[key],
            column=column.title,
            value=Key.parse(value).id,
            fields={"type": Key.parse(value).type},
        ).message
        for key, column, value in dangling(settings.profile, state)
    ]
