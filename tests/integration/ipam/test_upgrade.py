"""A ledger that an older chonai made is what it was, with the tables of today."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url

from chonai.change.model import Action, Change, Key
from chonai.operations.addressing import SCOPE
from chonai.systems.ipam import connect
from chonai.systems.ipam.fields import FIELDS
from chonai.systems.ipam.schema import NAMES
from tests.integration.ipam.office import SYSTEM, Office

_NOTE = re.compile(r"""^\s*note TEXT.*,\s*$|,?\s*CONSTRAINT \w+_note_text CHECK \(note <> ''\)""", re.MULTILINE)


def test_notes_come_to_a_ledger_of_version_1(office: Office) -> None:
    with connect({"name": SYSTEM, "url": office.ledger}) as system:
        before = system.observe(SCOPE).state
    _as_version_1(make_url(office.ledger))
    for _ in range(2):
        with connect({"name": SYSTEM, "url": office.ledger}) as system:
            assert system.observe(SCOPE).state == before
    change = Change(Action.UPDATE, Key("prefix", "p"), {"note": None}, {"note": "3F"}, "")
    blank = Change(Action.UPDATE, Key("prefix", "p"), {"note": "3F"}, {"note": ""}, "")
    with connect({"name": SYSTEM, "url": office.ledger}) as system:
        done, refused = (system.apply([one], lambda *_: "")[0] for one in (change, blank))
        assert done.error is None
        assert refused.error is not None


def _as_version_1(url: URL) -> None:
    if url.get_backend_name() == "sqlite":
        _rebuilt(Path(str(url.database)))
        return
    engine = create_engine(url)
    with engine.begin() as connection:
        for type_, fields in FIELDS.items():
            if "note" in fields:
                connection.exec_driver_sql(f"ALTER TABLE {NAMES[type_]} DROP COLUMN note")
        connection.exec_driver_sql("UPDATE ledger_version SET version = 1")
    engine.dispose()


def _rebuilt(path: Path) -> None:
    """SQLite drops no column that a rule of its table speaks of: the file is made anew without it."""
    with closing(sqlite3.connect(path)) as old:
        statements = [
            _NOTE.sub("", sql) for (sql,) in old.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        ]
        tables = [name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: _without_note(old, name) for name in tables}
    path.unlink()
    with closing(sqlite3.connect(path)) as new:
        makes = [sql for sql in statements if sql.startswith("CREATE TABLE")]
        for sql in makes:
            new.execute(sql)
        for name, (columns, values) in rows.items():
            marks = ", ".join("?" * len(columns))
            new.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})", values)
        for sql in statements:
            if sql not in makes:
                new.execute(sql)
        new.execute("UPDATE ledger_version SET version = 1")
        assert not any("note" in sql for (sql,) in new.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        new.commit()


def _without_note(old: sqlite3.Connection, table: str) -> tuple[list[str], list[tuple[object, ...]]]:
    columns = [row[1] for row in old.execute(f"PRAGMA table_info({table})") if row[1] != "note"]
    return columns, old.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
