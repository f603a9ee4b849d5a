"""The journal in the database: one chain whoever writes, and no way to change it unseen."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from chonai.change.errors import JournalBroken
from chonai.change.journal import START, link
from chonai.change.ports import Entry, Event
from chonai.store import Store
from tests.unit.change.people import NOW
from tests.unit.store.facts import entry


def test_what_is_appended_is_read_in_order(store: Store) -> None:
    store.journal.append([entry(0), entry(1)])
    store.journal.append([])
    store.journal.append([entry(2)])
    assert [row.entry for row in store.journal.rows()] == [entry(0), entry(1), entry(2)]
    assert [row.seq for row in store.journal.rows()] == [1, 2, 3]


def test_rows_of_one_change_set_and_system(store: Store) -> None:
    all_ = [entry(n, change_set=f"set{n % 2}", system=f"ad{n % 3}") for n in range(12)]
    store.journal.append(all_)
    assert [row.entry.data["n"] for row in store.journal.rows("set1")] == [1, 3, 5, 7, 9, 11]
    assert [row.entry.data["n"] for row in store.journal.rows("set1", "ad0")] == [3, 9]
    assert [row.entry.data["n"] for row in store.journal.rows(system="ad1")] == [1, 4, 7, 10]
    assert not list(store.journal.rows("set"))


def test_many_rows_are_read_in_pages(store: Store) -> None:
    store.journal.append([entry(n) for n in range(4500)])
    assert [row.entry.data["n"] for row in store.journal.rows()] == list(range(4500))
    assert store.journal.verify() == store.journal.head()


def test_reading_goes_on_while_others_append(store: Store) -> None:
    store.journal.append([entry(0)])
    for row in store.journal.rows():
        if row.seq == 1:
            store.journal.append([entry(1)])
    assert len(list(store.journal.rows())) == 2


def test_an_append_is_all_or_nothing(store: Store) -> None:
    store.journal.append([entry(0)])
    naive = Entry(Event.NOTE, "set", "ad", "sato", datetime(2026, 4, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="offset"):
        store.journal.append([entry(1), naive])
    assert [row.seq for row in store.journal.rows()] == [1]


def test_data_that_is_no_json_is_kept_and_verifies(store: Store) -> None:
    odd: dict[str, object] = {"when": NOW, "who": frozenset({"b", "a"}), "n": 1.0, "big": 2**60, "jp": "𠮷\ud867"}
    store.journal.append([Entry(Event.NOTE, "set", "ad", "佐藤", NOW, odd)])
    assert store.journal.verify().seq == 1
    assert next(store.journal.rows()).entry.data["who"] == ["a", "b"]


def test_the_head_anchors(store: Store) -> None:
    assert store.journal.head() == store.journal.verify() == START
    store.journal.append([entry(n) for n in range(3)])
    early = store.journal.head()
    store.journal.append([entry(3)])
    assert store.journal.verify(early) == store.journal.head()


def write(url: str, name: str) -> None:
    with Store.open(url) as store:
        for n in range(20):
            store.journal.append([entry(n, change_set=name) for _ in range(3)])


def test_several_writers_make_one_chain(url: str) -> None:
    """All of them also find the store missing, and one of them makes it."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(url, f"set{n}")) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    with Store.open(url) as store:
        assert store.journal.verify().seq == 4 * 60
        for n in range(4):
            assert [row.entry.data["n"] for row in store.journal.rows(f"set{n}")] == sorted([*range(20)] * 3)


FORBIDDEN = [
    "UPDATE journal SET actor = 'mallory'",
    "DELETE FROM journal WHERE seq = 2",
    "UPDATE change_sets SET author = 'mallory'",
    "DELETE FROM change_sets",
    "UPDATE seals SET signature = ''",
    "DELETE FROM approvals",
]


