"""Making, opening and failing to open a store, in words that help."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import insert

from chonai.change.errors import ChonaiError, Fault, UsageError
from chonai.store import Store
from chonai.store.database import Database
from chonai.store.migrations import REVISION_TABLE
from chonai.store.schema import locks
from tests.unit.store.facts import entry


def code_of(error: ChonaiError) -> str:
    assert error.render("en") != error.render("ja")
    return error.message.code


def test_a_file_and_its_folder_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "var" / "chonai.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.journal.append([entry(0)])
        files = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
        assert files == {"chonai.db": 0o600, "chonai.db-wal": 0o600, "chonai.db-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_path_names_a_store_too(tmp_path: Path) -> None:
    Store.open(str(tmp_path / "x.db")).close()
    with Store.open(f"sqlite:///{tmp_path}/x.db") as store:
        assert store.journal.head().seq == 0


def test_what_was_stored_is_there_again(url: str) -> None:
    with Store.open(url) as store:
        store.journal.append([entry(0)])
    with Store.open(url) as store:
        assert store.journal.verify().seq == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////var/tmp/none/chonai.db?timeout=30s",
        "sqlite:////var/tmp/none/chonai.db?timeout=-1",
        "sqlite:////var/tmp/none/chonai.db?timeout=nan",
        "mysql://u:hunter2@db/x",
        "://",
        "postgresql://u:hunter2@h:port/x",
        "postgresql://u:x@hunter2@h/x",
        "postgresql://u:hunter2",
        "postgresql://u:x@hunter2:1@h/x",
    ],
)
def test_what_names_no_store(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Store.open(url)
    assert code_of(caught.value) == "store.bad_url"
    assert "hunter2" not in str(caught.value)


def test_a_server_that_is_not_there_and_no_password_in_the_words() -> None:
    with pytest.raises(Fault) as caught:
        Store.open("postgresql://chonai:hunter2@127.0.0.1:1/chonai?connect_timeout=2")
    assert code_of(caught.value) == "store.unreachable"
    assert "hunter2" not in caught.value.render("en") + caught.value.render("ja")


def failing(path: Path, url: str = "") -> Fault:
    with pytest.raises(Fault) as caught:
        Store.open(url or str(path))
    assert str(path) in str(caught.value)
    return caught.value


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Not a database, but long enough to be looked at as one. " * 20)
    assert code_of(failing(path)) == "store.not_a_database"
    assert path.read_text().startswith("Not a database")


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "chonai.db"
    with Store.open(str(path)) as store:
        store.journal.append([entry(n) for n in range(500)])
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    path.write_bytes(bytes(raw))
    with pytest.raises(Fault) as caught, Store.open(str(path)) as store:
        store.journal.verify()
    assert code_of(caught.value) == "store.corrupt"


def test_a_path_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert code_of(failing(tmp_path / "file" / "chonai.db")) == "store.no_access"
    assert code_of(failing(tmp_path)) == "store.no_access"


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "chonai.db"
    Store.open(str(path)).close()
    with pytest.raises(Fault) as caught, Store.open(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        store.journal.append([entry(0)])
    assert code_of(caught.value) == "store.no_access"


def test_somebody_else_holds_the_file(tmp_path: Path) -> None:
    path = tmp_path / "chonai.db"
    url = f"sqlite:///{path}?timeout=0.1"
    with Store.open(url) as store, closing(sqlite3.connect(path, isolation_level=None)) as tool:
        tool.execute("BEGIN IMMEDIATE")
        with pytest.raises(Fault) as caught:
            store.journal.append([entry(0)])
        assert code_of(caught.value) == "store.busy"
        tool.execute("ROLLBACK")
        store.journal.append([entry(0)])


def test_reading_goes_on_while_somebody_writes(tmp_path: Path) -> None:
    path = tmp_path / "chonai.db"
    with Store.open(f"sqlite:///{path}?timeout=0.1") as store, closing(sqlite3.connect(path)) as tool:
        tool.isolation_level = None
        tool.execute("BEGIN IMMEDIATE")
        assert store.journal.verify().seq == 0


@pytest.mark.parametrize(("revision", "code"), [("9999", "store.newer"), ("0000", "store.older"), ("", "store.older")])
def test_a_store_of_another_revision(url: str, revision: str, code: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.exec_driver_sql(f"UPDATE {REVISION_TABLE} SET version_num = '{revision}'")
    database.close()
    with pytest.raises(Fault) as caught:
        Store.open(url)
    assert code_of(caught.value) == code


def test_a_full_disk(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "chonai.db"))
    row = {column.name: "x" * 100_000 for column in locks.c} | {"pid": 1}
    with database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
    with pytest.raises(Fault) as caught, database.write() as connection:
        connection.execute(insert(locks), row)
    assert code_of(caught.value) == "store.disk_full"


def test_the_store_is_quick_to_import() -> None:
    """Every module call pays for it: nothing that is not needed may come along."""
    code = "import sys, chonai.store; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    loaded = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True)
    heavy = {
        "alembic",
        "ansible",
        "jinja2",
        "ldap3",
        "netmiko",
        "numpy",
        "openpyxl",
        "psycopg",
        "pydantic",
        "rich",
        "http",
    }
    assert not heavy & set(loaded.stdout.split())


def test_a_password_in_the_query_is_not_shown_either() -> None:
    with pytest.raises(Fault) as caught:
        Store.open("postgresql://chonai@127.0.0.1:1/chonai?connect_timeout=2&password=hunter2")
    assert "hunter2" not in caught.value.render("en") + caught.value.render("ja")
    assert "127.0.0.1" in caught.value.render("en")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, that can be filled and closed for writing."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_store_on_a_disk_for_reading_only_is_read(small_disk: Path) -> None:
    path = small_disk / "chonai 1%41.db"
    with Store.open(str(path)) as store:
        store.journal.append([entry(0)])
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with Store.open(str(path)) as store:
        assert store.journal.verify().seq == 1
        with pytest.raises(Fault) as caught:
            store.journal.append([entry(1)])
        assert code_of(caught.value) == "store.no_access"
    with pytest.raises(Fault):
        Store.open(str(small_disk / "new.db"))


def test_what_was_not_yet_merged_is_read_there_too(small_disk: Path) -> None:
    """The last rows of a writer that was killed stand in a side file."""
    path = small_disk / "chonai.db"
    program = (
        "import os, sys; from chonai.store import Store; from tests.unit.store.facts import entry;"
        "Store.open(sys.argv[1]).journal.append([entry(0)]); os._exit(0)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", program, path], env=environment, check=True)
    assert path.with_name("chonai.db-wal").stat().st_size
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with Store.open(str(path)) as store:
        assert store.journal.verify().seq == 1


def test_a_full_disk_says_what_to_do(small_disk: Path) -> None:
    with Store.open(str(small_disk / "chonai.db")) as store:
        with suppress(OSError), (small_disk / "fill").open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 512)
        with pytest.raises(Fault) as caught:
            store.journal.append([entry(n) for n in range(1_000)])
        assert code_of(caught.value) in ("store.disk_full", "store.disk_error")
        (small_disk / "fill").unlink()
        store.journal.append([entry(0)])
        store.journal.verify()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_gone_is_noticed_at_the_next_record(tmp_path: Path, *, replaced: bool) -> None:
    path = tmp_path / "chonai.db"
    with Store.open(str(path)) as store:
        store.journal.append([entry(0)])
        path.rename(tmp_path / "elsewhere.db")
        if replaced:
            path.write_bytes((tmp_path / "elsewhere.db").read_bytes())
        with pytest.raises(Fault) as caught:
            store.journal.append([entry(1)])
        assert code_of(caught.value) == "store.gone"
