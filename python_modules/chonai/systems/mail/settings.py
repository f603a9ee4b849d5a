"""What a city says about one mail domain (its host_vars), checked.

Imports no database library, so that reading settings stays cheap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chonai.systems.patterns import first_match
from chonai.systems.server_url import Server, read_server
from chonai.systems.settings_reader import SettingsReader, read_settings
from chonai.text.messages import Message, message

DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """One mail domain: where its database is, and what must not be touched.

    domain      the only one whose accounts are shown and written
    protected   patterns of names (`svc-*`) that no plan may touch
    """

    name: str
    server: Server
    domain: str
    protected: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where the database is, to be told to people."""
        return self.server.url

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What the caller journals before anything is done: settings that weaken a safeguard."""
        if self.server.tls_verify or self.server.is_local:
            return ()
        return (message("mail.tls_not_verified", system=self.name, url=self.url),)

    def protecting(self, name: str) -> str | None:
        """The first pattern that a name falls under; upper and lower case are one."""
        return first_match(self.protected, name)


def parse(settings: Mapping[str, object]) -> MailSettings:
    """The settings of one mail domain. Raises InputError listing everything that is wrong with them."""
    return read_settings(settings, "mail", _settings)


def _settings(reader: SettingsReader) -> MailSettings:
    protected = reader.group("protected")
    name, server = reader.needed("name"), read_server(reader)
    parsed = MailSettings(name, server, _domain(reader), protected.texts("names"))
    protected.no_more()
    return parsed


def _domain(reader: SettingsReader) -> str:
    domain = reader.needed("domain")
    if domain and not DOMAIN.fullmatch(domain):
        reader.problem("not_domain", "domain", value=domain)
    return domain
