"""One database behind a URL: connections, transactions with one writer at a time, failures in plain words."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from chonai.change.errors import Fault, UsageError
from chonai.databases import sqlite
from chonai.store.migrations import HEAD, is_older, migrate, revision_of

_ADVISORY_LOCK = 0x63686F6E6169  # "chonai"
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

_CAUSES = (
    ("is locked", "store.busy"),
    ("not a database", "store.not_a_database"),
    ("malformed", "store.corrupt"),
    ("unable to open", "store.no_access"),
    ("readonly", "store.no_access"),
    ("read-only", "store.no_access"),
    ("disk is full", "store.disk_full"),
    ("no space left", "store.disk_full"),
    ("disk i/o error", "store.disk_error"),
    ("connection", "store.unreachable"),
)


def is_there(url: str) -> bool:
    """True if there is a store at a URL or path. Makes nothing. Raises as `Database` does."""
    parsed = _parsed(url)
    if parsed.drivername == "sqlite":
        return "uri" in parsed.query or _has_content(Path(str(parsed.database)))
    engine = _engine(parsed)
    try:
        with _failures_named(parsed.render_as_string(hide_password=True)), engine.connect() as connection:
            return revision_of(connection) is not None
    finally:
        engine.dispose()


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise Fault("store.no_access", store=str(path), cause=error.strerror or str(error)) from error


@contextmanager
def _failures_named(store: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        cause = " ".join(str(error.orig).split())
        code = next((code for words, code in _CAUSES if words in cause.lower()), "store.failed")
        raise Fault(code, store=store, cause=cause) from error


class Database:
    """Read and write transactions on one database. Safe to share between threads."""

    def __init__(self, url: str, *, as_it_is: bool = False) -> None:
        """`as_it_is`: nothing is made in it and nothing is brought up to date."""
        self._url = _parsed(url)
        self.name = _name(self._url)
        self._engine = _engine(self._url)
        self._file = _file(self._url)
        self._opened = _identity(self._file)
        if not as_it_is:
            with self.failures_named():
                self._prepare()

    @property
    def is_sqlite(self) -> bool:
        """True for a file, false for a server."""
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.failures_named(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A transaction that reads all of it as it was at one moment, while others write on."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.failures_named(), self._engine.connect().execution_options(**options) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The one write transaction of this moment; on disk at the end, undone by an exception."""
        options = {sqlite.WRITES: True}
        with (
            self.failures_named(),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            if not self.is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
            yield connection
        self._check_place()

    def leave_nothing(self) -> None:
        """Take the file away that opening has made, if nothing came into it."""
        with self._engine.connect() as connection:
            is_unused = revision_of(connection) is None
        self.close()
        if is_unused and self._file is not None:
            for path in (self._file, _side_file(self._file), self._file.with_name(f"{self._file.name}-shm")):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    @contextmanager
    def failures_named(self) -> Iterator[None]:
        """Turn what the database driver raises into a `Fault` that says what to do."""
        with _failures_named(self.name):
            yield

    def _check_place(self) -> None:
        """Raise `Fault` if the file that was just written is not the one at its path: nobody would find it there."""
        if self._file is not None and _identity(self._file) != self._opened:
            raise Fault("store.gone", store=self.name)

    def _prepare(self) -> None:
        with self._engine.connect() as connection:
            revision = revision_of(connection)
        if _is_to_migrate(revision):
            revision = self._migrate(revision)
        if revision != HEAD:
            code = "store.newer" if str(revision) > HEAD else "store.older"
            raise Fault(code, store=self.name, found=revision, known=HEAD)

    def _migrate(self, revision: str | None) -> str | None:
        """Make a store, or bring one up to date; one that can only be read is read as it is: all that it lacks is room
        for what it does not hold.
        """
        is_told = self._url.query.get("mode") == "ro"
        if revision and (is_told or (self._file is not None and _is_read_only(self._file))):
            return HEAD
        with self.write() as connection:
            revision = revision_of(connection)
            if _is_to_migrate(revision):  # nobody else was quicker
                migrate(connection, revision)
            return revision_of(connection)


def _is_to_migrate(revision: str | None) -> bool:
    return revision is None or is_older(revision)


def _parsed(url: str) -> URL:
    """The database URL; a text without `://` is the path of an SQLite file."""
    if "://" not in url:
        return URL.create("sqlite", database=str(Path(url).expanduser())) if url.strip() else _bad(url)
    try:
        parsed = make_url(url)
        driver = _DRIVERS.get(parsed.get_backend_name())
        is_server = driver != "sqlite"
        if not is_server:
            sqlite.patience_in(parsed)
    except (ArgumentError, ValueError):
        return _bad(url)
    # An @ in a password that is not written %40 ends it too early: the rest would pass for the host, and be shown.
    is_odd = "@" in (parsed.host or "") if is_server else parsed.database in (None, "", ":memory:")
    if driver is None or is_odd:
        return _bad(url)
    return parsed.set(drivername=driver)


def _bad(url: str) -> URL:
    scheme, separator, _ = url.partition("://")  # anything after it may be a password
    raise UsageError("store.bad_url", url=f"{scheme}://…" if separator else url)


def _name(url: URL) -> str:
    """The URL as it may be shown."""
    hidden = url.update_query_dict({"password": "***"}) if "password" in url.query else url
    return hidden.render_as_string(hide_password=True)


def _engine(url: URL) -> Engine:
    return _sqlite_engine(url) if url.drivername == "sqlite" else _server_engine(url)


def _server_engine(url: URL) -> Engine:
    try:
        return create_engine(url, pool_pre_ping=True)  # the server may have gone and come back since
    except (ImportError, NoSuchModuleError):
        raise Fault("store.no_driver", store=_name(url)) from None


def _sqlite_engine(url: URL) -> Engine:
    file = _file(url)  # SQLite's own URI names a file that is there already
    if file is not None and _is_read_only(file):
        url = _for_reading(url, file)
    elif file is not None:
        _prepare_file(file)
    return sqlite.engine(url)


def _file(url: URL) -> Path | None:
    """The path of an SQLite file; None for a server, and for SQLite's own URI."""
    return Path(str(url.database)) if url.drivername == "sqlite" and "uri" not in url.query else None


def _identity(file: Path | None) -> tuple[int, int] | None:
    """Device and number of the file at a path."""
    try:
        status = file.stat() if file else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status else None


def _is_read_only(file: Path) -> bool:
    """True for a store that this user can only read; then it can be shown and verified all the same."""
    return file.is_file() and os.access(file, os.R_OK) and not _can_be_written(file)  # asked last: it may just appear


def _can_be_written(file: Path) -> bool:
    return os.access(file, os.W_OK) and (os.access(file.parent, os.W_OK) or _side_file(file).exists())


def _for_reading(url: URL, file: Path) -> URL:
    """The same file, opened without making the side files that SQLite wants even for reading, where none are."""
    options = {"mode": "ro", "uri": "true"} | ({} if _side_file(file).exists() else {"immutable": "1"})
    return url.set(database=f"file:{quote(str(file.absolute()))}").update_query_dict(options)


def _side_file(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _prepare_file(path: Path) -> None:
    try:
        sqlite.make_file(path)
    except OSError as error:
        raise Fault("store.no_access", store=str(path), cause=error.strerror or str(error)) from error
