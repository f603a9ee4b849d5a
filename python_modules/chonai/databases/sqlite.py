"""SQLite files: made for their owner only, written by one at a time, safe to open from many programs at once."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event

WRITES = "chonai_write"
"""The execution option of a connection whose transactions write: they take the writer's place when they begin."""
PATIENCE = 30.0
"""Seconds that a program waits for another; `?timeout=` in a URL says otherwise."""
_PAUSE = 0.01
_MODES = ("synchronous = FULL", "foreign_keys = ON")


def make_file(path: Path) -> None:
    """The file with its folder, where they are not there; SQLite gives its side files the same mode.

    A file that is there is not opened: closing it would take away the locks that this program holds on it.
    Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return


def is_there(path: Path) -> bool:
    """Whether there is such a file. Raises OSError where that cannot be found out."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    return True


def damage(connection: Connection) -> str | None:
    """What is wrong with the file as a whole, if anything: SQLite itself writes on beside a damaged page."""
    found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())
    return None if found == "ok" else " ".join(found.split())


def engine(url: URL) -> Engine:
    """Connections to an SQLite database. A transaction writes if its connection has the option `WRITES`."""
    patience = patience_in(url)
    connections = create_engine(url, connect_args={} if "timeout" in url.query else {"timeout": patience})
    event.listen(connections, "connect", _set_up(patience))
    event.listen(connections, "begin", _begin)
    return connections


def patience_in(url: URL) -> float:
    """Seconds that a program waits for another. Raises ValueError where `?timeout=` is no number of seconds."""
    patience = float(str(url.query.get("timeout", PATIENCE)))
    if not 0 <= patience < float("inf"):
        raise ValueError(patience)
    return patience


def _set_up(patience: float) -> Callable[[sqlite3.Connection, object], None]:
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        _keep_a_log(connection, patience)
        for mode in _MODES:
            connection.execute(f"PRAGMA {mode}")

    return set_up


def _keep_a_log(connection: sqlite3.Connection, patience: float) -> None:
    """Write-ahead log: readers and the writer do not wait for each other.

    SQLite refuses the change of mode at once, its own patience unasked, while another program is changing it too.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _begin(connection: Connection) -> None:
    is_write = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")
