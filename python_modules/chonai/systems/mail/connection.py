"""The connection to a mail server's database: TLS that is verified, transactions, and what a failure means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg
from sqlalchemy import Connection, DateTime, Engine, create_engine, func, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from chonai.change.errors import ChonaiError, Fault, SystemUnreachable
from chonai.systems.mail.schema import DOMAIN
from chonai.systems.mail.settings import MailSettings


class Database:
    """A domain's accounts, to be read and written in transactions."""

    def __init__(self, settings: MailSettings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine

    @classmethod
    @contextmanager
    def open(cls, settings: MailSettings) -> Iterator[Database]:
        """Connected while inside.

        Raises SystemUnreachable without connection or login, Fault when the domain or its tables are not there.
        """
        engine = _engine(settings)
        try:
            database = cls(settings, engine)
            database.must_have_domain()
            yield database
        finally:
            engine.dispose()

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


def said(error: DBAPIError) -> str:
    """What the database said, in one line. Its details are left out: they show whole rows, password hash included."""
    primary = error.orig.diag.message_primary if isinstance(error.orig, psycopg.Error) else None
    return primary or " ".join(str(error.orig).split()) or type(error.orig).__name__


def _engine(settings: MailSettings) -> Engine:
    url = URL.create("postgresql+psycopg", settings.user, database=settings.database)
    milliseconds = int(settings.reply_timeout * 1000)
    arguments: dict[str, str | int | None] = {
        "host": settings.host,
        "port": settings.port,
        "password": settings.password,
        "connect_timeout": max(2, round(settings.connect_timeout)),
        "tcp_user_timeout": milliseconds,
        "options": f"-c statement_timeout={milliseconds} -c timezone=UTC -c search_path=public",
        "application_name": "chonai",
        **_tls(settings),
    }
    return create_engine(url, connect_args=arguments, pool_size=1, max_overflow=0, hide_parameters=True)


def _tls(settings: MailSettings) -> dict[str, str]:
    if settings.is_local:
        return {}
    if not settings.tls_verify:
        return {"sslmode": "require"}
    return {"sslmode": "verify-full", "sslrootcert": settings.ca_file or "system"}
