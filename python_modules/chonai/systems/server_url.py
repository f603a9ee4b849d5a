"""Where a PostgreSQL server is and how to log in, as a city's settings say it. For all systems that live in one.

Imports no database library, so that reading settings stays cheap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from chonai.systems.settings_reader import SettingsReader

POSTGRESQL_PORT = 5432


@dataclass(frozen=True, slots=True)
class Server:
    """One database of a PostgreSQL server.

    host        a name or an address, or the folder (it begins with `/`) of a local socket
    password    None where the socket knows who we are
    connect_timeout, reply_timeout   seconds
    """

    host: str
    port: int
    user: str
    database: str
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    tls_verify: bool = True
    connect_timeout: float = 10.0
    reply_timeout: float = 120.0

    @property
    def is_local(self) -> bool:
        """Whether a socket on this machine is used, which needs no TLS."""
        return self.host.startswith("/")

    @property
    def url(self) -> str:
        """Where the database is, to be told to people."""
        where = f"{self.host}/" if self.is_local else f"{self.host}:{self.port}/"
        return f"postgresql://{self.user}@{where}{self.database}"


def read_server(reader: SettingsReader) -> Server:
    """The server that `url`, `password`, `password_file`, `ca_file`, `tls_verify` and `limits` name. What is wrong
    goes to the reader.
    """
    url, limits = _url(reader), reader.group("limits")
    server = Server(
        host=_host(url),
        port=url.port or POSTGRESQL_PORT,
        user=unquote(url.username or ""),
        database=url.path.lstrip("/"),
        password=reader.secret("password", required=not _host(url).startswith("/")),
        ca_file=reader.file("ca_file"),
        tls_verify=reader.truth("tls_verify", True),
        connect_timeout=limits.number("connect_seconds", 10.0),
        reply_timeout=limits.number("reply_seconds", 120.0),
    )
    limits.no_more()
    return server


def _url(reader: SettingsReader) -> SplitResult:
    text = reader.needed("url")
    try:
        url = urlsplit(text)
        port_is_number = url.port is None or url.port > 0
    except ValueError:
        url, port_is_number = urlsplit(""), False
    whole = url.scheme == "postgresql" and url.username and _host(url) and len(url.path) > 1 and not url.fragment
    if text and not (whole and port_is_number and set(parse_qs(url.query)) <= {"host"}):
        reader.problem("not_url", "url", value=_without_password(text))
    elif url.password is not None:
        reader.problem("password_in_url", "url")
    return url


def _without_password(url: str) -> str:
    return re.sub(r"(?<=//)([^/@:]*):[^@]*@", r"\1:***@", url)


def _host(url: SplitResult) -> str:
    """The host, or the folder of the socket that stands behind `?host=`."""
    if url.hostname:
        return url.hostname
    folder = parse_qs(url.query).get("host", [""])[0]
    return folder if folder.startswith("/") else ""