@pytest.mark.parametrize("statement", [*FORBIDDEN, "TRUNCATE journal"])
def test_the_database_refuses_to_change_what_is_recorded(url: str, statement: str) -> None:
    if url.startswith("sqlite") and "TRUNCATE" in statement:
        pytest.skip("SQLite has no TRUNCATE")
    with Store.open(url) as store:
        store.journal.append([entry(n) for n in range(3)])
    engine = create_engine(make_url(url).set(drivername="sqlite" if "sqlite" in url else "postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO change_sets VALUES ('a', 'o', 'sato', 't', NULL, 'sha256:', '{}')")
        connection.exec_driver_sql("INSERT INTO seals VALUES ('a', 'sato', 's')")
        connection.exec_driver_sql("INSERT INTO approvals VALUES ('a', 0, 'suzuki', '[]', 's', 't')")
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def raw(url: str) -> closing[sqlite3.Connection]:
    """What somebody with the file and a database tool has in hand."""
    return closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None))


@pytest.fixture
def filled(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/chonai.db"
    with Store.open(url) as store:
        store.journal.append([entry(n) for n in range(8)])
    return url


@pytest.mark.parametrize("table", ["journal", "change_sets", "seals", "approvals"])
def test_replacing_is_changing(filled: str, table: str) -> None:
    with raw(filled) as tool:
        tool.execute("PRAGMA recursive_triggers = OFF")
        tool.execute("INSERT INTO change_sets VALUES ('a', 'o', 'sato', 't', NULL, 'sha256:', '{}')")
        tool.execute("INSERT INTO seals VALUES ('a', 'sato', 's')")
        tool.execute("INSERT INTO approvals VALUES ('a', 0, 'suzuki', '[]', 's', 't')")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            tool.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def drop_triggers(tool: sqlite3.Connection) -> None:
    for (name,) in tool.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        tool.execute(f"DROP TRIGGER {name}")


def edit(tool: sqlite3.Connection) -> None:
    tool.execute("""UPDATE journal SET data = '{"n":99}' WHERE seq = 4""")


def edit_time(tool: sqlite3.Connection) -> None:
    tool.execute("UPDATE journal SET at = 'yesterday' WHERE seq = 4")


def edit_event(tool: sqlite3.Connection) -> None:
    tool.execute("UPDATE journal SET event = 'lunch' WHERE seq = 4")


def edit_json(tool: sqlite3.Connection) -> None:
    tool.execute("UPDATE journal SET data = '{' WHERE seq = 4")


def remove(tool: sqlite3.Connection) -> None:
    tool.execute("DELETE FROM journal WHERE seq = 4")


def remove_and_renumber(tool: sqlite3.Connection) -> None:
    remove(tool)
    for seq in range(5, 9):
        tool.execute("UPDATE journal SET seq = ? WHERE seq = ?", (seq - 1, seq))


def insert(tool: sqlite3.Connection) -> None:
    for seq in range(8, 3, -1):
        tool.execute("UPDATE journal SET seq = ? WHERE seq = ?", (seq + 1, seq))
    (previous,) = tool.execute("SELECT digest FROM journal WHERE seq = 3").fetchone()
    forged = entry(99)
    row = (4, "note", "set", "lgwan_ad", "sato", NOW.isoformat(), '{"n":99}', previous, link(previous, 4, forged))
    tool.execute("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def truncate(tool: sqlite3.Connection) -> None:
    tool.execute("DELETE FROM journal WHERE seq > 5")


TAMPERING: dict[str, tuple[Callable[[sqlite3.Connection], None], str, int]] = {
    "edited": (edit, "edited", 4),
    "time edited": (edit_time, "edited", 4),
    "event edited": (edit_event, "edited", 4),
    "data broken": (edit_json, "edited", 4),
    "removed": (remove, "removed", 4),
    "removed and renumbered": (remove_and_renumber, "removed", 4),
    "inserted": (insert, "inserted", 4),
    "truncated": (truncate, "truncated", 6),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_who_takes_the_triggers_away_is_found_out(filled: str, name: str) -> None:
    tamper, how, seq = TAMPERING[name]
    with Store.open(filled) as store:
        anchor = store.journal.head()
    with raw(filled) as tool:
        drop_triggers(tool)
        tamper(tool)
    with Store.open(filled) as store, pytest.raises(JournalBroken) as caught:
        store.journal.verify(anchor)
    assert (caught.value.message.code, caught.value.message.fields["seq"]) == (f"identity.journal_{how}", seq)
