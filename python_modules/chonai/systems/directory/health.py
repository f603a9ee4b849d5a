"""Is a directory well? Login, certificate and clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from chonai.change.errors import SystemUnreachable
from chonai.systems.certificate import certificate_until
from chonai.systems.directory import filters
from chonai.systems.directory.connection import Connection
from chonai.systems.directory.protocol import Search, SearchScope
from chonai.systems.directory.settings import DirectorySettings, parse
from chonai.systems.health import Health


def health(settings: Mapping[str, object]) -> Health:
    """Log in as an apply would, and look at certificate and clock.

    Raises InputError for wrong settings, SystemUnreachable when there is no connection or no login.
    """
    parsed = parse(settings)
    with Connection.open(parsed) as connection:
        ahead = _clock_ahead(connection)
    return Health(_certificate_until(parsed), ahead, parsed.warnings)


def _clock_ahead(connection: Connection) -> timedelta | None:
    """By `currentTime` of the root entry, which Active Directory has and OpenLDAP has not."""
    search = Search("", filters.present("objectClass"), ("currentTime",), SearchScope.BASE)
    entries = connection.searches([search])[0]
    values = {name.lower(): found for entry in entries for name, found in entry.values.items()}
    stamps = values.get("currenttime")
    if not stamps:
        return None
    theirs = datetime.strptime(stamps[0].decode("ascii").split(".")[0].rstrip("Z"), "%Y%m%d%H%M%S")  # noqa: DTZ007 - given its zone below
    return theirs.replace(tzinfo=UTC) - datetime.now(UTC)


def _certificate_until(settings: DirectorySettings) -> datetime | None:
    if not settings.tls_verify:
        return None
    try:
        return certificate_until(
            settings.host, settings.port, ca_file=settings.ca_file, timeout=settings.connect_timeout
        )
    except OSError as error:
        why = str(error) or type(error).__name__
        raise SystemUnreachable("directory.cannot_connect", system=settings.name, url=settings.url, why=why) from error
