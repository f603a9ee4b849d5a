"""The connection to a mail server's database: transactions, and what a failure means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, DateTime, Engine, func, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from chonai.change.errors import ChonaiError, Fault, SystemUnreachable
from chonai.systems.mail.schema import DOMAIN
from chonai.systems.mail.settings import MailSettings
from chonai.systems.postgresql import engine, said


class Database:
    """A domain's accounts, to be read and written in transactions."""

    def __init__(self, settings: MailSettings, connections: Engine) -> None:
        self._settings, self._engine = settings, connections

    @classmethod
    @contextmanager
    def open(cls, settings: MailSettings) -> Iterator[Database]:
        """Connected while inside.

        Raises SystemUnreachable without connection or login, Fault when the domain or its tables are not there.
        """
        connections = engine(settings.server)
        try:
            database = cls(settings, connections)
            database.must_have_domain()
            yield database
        finally:
            connections.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: all of it happens, or nothing of it."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise self._failure(error) from error

    def must_have_domain(self) -> None:
        """Raise Fault when the database does not know the domain."""
        with self.transaction() as connection:
            found = connection.scalar(select(DOMAIN.c.name).where(DOMAIN.c.name == self._settings.domain))
        if found is None:
            raise Fault("mail.no_domain", system=self._settings.name, domain=self._settings.domain)

    def clock(self) -> datetime:
        """What time it is for the database."""
        with self.transaction() as connection:
            return connection.execute(select(func.clock_timestamp(type_=DateTime(timezone=True)))).scalar_one()

    def _failure(self, error: DBAPIError) -> ChonaiError:
        system, url, why = self._settings.name, self._settings.url, said(error)
        if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
            return SystemUnreachable("mail.unreachable", system=system, url=url, why=why)
        return Fault("mail.not_this_database", system=system, url=url, why=why)
