"""What a city says about one name server (its host_vars), checked.

Imports no DNS library, so that reading settings stays cheap.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from ipaddress import ip_address

from chonai.change.errors import InputError
from chonai.systems.directory.settings import DirectorySettings, FlavourName, KerberosBind
from chonai.systems.directory.settings import parse as parse_directory
from chonai.systems.dns.keys import SigningKey, signing_key
from chonai.systems.settings_reader import SettingsReader, read_settings
from chonai.text.hostnames import pattern_to_ascii, to_ascii

DNS_PORT = 53
MICROSOFT_DNS = "CN=MicrosoftDNS"
"""Below which Active Directory keeps zones, in each partition that has any."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A name server's address; people write `192.0.2.53`, or `192.0.2.53#10053` where the port is not 53."""

    address: str
    port: int = DNS_PORT

    def __str__(self) -> str:
        return self.address if self.port == DNS_PORT else f"{self.address}#{self.port}"


@dataclass(frozen=True, slots=True)
class DnsSettings:
    """One primary name server: where it is, its zones, who follows it, and what must not be touched.

    zones            names in small ASCII letters with a dot at the end
    secondaries      who has to have every change before it counts as done
    protected_names  patterns of owner names that no plan may touch, in small ASCII letters
    protected_types  types of records that no plan may touch
    connect_timeout, reply_timeout, follow_timeout   seconds
    directory        where the zones are read that the server hands over to nobody: Active Directory
    """

    name: str
    server: Endpoint
    key: SigningKey
    zones: tuple[str, ...]
    secondaries: tuple[Endpoint, ...] = ()
    protected_names: tuple[str, ...] = ()
    protected_types: frozenset[str] = frozenset()
    connect_timeout: float = 10.0
    reply_timeout: float = 60.0
    follow_timeout: float = 30.0
    directory: DirectorySettings | None = None

    @property
    def key_name(self) -> str:
        """What people know the key by."""
        key = self.key
        return key.principal or f"DNS/{key.host}" if isinstance(key, KerberosBind) else key.name

    def zone_of(self, owner: str) -> str | None:
        """The zone that a name (with a dot at the end) lies in, the longest one; None when in none of ours."""
        while owner:
            if owner in self.zones:
                return owner
            owner = owner.partition(".")[2]
        return None

    def protecting(self, owner: str) -> str | None:
        """The first pattern that a name (with a dot at the end) falls under."""
        name = owner.rstrip(".")
        return next((item for item in self.protected_names if fnmatch.fnmatchcase(name, item)), None)


def parse(settings: Mapping[str, object]) -> DnsSettings:
    """The settings of one name server. Raises InputError listing everything that is wrong with them."""
    return read_settings(settings, "dns", _settings)


def _settings(reader: SettingsReader) -> DnsSettings:
    key = signing_key(reader)
    limits, protected = reader.group("limits"), reader.group("protected")
    parsed = DnsSettings(
        name=reader.needed("name"),
        server=_server(reader),
        key=key,
        zones=_zones(reader),
        secondaries=tuple(_endpoint(reader, "secondaries", text) for text in reader.texts("secondaries")),
        protected_names=_patterns(protected),
        protected_types=frozenset(text.upper() for text in protected.texts("types")),
        connect_timeout=limits.number("connect_seconds", 10.0),
        reply_timeout=limits.number("reply_seconds", 60.0),
        follow_timeout=limits.number("follow_seconds", 30.0),
        directory=_directory(reader, key) if isinstance(key, KerberosBind) else None,
    )
    for group in (limits, protected):
        group.no_more()
    return parsed


def _server(reader: SettingsReader) -> Endpoint:
    text = reader.needed("server")
    return _endpoint(reader, "server", text) if text else Endpoint("")


def _endpoint(reader: SettingsReader, setting: str, text: str) -> Endpoint:
    address, _, port = text.partition("#")
    try:
        number = int(port or DNS_PORT)
        if not 0 < number < 65536:
            raise ValueError(port)
        return Endpoint(str(ip_address(address)), number)
    except ValueError:
        reader.problem("not_endpoint", setting, value=text)
        return Endpoint("")


def _zones(reader: SettingsReader) -> tuple[str, ...]:
    found = []
    for text in reader.texts("zones"):
        try:
            found.append(to_ascii(text) + ".")
        except ValueError:
            reader.problem("not_zone", "zones", value=text)
    if not found:
        reader.problem("missing", "zones")
    return tuple(found)


def _directory(reader: SettingsReader, key: KerberosBind) -> DirectorySettings | None:
    """The directory that has the zones. Without a login of its own it is the ticket's. Its domain controllers follow
    each other by other means than zone transfers.
    """
    if reader.texts("secondaries"):
        reader.problem("not_with_gss", "secondaries")
    given = reader.raw("directory")
    if not isinstance(given, Mapping):
        reader.problem("missing", "directory")
        return None
    ticket = {"method": "kerberos", **{name: value for name, value in asdict(key).items() if value}}
    fixed = {"name": reader.text("name"), "flavour": FlavourName.ACTIVE_DIRECTORY, "base": MICROSOFT_DNS}
    try:
        return parse_directory({"bind": ticket, **given, **fixed})
    except InputError as error:
        reader.also(error.details)
        return None


def _patterns(reader: SettingsReader) -> tuple[str, ...]:
    found = []
    for text in reader.texts("names"):
        try:
            found.append(pattern_to_ascii(text))
        except ValueError:
            reader.problem("not_pattern", "names", value=text)
    return tuple(found)
