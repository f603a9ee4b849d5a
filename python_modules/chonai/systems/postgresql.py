"""Connections to a PostgreSQL server: TLS that is verified, and what the server says when it refuses."""

from __future__ import annotations

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from chonai.systems.server_url import Server


def engine(server: Server) -> Engine:
    """Connections to the server, one at a time, with its limits kept."""
    url = URL.create("postgresql+psycopg", server.user, database=server.database)
    milliseconds = int(server.reply_timeout * 1000)
    arguments: dict[str, str | int | None] = {
        "host": server.host,
        "port": server.port,
        "password": server.password,
        "connect_timeout": max(2, round(server.connect_timeout)),
        "tcp_user_timeout": milliseconds,
        "options": f"-c statement_timeout={milliseconds} -c timezone=UTC -c search_path=public",
        "application_name": "chonai",
        **_tls(server),
    }
    return create_engine(url, connect_args=arguments, pool_size=1, max_overflow=0, hide_parameters=True)


def said(error: DBAPIError) -> str:
    """What the database said, in one line. Its details are left out: they show whole rows, password hash included."""
    primary = error.orig.diag.message_primary if isinstance(error.orig, psycopg.Error) else None
    return primary or " ".join(str(error.orig).split()) or type(error.orig).__name__


def _tls(server: Server) -> dict[str, str]:
    if server.is_local:
        return {}
    if not server.tls_verify:
        return {"sslmode": "require"}
    return {"sslmode": "verify-full", "sslrootcert": server.ca_file or "system"}
