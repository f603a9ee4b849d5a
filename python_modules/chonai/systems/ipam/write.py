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
from chonai.systems.ipam import waiting
from chonai.systems.ipam.connection import Database
from chonai.systems.ipam.fields import FIELDS, TYPES, UNIQUE
from chonai.systems.ipam.protection import protection
from chonai.systems.ipam.records import Records, load_keys
from chonai.systems.ipam.refusals import refusal
from chonai.systems.ipam.schema import TABLES
from chonai.systems.ipam.settings import LedgerSettings
from chonai.systems.ipam.values import NotDone, Stored, stored
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
        return Result(change.key, refusal(desk.shown(change), change.action, error))


@dataclass(frozen=True, slots=True)
class _Desk:
    """`found`: the objects that are changed, as they were when the call began; they are locked."""

    connection: Connection
    settings: LedgerSettings
    found: Records
    today: date

    def shown(self, change: Change) -> str:
        """What people call the object that a change is about."""
        record = {**change.after, **self.found.get(change.key, {})}
        names = UNIQUE.get(change.key.type, ())
        words = [str(record[name]) for name in names if record.get(name) and ":" not in str(record[name])]
        words += [str(record[name]) for name in ("network", "address") if ":" in str(record.get(name))]
        return f"{' '.join(words)} ({change.key})" if words else str(change.key)

    def make(self, change: Change) -> Key:
        """Make one change; the object's key. Raises NotDone, or what the database raises."""
        self._must_be_ours(change)
        record = self.found.get(change.key)
        if change.action is Action.DELETE:
            table = TABLES[change.key.type]
            self.connection.execute(delete(table).where(table.c.id == change.key.id))
            return change.key
        if record is not None:
            self._refuse_others(change)
            self._change(change)
            return change.key
        if change.action is not Action.CREATE:
            raise NotDone(message("ipam.gone", name=self.shown(change)))
        return self._create(change)

    def _must_be_ours(self, change: Change) -> None:
        type_ = change.key.type
        if type_ not in FIELDS:
            raise NotDone(message("ipam.unknown_type", system=self.settings.name, type=type_, known=", ".join(TYPES)))
        for name in sorted((change.before.keys() | change.after.keys()) - FIELDS[type_].keys()):
            fields = {"system": self.settings.name, "type": type_, "attribute": name}
            raise NotDone(message("ipam.unknown_attribute", **fields))
        for side in (self.found.get(change.key, {}), change.after):
            if why := protection(self.settings, side):
                raise NotDone(message("ipam.refused_protected", name=self.shown(change), why=why))

    def _refuse_others(self, change: Change) -> None:
        """Return if an object that is there may become what the change makes of it. Raises NotDone."""
        record = self.found[change.key]
        if change.action is Action.CREATE and waiting.is_passed(record, change.after):
            raise NotDone(message("ipam.others_create", name=self.shown(change), **waiting.told(record)))
        if why := waiting.objection(record, change.after, self.today):
            raise NotDone(message(why, name=self.shown(change), today=self.today.isoformat(), **waiting.told(record)))

    def _create(self, change: Change) -> Key:
        type_, name = change.key.type, self.shown(change)
        columns: dict[str, Stored] = {"id": str(uuid.uuid4()) if change.key.is_new else change.key.id}
        for attribute, field in FIELDS[type_].items():
            columns |= stored(name, attribute, field, change.after.get(attribute))
        self.connection.execute(insert(TABLES[type_]).values(columns))
        return Key(type_, str(columns["id"]))

    def _change(self, change: Change) -> None:
        columns: dict[str, Stored] = {}
        for attribute in self._differing(change):
            field = FIELDS[change.key.type][attribute]
            columns |= stored(self.shown(change), attribute, field, change.after.get(attribute))
        if columns:
            table = TABLES[change.key.type]
            self.connection.execute(update(table).where(table.c.id == change.key.id).values(columns))

    def _differing(self, change: Change) -> list[str]:
        """Attributes that are not as the change wants them. Raises NotDone where somebody else was at work."""
        record, is_create = self.found[change.key], change.action is Action.CREATE
        named = change.after.keys() if is_create else change.before.keys() | change.after.keys()
        differing = [name for name in sorted(named) if record[name] != change.after.get(name)]
        for name in differing:
            now, old = record[name], change.before.get(name)
            if not is_create and now != old:
                fields = {"attribute": name, "now": str(now), "before": str(old), "after": str(change.after.get(name))}
                raise NotDone(message("ipam.moved_meanwhile", name=self.shown(change), **fields))
        return differing
