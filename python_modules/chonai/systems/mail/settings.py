"""What a city says about one mail domain (its host_vars), checked.

Imports no database library, so that reading settings stays cheap.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from chonai.change.errors import InputError
from chonai.systems.settings_reader import SettingsReader
from chonai.text.messages import Message, message

POSTGRESQL_PORT = 5432
DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """One mail domain: where its database is, how to log in, and what must not be touched.

    host        a name or an address, or the folder (it begins with `/`) of a local socket
    password    None where the socket knows who we are
    domain      the only one whose accounts are shown and written
    protected   patterns of names (`svc-*`) that no plan may touch
    connect_timeout, reply_timeout   seconds
    """

    name: str
    host: str
    port: int
    user: str
    database: str
    domain: str
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    tls_verify: bool = True
    protected: tuple[str, ...] = ()
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

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What the caller journals before anything is done: settings that weaken a safeguard."""
        if self.tls_verify or self.is_local:
            return ()
        return (message("mail.tls_not_verified", system=self.name, url=self.url),)

    def protecting(self, name: str) -> str | None:
        """The first pattern that a name falls under; upper and lower case are one."""
        folded = name.casefold()
        return next((item for item in self.protected if fnmatch.fnmatchcase(folded, item.casefold())), None)


def parse(settings: Mapping[str, object]) -> MailSettings:
    """The settings of one mail domain. Raises InputError listing everything that is wrong with them."""
    problems: list[Message] = []
    reader = SettingsReader(settings, problems, room="mail")
    reader.raw("kind")
    parsed = _settings(reader)
    reader.no_more()
    if problems:
        raise InputError("mail.bad_settings", system=parsed.name or "?", details=problems)
    return parsed


def _settings(reader: SettingsReader) -> MailSettings:
    url = _url(reader)
    limits, protected = reader.group("limits"), reader.group("protected")
    parsed = MailSettings(
        name=reader.needed("name"),
        host=_host(url),
        port=url.port or POSTGRESQL_PORT,
        user=unquote(url.username or ""),
        database=url.path.lstrip("/"),
        domain=_domain(reader),
        password=_password(reader, is_local=_host(url).startswith("/")),
        ca_file=_file(reader, "ca_file"),
        tls_verify=reader.truth("tls_verify", True),
        protected=protected.texts("names"),
        connect_timeout=limits.number("connect_seconds", 10.0),
        reply_timeout=limits.number("reply_seconds", 120.0),
    )
    limits.no_more()
    protected.no_more()
    return parsed


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


def _domain(reader: SettingsReader) -> str:
    domain = reader.needed("domain")
    if domain and not DOMAIN.fullmatch(domain):
        reader.problem("not_domain", "domain", value=domain)
    return domain


def _file(reader: SettingsReader, name: str) -> str | None:
    value = reader.text(name)
    if value is not None and not Path(value).is_file():
        reader.problem("no_file", name, value=value)
    return value


def _password(reader: SettingsReader, *, is_local: bool) -> str | None:
    path = _file(reader, "password_file")
    if path is None:
        return reader.text("password", required=not is_local)
    reader.raw("password")
    return Path(path).read_text(encoding="utf-8").rstrip("\r\n") if Path(path).is_file() else None
