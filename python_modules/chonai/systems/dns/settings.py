"""What a city says about one name server (its host_vars), checked.

Imports no DNS library, so that reading settings stays cheap.
"""

from __future__ import annotations

import base64
import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from chonai.change.errors import InputError
from chonai.systems.settings_reader import SettingsReader
from chonai.text.hostnames import pattern_to_ascii, to_ascii
from chonai.text.messages import Message

DNS_PORT = 53
ALGORITHMS = ("hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
_KEY = re.compile(r'key\s+"?([^\s"{;]+)"?\s*\{(.*?)\}\s*;', re.DOTALL)
_FIELD = re.compile(r'(algorithm|secret)\s+"?([^\s";]+)"?\s*;')


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A name server's address; people write `192.0.2.53`, or `192.0.2.53#10053` where the port is not 53."""

    address: str
    port: int = DNS_PORT

    def __str__(self) -> str:
        return self.address if self.port == DNS_PORT else f"{self.address}#{self.port}"


@dataclass(frozen=True, slots=True)
class TsigKey:
    """What signs our messages, as `tsig-keygen` writes it: a name that the server knows, and the secret in Base64."""

    name: str
    algorithm: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DnsSettings:
    """One primary name server: where it is, its zones, who follows it, and what must not be touched.

    zones            names in small ASCII letters with a dot at the end
    secondaries      who has to have every change before it counts as done
    protected_names  patterns of owner names that no plan may touch, in small ASCII letters
    protected_types  types of records that no plan may touch
    connect_timeout, reply_timeout, follow_timeout   seconds
    """

    name: str
    server: Endpoint
    key: TsigKey
    zones: tuple[str, ...]
    secondaries: tuple[Endpoint, ...] = ()
    protected_names: tuple[str, ...] = ()
    protected_types: frozenset[str] = frozenset()
    connect_timeout: float = 10.0
    reply_timeout: float = 60.0
    follow_timeout: float = 30.0

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
    problems: list[Message] = []
    reader = SettingsReader(settings, problems, room="dns")
    reader.raw("kind")
    limits, protected = reader.group("limits"), reader.group("protected")
    parsed = DnsSettings(
        name=reader.needed("name"),
        server=_server(reader),
        key=_key(reader),
        zones=_zones(reader),
        secondaries=tuple(_endpoint(reader, "secondaries", text) for text in reader.texts("secondaries")),
        protected_names=_patterns(protected),
        protected_types=frozenset(text.upper() for text in protected.texts("types")),
        connect_timeout=limits.number("connect_seconds", 10.0),
        reply_timeout=limits.number("reply_seconds", 60.0),
        follow_timeout=limits.number("follow_seconds", 30.0),
    )
    for group in (limits, protected, reader):
        group.no_more()
    if problems:
        raise InputError("dns.bad_settings", system=parsed.name or "?", details=problems)
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


def _patterns(reader: SettingsReader) -> tuple[str, ...]:
    found = []
    for text in reader.texts("names"):
        try:
            found.append(pattern_to_ascii(text))
        except ValueError:
            reader.problem("not_pattern", "names", value=text)
    return tuple(found)


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except ValueError:
        return False


def _text_of(reader: SettingsReader, path: str) -> str | None:
    """What the file of the key says; None, and a problem, when it does not."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        reader.problem("no_file", "key_file", value=path)
    except UnicodeDecodeError:
        reader.problem("not_key", "key_file", value=path)
    except OSError as error:
        reader.problem("unreadable", "key_file", value=path, why=error.strerror or type(error).__name__)
    return None


def _key(reader: SettingsReader) -> TsigKey:
    path = reader.needed("key_file")
    text = _text_of(reader, path) if path else None
    if text is None:
        return TsigKey("", "", "")
    found = _KEY.search(text)
    fields = dict(_FIELD.findall(found[2])) if found else {}
    if found is None or fields.keys() != {"algorithm", "secret"} or not _is_base64(fields["secret"]):
        reader.problem("not_key", "key_file", value=path)
        return TsigKey("", "", "")
    algorithm = fields["algorithm"].lower()
    if algorithm not in ALGORITHMS:
        reader.problem("weak_key", "key_file", value=algorithm, known=", ".join(ALGORITHMS))
    return TsigKey(found[1], algorithm, fields["secret"])
