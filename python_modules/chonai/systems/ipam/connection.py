"""The connection to a ledger: SQLite file or PostgreSQL server, transactions, and what a failure means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import StaticPool

from chonai.change.errors import ChonaiError, Fault, SystemUnreachable
from chonai.databases import sqlite
from chonai.systems.ipam import rules, upgrades
from chonai.systems.ipam.schema import VERSION, VERSION_TABLE
from chonai.systems.ipam.settings import LedgerSettings
from chonai.systems.postgresql import engine, said

_CREATION_LOCK = 0x6C6564676572  # "ledger"
_NO_LEDGER, _DAMAGED = "not a database", "malformed"


class Database:
    """A ledger, to be read and written in transactions. Reading makes nothing: where there is no ledger yet, it shows
    an empty one, and the first write makes it.
    """

    def __init__(self, settings: LedgerSettings, connections: Engine) -> None:
        self._settings, self._engine = settings, connections
        self._nothing: Engine | None = None
        self._is_sound = not isinstance(settings.place, Path)

    @classmethod
    @contextmanager
    def open(cls, settings: LedgerSettings) -> Iterator[Database]:
        """Connected while inside; an older ledger gets the tables of today.

        Raises SystemUnreachable without connection or login, Fault for a database that is something else.
        """
        place = settings.place
        database = cls(settings, _sqlite(place) if isinstance(place, Path) else engine(place))
        try:
            database._prepare()
            yield database
        finally:
            database._dispose()

    @property
    def is_new(self) -> bool:
        """Whether there is no ledger there yet."""
        return self._nothing is not None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._failures_named(), (self._nothing or self._engine).connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it happens, or nothing of it. Raises Fault for a damaged file, before anything is
        written.
        """
        if self._nothing is not None:
            self._make()
        if not self._is_sound:
            self._look_for_damage()
        with self._writing() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        options = {sqlite.WRITES: True}
        with (
            self._failures_named(),
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    def _look_for_damage(self) -> None:
        with self._failures_named(), self._engine.connect() as connection:
            fault = sqlite.damage(connection)
        if fault:
            raise Fault("ipam.damaged", system=self._settings.name, url=self._settings.url, why=fault)
        self._is_sound = True

    def _prepare(self) -> None:
        version = self._version_there()
        if version is None:
            self._nothing = _empty()
        elif version in upgrades.STEPS:
            self._bring_up()
        else:
            self._must_be_ours(version)

    def _must_be_ours(self, version: int) -> None:
        if version != VERSION:
            name, url = self._settings.name, self._settings.url
            raise Fault("ipam.other_version", system=name, url=url, found=version, known=VERSION)

    def _version_there(self) -> int | None:
        place = self._settings.place
        with self._reached():
            if isinstance(place, Path) and not sqlite.is_there(place):
                return None
        with self.read() as connection:
            return _version(connection)

    def _make(self) -> None:
        """The ledger, where it is to be. Raises SystemUnreachable where it cannot be made."""
        with self._reached():
            if isinstance(self._settings.place, Path):
                sqlite.make_file(self._settings.place)
        self._bring_up()
        if self._nothing is not None:
            self._nothing.dispose()
        self._nothing = None

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            name, url, why = self._settings.name, self._settings.url, error.strerror or str(error)
            raise SystemUnreachable("ipam.unreachable", system=name, url=url, why=why) from error

    def _bring_up(self) -> None:
        """Make the tables, or those of an older version what they are now."""
        if not self._is_sound:
            self._look_for_damage()
        with self._writing() as connection:
            if connection.dialect.name != "sqlite":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CREATION_LOCK})")
            version = _version(connection)
            if version is None:  # nobody else was quicker
                rules.create(connection)
            else:
                self._must_be_ours(upgrades.upgrade(connection, version))

    def _dispose(self) -> None:
        for connections in (self._engine, self._nothing):
            if connections is not None:
                connections.dispose()

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._failure(error) from error

    def _failure(self, error: DBAPIError) -> ChonaiError:
        name, url, why = self._settings.name, self._settings.url, said(error)
        if _DAMAGED in why.lower():
            return Fault("ipam.damaged", system=name, url=url, why=why)
        is_other = _NO_LEDGER in why.lower()
        is_away = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
        if is_away and not is_other:
            return SystemUnreachable("ipam.unreachable", system=name, url=url, why=why)
        return Fault("ipam.not_a_ledger", system=name, url=url, why=why)


def _version(connection: Connection) -> int | None:
    if not connection.dialect.has_table(connection, VERSION_TABLE.name):
        return None
    return connection.scalar(select(VERSION_TABLE.c.version)) or 0


def _sqlite(path: Path) -> Engine:
    return sqlite.engine(URL.create("sqlite", database=str(path)))


def _empty() -> Engine:
    """A ledger in memory that holds nothing."""
    connections = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    with connections.begin() as connection:
        rules.create(connection)
    return connections
