"""How stores come to the tables of today: from nothing and from before, once, wholly or not at all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, select

from chonai.store import Store
from chonai.store.database import Database
from chonai.store.migrations import HEAD, REVISION_TABLE, revision_of
from chonai.store.schema import FINAL, journal, metadata
from tests.databases import new_database
from tests.unit.store.facts import OLD_VERSIONS, entry, make_old, run_sql

ROWS = Path(__file__).with_name("old") / "rows.sql"
OURS = (REVISION_TABLE, "schema_version")
KILLED = """
import itertools, os, signal, sys
from sqlalchemy import Engine, event
from chonai.store import Store
seen = itertools.count()
@event.listens_for(Engine, "before_cursor_execute")
def stop(connection, cursor, statement, *rest):
    if connection.in_transaction() and next(seen) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
Store.open(sys.argv[1]).close()
"""
OPENED = """
import sys
from chonai.store import Store
Store.open(sys.argv[1]).close()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def started(program: str, *arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def triggers(database: Database) -> list[str]:
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )
    with database.read() as connection:
        return sorted(" ".join(text.split()) for (text,) in connection.exec_driver_sql(query))


def shape(database: Database) -> object:
    """All tables with columns, keys and indexes, and all triggers."""
    with database.read() as connection:
        found = inspect(connection)
        tables = {
            name: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                sorted((key["constrained_columns"], key["referred_table"]) for key in found.get_foreign_keys(name)),
                [(index["name"], index["column_names"]) for index in found.get_indexes(name)],
            )
            for name in found.get_table_names()
            if name != REVISION_TABLE
        }
    return tables, triggers(database)


def test_revisions_make_the_tables_that_programs_use(url: str) -> None:
    database = Database(url)
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name not in OURS}
        )
        assert compare_metadata(context, metadata) == []
    counted = Counter(re.findall(r" ON (?:public\.)?(\w+)", "\n".join(triggers(database))))
    assert counted == {table.name: 3 if database.is_sqlite else 1 for table in FINAL}
    database.close()


def test_each_revision_follows_the_one_before() -> None:
    settings = Config()
    settings.set_main_option("script_location", "chonai.store:migrations")
    found = list(ScriptDirectory.from_config(settings).walk_revisions())[::-1]
    numbers = [one.revision for one in found]
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]
    assert numbers[-1] == HEAD
    assert [Path(one.path).name[1:5] for one in found] == numbers


@pytest.mark.parametrize("version", OLD_VERSIONS)
def test_a_store_of_before_is_taken_over_with_all_that_is_in_it(url: str, tmp_path: Path, version: int) -> None:
    make_old(url, version)
    run_sql(url, ROWS)
    with Store.open(url) as store:
        assert store.journal.verify().seq == 5
        assert [one.id for one in store.change_sets.list()] == ["20260401-personnel"]
        store.journal.append([entry(0)])
    old, new = Database(url), Database(str(tmp_path / "new.db"))
    if old.is_sqlite:
        assert shape(old) == shape(new)
    with old.read() as connection:
        assert revision_of(connection) == HEAD
    old.close()
    new.close()


def test_on_a_server_too_it_is_as_if_new(postgresql: str) -> None:
    old, new = new_database(postgresql), new_database(postgresql)
    make_old(old, 1)
    taken_over, made = Database(old), Database(new)
    assert shape(taken_over) == shape(made)
    taken_over.close()
    made.close()


@pytest.mark.parametrize("version", [n for n in (0, *OLD_VERSIONS) if f"{n:04}" != HEAD])
def test_a_program_of_before_finds_a_version_that_it_does_not_know(url: str, version: int) -> None:
    if version:
        make_old(url, version)
    database = Database(url)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT version FROM schema_version").scalars().all() == [9999]
    database.close()


@pytest.mark.parametrize("version", [0, 1])
def test_programs_that_open_it_at_once_change_it_once(url: str, version: int) -> None:
    if version:
        make_old(url, version)
    for one in [started(OPENED, url) for _ in range(4)]:
        _, complaint = one.communicate()
        assert one.returncode == 0, complaint
    database = Database(url)
    with database.read() as connection:
        assert connection.exec_driver_sql(f"SELECT version_num FROM {REVISION_TABLE}").scalars().all() == [HEAD]
    database.close()


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("after", [4, 12, 20])
def test_killed_in_the_middle_it_is_as_before(url: str, version: int, after: int) -> None:
    if version:
        make_old(url, version)
        run_sql(url, ROWS)
    killed = started(KILLED, url, after)
    killed.communicate()
    assert killed.returncode == -9
    assert (
        REVISION_TABLE
        not in inspect(create_engine(url.replace("postgresql:", "postgresql+psycopg:"))).get_table_names()
    )
    database = Database(url)
    with database.read() as connection:
        assert revision_of(connection) == HEAD
        assert len(connection.execute(select(journal)).all()) == (5 if version else 0)
    database.close()


def test_one_that_is_up_to_date_is_opened_without_alembic(url: str) -> None:
    Store.open(url).close()
    loaded, _ = started(OPENED, url).communicate()
    assert not {"alembic", "mako"} & set(loaded.split())
