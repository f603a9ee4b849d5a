"""Where tests keep their stores: each in a file; or, with CHONAI_TEST_STORE=postgresql, each in a database of its own
on a server that only this session uses.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.databases import postgresql_server, programs

CHOICE, SERVER = "CHONAI_TEST_STORE", "CHONAI_TEST_STORE_SERVER"
Execute = Callable[..., list[tuple[Any, ...]]]


def on_a_server() -> bool:
    """Whether stores are databases of a server."""
    return os.environ.get(CHOICE) == "postgresql"


files_only = pytest.mark.skipif(on_a_server(), reason="about a store in a file")


@contextmanager
def server_of_the_session() -> Iterator[None]:
    """A server for all stores of this session and of the processes that it starts."""
    where = programs()
    if where is None:
        pytest.exit(f"{CHOICE}=postgresql, and no PostgreSQL server is installed", returncode=2)
    with postgresql_server(where, "-c max_connections=400") as folder:
        os.environ[SERVER] = folder
        yield
    del os.environ[SERVER]


def store_at(path: Path) -> str:
    """What a site names as its store where it would be in this file."""
    if not on_a_server():
        return str(path)
    _administer(path, "CREATE DATABASE {name}", unless_there=True)
    return _url(path)


def remove_store(path: Path) -> None:
    """There is none any more."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    if on_a_server():
        _administer(path, "DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def copy_store(source: Path, target: Path) -> None:
    """The same store once more."""
    if not on_a_server():
        for file in source.parent.glob(f"{source.name}*"):
            shutil.copy(file, target.parent)
        return
    _administer(target, "DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _administer(target, f"CREATE DATABASE {{name}} TEMPLATE {_name(source)}")


@contextmanager
def behind_its_back(path: Path) -> Iterator[Execute]:
    """Run statements (with `?` for values) on a store past all that keeps its rows as they are."""
    if on_a_server():
        with psycopg.connect(_url(path)) as server:
            server.execute("SET session_replication_role = replica")
            yield lambda sql, *values: _rows(server.execute(sql.replace("?", "%s").encode(), values or None))
        return
    with closing(sqlite3.connect(path)) as file, file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        yield lambda sql, *values: file.execute(sql, values).fetchall()


def _rows(cursor: psycopg.Cursor[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return cursor.fetchall() if cursor.description else []


def _name(path: Path) -> str:
    return f"store_{sha256(str(path).encode()).hexdigest()[:24]}"


def _url(path: Path) -> str:
    return f"postgresql://chonai@/{_name(path)}?host={os.environ[SERVER]}"


def _administer(path: Path, sql: str, *, unless_there: bool = False) -> None:
    name = _name(path)
    with psycopg.connect(f"postgresql://chonai@/postgres?host={os.environ[SERVER]}", autocommit=True) as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if not (unless_there and there):
            server.execute(sql.format(name=name).encode())
