"""What a city says about its ledger (its host_vars), checked.

Imports no database library, so that reading settings stays cheap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chonai.systems.ipam.shield import Shield, read_networks
from chonai.systems.server_url import Server, read_server
from chonai.systems.settings_reader import SettingsReader, read_settings
from chonai.text.messages import Message, message

SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class LedgerSettings(Shield):
    """One ledger: where it is, and what must not be touched.

    place   the SQLite file, or the database of a PostgreSQL server
    """

    name: str
    place: Path | Server

    @property
    def url(self) -> str:
        """Where the ledger is, to be told to people."""
        return self.place.url if isinstance(self.place, Server) else f"{SQLITE}{self.place}"

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What the caller journals before anything is done: settings that weaken a safeguard."""
        if not isinstance(self.place, Server) or self.place.tls_verify or self.place.is_local:
            return ()
        return (message("ipam.tls_not_verified", system=self.name, url=self.url),)


def parse(settings: Mapping[str, object]) -> LedgerSettings:
    """The settings of one ledger. Raises InputError listing everything that is wrong with them."""
    return read_settings(settings, "ipam", _settings)


def _settings(reader: SettingsReader) -> LedgerSettings:
    protected = reader.group("protected")
    parsed = LedgerSettings(
        name=reader.needed("name"),
        place=_place(reader),
        protected=protected.texts("names"),
        networks=tuple(read_networks(protected)),
    )
    protected.no_more()
    return parsed


def _place(reader: SettingsReader) -> Path | Server:
    """A text without `://` is the path of an SQLite file."""
    url = reader.raw("url")
    if isinstance(url, str) and url and (url.startswith(SQLITE) or "://" not in url):
        return Path(url.removeprefix(SQLITE))
    return read_server(reader)
