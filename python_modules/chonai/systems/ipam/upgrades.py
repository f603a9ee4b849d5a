"""From the tables of an older ledger to those of today, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from chonai.systems.ipam.fields import ADDRESS, DEVICE, INTERFACE, PREFIX, RANGE, VLAN
from chonai.systems.ipam.schema import NAMES, VERSION_TABLE


def upgrade(connection: Connection, version: int) -> int:
    """Take all steps from a version on, inside the caller's transaction; the version that is reached."""
    while version in STEPS:
        STEPS[version](connection)
        version += 1
        connection.execute(VERSION_TABLE.update().values(version=version))
    return version


def _notes(connection: Connection) -> None:
    """Version 2 keeps the notes of a spreadsheet."""
    collation = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    for type_ in (VLAN, PREFIX, RANGE, ADDRESS, DEVICE, INTERFACE):
        table = NAMES[type_]
        check = f"CONSTRAINT {table}_note_text CHECK (note <> '')"
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN note TEXT{collation} {check}")


STEPS: Mapping[int, Callable[[Connection], None]] = {1: _notes}
"""What makes the next version of each."""
