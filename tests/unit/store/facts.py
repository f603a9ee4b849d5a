"""Things to put into a store."""

from __future__ import annotations

from chonai.change.approval import Approval
from chonai.change.model import ChangeSet
from chonai.change.ports import Entry, Event
from chonai.change.seal import Seal
from chonai.store import Store
from chonai.store.database import Database
from chonai.store.schema import ADDED
from tests.unit.change.people import NOW

SEAL = Seal("sato", "-----BEGIN SSH SIGNATURE-----\n")
APPROVAL = Approval("suzuki", frozenset({"leavers"}), "-----BEGIN SSH SIGNATURE-----\n", NOW)


def entry(n: int, *, change_set: str = "set", system: str = "lgwan_ad") -> Entry:
    return Entry(Event.NOTE, change_set, system, "sato", NOW, {"n": n})


def happened(event: Event, change_set: str, system: str, **data: object) -> Entry:
    return Entry(event, change_set, system, "sato", NOW, data)


def applied(store: Store, change_set: ChangeSet, *systems: str, **keys: str) -> None:
    """Journal an apply of all changes of these systems."""
    for plan in change_set.plans:
        if plan.system in systems:
            done = list(range(len(plan.changes)))
            store.journal.append(
                [
                    happened(Event.STARTED, change_set.id, plan.system),
                    happened(Event.OUTCOME, change_set.id, plan.system, done=done, keys=keys),
                    happened(Event.FINISHED, change_set.id, plan.system),
                ]
            )


def make_old(url: str, version: int = 1) -> None:
    """Make a store as an earlier version of the schema made it."""
    Store.open(url).close()
    database = Database(url)
    newer = [table for number, tables in ADDED.items() if number > version for table in tables]
    with database.write() as connection:
        for table in newer:
            connection.exec_driver_sql(f"DROP TABLE {table.name}")
        connection.exec_driver_sql(f"UPDATE schema_version SET version = {version}")
    database.close()
