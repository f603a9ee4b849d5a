"""The connection to a ledger: SQLite file or PostgreSQL server, transactions, and what a failure means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from chonai.change.errors import ChonaiError, Fault, SystemUnreachable
from chonai.databases import sqlite
from chonai.systems.ipam import rules, upgrades
from chonai.systems.ipam.schema import VERSION, VERSION_TABLE
from chonai.systems.ipam.settings import LedgerSettings
from chonai.systems.postgresql import engine, said

_CREATION_LOCK = 0x6C6564676572  # "ledger"
_NO_LEDGER = ("not a database", "malformed")


class Database:
    """A ledger, to be read and written in transactions."""

    def __init__(self, settings: LedgerSettings, connections: Engine) -> None:
        self._settings, self._engine = settings, connections

    @classmethod
    @contextmanager
    def open(cls, settings: LedgerSettings) -> Iterator[Database]:
        """Connected while inside; an empty database gets the ledger's tables, an older
        ledger those of today.

        Raises SystemUnreachable without connection or login, Fault for a database that is something else.
        """
        place = settings.place
        try:
            connections = _sqlite(place) if isinstance(place, Path) else engine(place)
        except OSError as error:
            why = error.strerror or str(error)
            raise SystemUnreachable("ipam.unreachable", system=settings.name, url=settings.url, why=why) from error
        try:
            database = cls(settings, connections)
            database._prepare()
            yield database
        finally:
            connections.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._failures_named(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it happens, or nothing of it."""
        options = {sqlite.WRITES: True}
        with (
            self._failures_named(),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    def _prepare(self) -> None:
        with self.read() as connection:
            version = _version(connection)
        if version is None or version in upgrades.STEPS:
            version = self._bring_up()
        if version != VERSION:
            name, url = self._settings.name, self._settings.url
            raise Fault("ipam.other_version", system=name, url=url, found=version, known=VERSION)

    def _bring_up(self) -> int:
        """Make the tables, or those of an older version what they are now; the version that there is then."""
        with self.write() as connection:
            if connection.dialect.name != "sqlite":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CREATION_LOCK})")
            version = _version(connection)
            if version is None:  # nobody else was quicker
                rules.create(connection)
                return VERSION
            return upgrades.upgrade(connection, version)

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._failure(error) from error

    def _failure(self, error: DBAPIError) -> ChonaiError:
        name, url, why = self._settings.name, self._settings.url, said(error)
        is_other = any(words in why.lower() for words in _NO_LEDGER)
        is_away = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
        if is_away and not is_other:
            return SystemUnreachable("ipam.unreachable", system=name, url=url, why=why)
        return Fault("ipam.not_a_ledger", system=name, url=url, why=why)


def _version(connection: Connection) -> int | None:
    if not connection.dialect.has_table(connection, VERSION_TABLE.name):
        return None
    return connection.scalar(select(VERSION_TABLE.c.version)) or 0


def _sqlite(path: Path) -> Engine:
    sqlite.make_file(path)
    return sqlite.engine(URL.create("sqlite", database=str(path)))
