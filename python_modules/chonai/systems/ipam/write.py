"""Writing: one transaction for a call of apply, in which each change happens whole or not at all.

First all changes are made under one savepoint. When one of them cannot be made, all are taken back and made again, each
under a savepoint of its own, so that the others are not lost.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, update
from sqlalchemy.exc import DataError, IntegrityError, InternalError

from chonai.change.model import Action, Change, Key
from chonai.change.system import Result
from chonai.systems.ipam.changes import differing, must_be_ours, refuse_others, shown
from chonai.systems.ipam.connection import Database
from chonai.systems.ipam.fields import FIELDS
from chonai.systems.ipam.records import Records, load_keys
from chonai.systems.ipam.refusals import refusal
from chonai.systems.ipam.schema import TABLES
from chonai.systems.ipam.settings import LedgerSettings
from chonai.systems.ipam.values import Stored, stored
from chonai.systems.refused import NotDone
from chonai.text.messages import message

REFUSALS = (IntegrityError, DataError, InternalError)
"""What the database says about one row. Anything else is about the connection or about all of it."""


def apply(database: Database, settings: LedgerSettings, changes: Sequence[Change], today: date) -> Sequence[Result]:
    """Make the changes and say what became of each. `today`: whatever day they were planned for, what is somebody's
    until that day or a later one is not given to another. Raises SystemUnreachable; then none of them was made.
    """
    with database.write() as connection:
        found = load_keys(connection, {change.key for change in changes}, locked=True)
        desk = _Desk(connection, settings, found, today)
        return _together(desk, changes) or [_alone(desk, change) for change in changes]


def _together(desk: _Desk, changes: Sequence[Change]) -> list[Result]:
    """What became of them, or nothing when one of them cannot be made."""
    with suppress(NotDone, *REFUSALS), desk.connection.begin_nested():
        return [Result(desk.make(change)) for change in changes]
    return []


def _alone(desk: _Desk, change: Change) -> Result:
    try:
        with desk.connection.begin_nested():
            return Result(desk.make(change))
    except NotDone as error:
        return Result(change.key, error.message)
    except REFUSALS as error:
        return Result(change.key, refusal(shown(change, desk.found), change.action, error))


@dataclass(frozen=True, slots=True)
class _Desk:
    """`found`: the objects that are changed, as they were when the call began; they are locked."""

    connection: Connection
    settings: LedgerSettings
    found: Records
    today: date

    def make(self, change: Change) -> Key:
        """Make one change; the object's key. Raises NotDone, or what the database raises."""
        must_be_ours(self.settings.name, self.settings, change, self.found)
        record = self.found.get(change.key)
        if change.action is Action.DELETE:
            table = TABLES[change.key.type]
            self.connection.execute(delete(table).where(table.c.id == change.key.id))
            return change.key
        if record is not None:
            refuse_others(change, self.found, self.today)
            self._change(change)
            return change.key
        if change.action is not Action.CREATE:
            raise NotDone(message("ipam.gone", name=shown(change, self.found)))
        return self._create(change)

    def _create(self, change: Change) -> Key:
        type_, name = change.key.type, shown(change, self.found)
        columns: dict[str, Stored] = {"id": str(uuid.uuid4()) if change.key.is_new else change.key.id}
        for attribute, field in FIELDS[type_].items():
            columns |= stored(name, attribute, field, change.after.get(attribute))
        self.connection.execute(insert(TABLES[type_]).values(columns))
        return Key(type_, str(columns["id"]))

    def _change(self, change: Change) -> None:
        columns: dict[str, Stored] = {}
        for attribute in differing(change, self.found):
            field = FIELDS[change.key.type][attribute]
            columns |= stored(shown(change, self.found), attribute, field, change.after.get(attribute))
        if columns:
            table = TABLES[change.key.type]
            self.connection.execute(update(table).where(table.c.id == change.key.id).values(columns))
