"""What a city says about one product with a SCIM interface (its host_vars), checked. Imports no HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chonai.systems.https_server import read_address, read_token
from chonai.systems.patterns import first_match
from chonai.systems.scim.paths import Path
from chonai.systems.scim.paths import parse as parse_path
from chonai.systems.scim.types import DEFAULT_PATHS, GROUP, MEMBER, USER
from chonai.systems.settings_reader import SettingsReader, read_settings


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard and how long we try.

    connect, reply   seconds until a connection stands, and until an answer comes
    window           requests in flight
    page             resources a page of a list
    attempts         how often a request that may be repeated is sent in all
    patience         seconds that a request may be put off by a server that is busy
    """

    connect: float = 10.0
    reply: float = 60.0
    window: int = 8
    page: int = 200
    attempts: int = 3
    patience: float = 120.0


@dataclass(frozen=True, slots=True)
class ScimSettings:
    """One product: where it is, how we show who we are, and where its attributes stand.

    base        the path before /Users
    paths       by type, the place of each attribute by its plain name
    protected   patterns of names that no plan may touch
    bulk        whether bulk requests are used where the server offers them
    """

    name: str
    host: str
    port: int
    base: str
    token: str = field(repr=False)
    ca_file: str | None = None
    paths: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    protected: tuple[str, ...] = ()
    bulk: bool = True
    limits: Limits = Limits()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"https://{self.host}:{self.port}{self.base}"

    def protecting(self, name: str) -> str | None:
        """The first pattern that a name falls under; upper and lower case are one."""
        return first_match(self.protected, name)


def parse(settings: Mapping[str, object]) -> ScimSettings:
    """The settings of one product. Raises InputError listing everything that is wrong with them."""
    return read_settings(settings, "scim", _settings)


def _settings(reader: SettingsReader) -> ScimSettings:
    host, port, base = read_address(reader)
    return ScimSettings(
        name=reader.needed("name"),
        host=host,
        port=port,
        base=base,
        token=read_token(reader),
        ca_file=reader.file("ca_file"),
        paths=_paths(reader.group("attributes")),
        protected=_protected(reader.group("protected")),
        bulk=reader.truth("bulk", True),
        limits=_limits(reader.group("limits")),
    )


def _paths(reader: SettingsReader) -> Mapping[str, Mapping[str, Path]]:
    merged = {type_: _merged(reader, type_) for type_ in (USER, GROUP)}
    reader.no_more()
    return merged


def _merged(reader: SettingsReader, type_: str) -> Mapping[str, Path]:
    own = reader.raw(type_)
    if own is not None and not isinstance(own, Mapping):
        reader.problem("not_mapping", type_, value=type(own).__name__)
    notations = {**DEFAULT_PATHS[type_], **(own if isinstance(own, Mapping) else {})}
    paths: dict[str, Path] = {}
    for name, notation in notations.items():
        path = parse_path(notation) if isinstance(notation, str) else None
        if path is None or (name == MEMBER and not path.many):
            reader.problem("not_path", f"{type_}.{name}", value=str(notation))
        else:
            paths[str(name)] = path
    return paths


def _protected(reader: SettingsReader) -> tuple[str, ...]:
    names = reader.texts("names")
    reader.no_more()
    return names


def _limits(reader: SettingsReader) -> Limits:
    limits = Limits(
        connect=reader.number("connect_seconds", 10.0),
        reply=reader.number("reply_seconds", 60.0),
        window=reader.whole_number("in_flight", 8),
        page=reader.whole_number("page", 200),
        attempts=reader.whole_number("attempts", 3),
        patience=reader.number("patience_seconds", 120.0),
    )
    reader.no_more()
    return limits
