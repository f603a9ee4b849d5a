"""What a city says about one directory (its host_vars), checked.

Imports no LDAP library, so that reading settings stays cheap.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from chonai.systems.patterns import first_match
from chonai.systems.settings_reader import SettingsReader, read_settings
from chonai.systems.urls import parted
from chonai.text.messages import Message, message

LDAPS_PORT = 636


class FlavourName(StrEnum):
    """Which kind of directory server."""

    ACTIVE_DIRECTORY = "active_directory"
    OPENLDAP = "openldap"


@dataclass(frozen=True, slots=True)
class SimpleBind:
    """Login by name (a DN, or on Active Directory user@domain) and password."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KerberosBind:
    """Login with a Kerberos ticket: from a credential cache, or fetched with a keytab.

    `host` is the server's name in its principal.
    """

    host: str
    principal: str | None = None
    ccache: str | None = None
    keytab: str | None = None
    krb5_conf: str | None = None


@dataclass(frozen=True, slots=True)
class Protected:
    """Objects that no plan may touch: by account name (`svc-*`), and by DN with everything below it."""

    names: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()

    def pattern(self) -> re.Pattern[str] | None:
        """One expression for all patterns, for account names in lower case; None when there are none."""
        return re.compile("|".join(fnmatch.translate(item.casefold()) for item in self.names)) if self.names else None

    def name_matches(self, account: str) -> str | None:
        """The first pattern that the account name falls under; upper and lower case are one."""
        return first_match(self.names, account)


@dataclass(frozen=True, slots=True)
class DirectorySettings:
    """One directory: where it is, how to log in, and what part of it is ours.

    base          the DN below which everything happens; what is outside is never written
    multi_valued  by type, the attributes that are sets (changed value by value); anything else is one value
    holder        OpenLDAP: the DN that stays in every group, because a groupOfNames cannot be empty
    connect_timeout, reply_timeout   seconds
    window        requests in flight
    page          entries a page of a search
    """

    name: str
    flavour: FlavourName
    host: str
    port: int
    base: str
    bind: SimpleBind | KerberosBind
    ca_file: str | None = None
    tls_verify: bool = True
    protected: Protected = Protected()
    multi_valued: Mapping[str, frozenset[str]] = field(default_factory=dict)
    holder: str | None = None
    connect_timeout: float = 10.0
    reply_timeout: float = 120.0
    window: int = 64
    page: int = 1000

    @property
    def url(self) -> str:
        """The server's address."""
        return f"ldaps://{self.host}:{self.port}"

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What the caller journals before anything is done: settings that weaken a safeguard."""
        return () if self.tls_verify else (message("directory.tls_not_verified", system=self.name, url=self.url),)


DEFAULT_MULTI_VALUED: Mapping[FlavourName, Mapping[str, frozenset[str]]] = {
    FlavourName.ACTIVE_DIRECTORY: {
        "user": frozenset(
            {"extensionName", "proxyAddresses", "otherTelephone", "otherMailbox", "servicePrincipalName"}
        ),
        "group": frozenset({"extensionName", "proxyAddresses"}),
        "ou": frozenset({"extensionName"}),
    },
    FlavourName.OPENLDAP: {"user": frozenset({"description"}), "group": frozenset(), "ou": frozenset()},
}


def parse(settings: Mapping[str, object]) -> DirectorySettings:
    """The settings of one directory. Raises InputError listing everything that is wrong with them."""
    return read_settings(settings, "directory", _settings)


def _settings(reader: SettingsReader) -> DirectorySettings:
    flavour = _choice(reader, "flavour", FlavourName)
    host, port = _address(reader)
    limits = reader.group("limits")
    parsed = DirectorySettings(
        name=reader.needed("name"),
        flavour=flavour,
        host=host,
        port=port,
        base=_dn(reader, "base", required=True) or "",
        bind=_bind(reader.group("bind"), flavour, host),
        ca_file=reader.file("ca_file"),
        tls_verify=reader.truth("tls_verify", True),
        protected=_protected(reader.group("protected")),
        multi_valued=_multi_valued(reader.group("multi_valued"), flavour),
        holder=_dn(reader, "holder", required=flavour is FlavourName.OPENLDAP),
        connect_timeout=limits.number("connect_seconds", 10.0),
        reply_timeout=limits.number("reply_seconds", 120.0),
        window=limits.whole_number("in_flight", 64),
        page=limits.whole_number("page", 1000),
    )
    limits.no_more()
    return parsed


def _choice(reader: SettingsReader, name: str, kind: type[FlavourName]) -> FlavourName:
    value = reader.needed(name)
    if value and value not in set(kind):
        reader.problem("not_one_of", name, value=value, choices=", ".join(kind))
    return kind(value) if value in set(kind) else next(iter(kind))


def _address(reader: SettingsReader) -> tuple[str, int]:
    url = reader.needed("url")
    parts, host, port = parted(url, LDAPS_PORT)
    if url and (parts.scheme != "ldaps" or not host):
        reader.problem("not_ldaps", "url", value=url)
    return host, port


def _dn(reader: SettingsReader, name: str, *, required: bool = False) -> str | None:
    value = reader.text(name, required=required)
    if value is not None and "=" not in value:
        reader.problem("not_dn", name, value=value)
    return value


def _bind(reader: SettingsReader, flavour: FlavourName, host: str) -> SimpleBind | KerberosBind:
    method = reader.text("method", "simple")
    if method == "kerberos" and flavour is FlavourName.ACTIVE_DIRECTORY:
        bind: SimpleBind | KerberosBind = _kerberos(reader, host)
    else:
        if method != "simple":
            choices = "simple, kerberos" if flavour is FlavourName.ACTIVE_DIRECTORY else "simple"
            reader.problem("not_one_of", "method", value=method, choices=choices)
        bind = SimpleBind(reader.needed("user"), reader.secret("password") or "")
    reader.no_more()
    return bind


def _kerberos(reader: SettingsReader, host: str) -> KerberosBind:
    bind = KerberosBind(
        host=reader.text("host", host) or host,
        principal=reader.text("principal"),
        ccache=reader.text("ccache"),
        keytab=reader.file("keytab"),
        krb5_conf=reader.file("krb5_conf"),
    )
    if bind.keytab and not bind.principal:
        reader.problem("missing", "principal")
    return bind


def _protected(reader: SettingsReader) -> Protected:
    protected = Protected(names=reader.texts("names"), dns=reader.texts("dns"))
    reader.no_more()
    return protected


def _multi_valued(reader: SettingsReader, flavour: FlavourName) -> Mapping[str, frozenset[str]]:
    defaults = DEFAULT_MULTI_VALUED[flavour]
    merged = {type_: names | frozenset(reader.texts(type_)) for type_, names in defaults.items()}
    reader.no_more()
    return merged
