"""What a city says about its NetBox (its host_vars), checked. Imports no HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chonai.systems.https_server import read_address, read_token
from chonai.systems.ipam.shield import Shield, read_networks
from chonai.systems.settings_reader import SettingsReader, read_settings

MOST = 1_000
"""Objects that NetBox shows in one page unless it was told otherwise (its MAX_PAGE_SIZE)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once, and how long we wait.

    connect, reply   seconds until a connection stands, and until an answer comes
    page             objects a page of a list
    bulk             objects in one request that writes
    attempts         how often a request that only reads is sent in all
    """

    connect: float = 10.0
    reply: float = 120.0
    page: int = MOST
    bulk: int = 200
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class NetboxSettings(Shield):
    """One NetBox: where it is, how we show who we are, and what must not be touched.

    base          the path before /api
    make_fields   whether the custom fields that chonai needs are made where they are not there
    """

    name: str
    host: str
    port: int
    base: str
    token: str = field(repr=False)
    ca_file: str | None = None
    make_fields: bool = False
    limits: Limits = Limits()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"https://{self.host}:{self.port}{self.base}"


def parse(settings: Mapping[str, object]) -> NetboxSettings:
    """The settings of one NetBox. Raises InputError listing everything that is wrong with them."""
    return read_settings(settings, "netbox", _settings)


def _settings(reader: SettingsReader) -> NetboxSettings:
    host, port, base = read_address(reader)
    protected = reader.group("protected")
    found = NetboxSettings(
        name=reader.needed("name"),
        host=host,
        port=port,
        base=base,
        token=read_token(reader),
        ca_file=reader.file("ca_file"),
        make_fields=reader.truth("make_fields", False),
        protected=protected.texts("names"),
        networks=tuple(read_networks(protected)),
        limits=_limits(reader.group("limits")),
    )
    protected.no_more()
    return found


def _limits(reader: SettingsReader) -> Limits:
    limits = Limits(
        connect=reader.number("connect_seconds", 10.0),
        reply=reader.number("reply_seconds", 120.0),
        page=reader.whole_number("page", MOST),
        bulk=reader.whole_number("bulk", 200),
        attempts=reader.whole_number("attempts", 3),
    )
    reader.no_more()
    return limits
