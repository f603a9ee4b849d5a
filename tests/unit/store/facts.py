"""Things to put into a store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from chonai.change.approval import Approval
from chonai.change.model import ChangeSet
from chonai.change.ports import Entry, Event
from chonai.change.seal import Seal
from chonai.store import Store
from tests.unit.change.people import NOW

OLD = Path(__file__).with_name("old")
OLD_VERSIONS = (1, 2, 3)
"""Of stores of before there were revisions."""
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
    """Make an empty store as programs of before revisions made it."""
    run_sql(url, *(OLD / f"{make_url(url).get_backend_name()}-{number}.sql" for number in range(1, version + 1)))


def run_sql(url: str, *files: Path) -> None:
    """Give a database statements of files, past all of chonai."""
    texts = [file.read_text(encoding="utf-8") for file in files]
    if make_url(url).get_backend_name() == "sqlite":
        path = Path(str(make_url(url).database))
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path)) as tool:
            tool.executescript("PRAGMA journal_mode = WAL;" + "".join(texts))
        return
    with psycopg.connect(url) as server:
        server.execute("".join(texts).encode())
