"""Is a product with a SCIM interface well? Token, certificate and clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from chonai.change.errors import SystemUnreachable
from chonai.systems.certificate import certificate_until
from chonai.systems.health import Health
from chonai.systems.scim import provider
from chonai.systems.scim.connection import Call, Connection, Reply
from chonai.systems.scim.listing import read_refused
from chonai.systems.scim.settings import ScimSettings, parse
from chonai.systems.scim.types import ENDPOINTS, USER


def health(settings: Mapping[str, object]) -> Health:
    """Ask as a plan would what the server can do and how many users it has, and look at certificate and clock.

    Raises InputError for wrong settings, SystemUnreachable when there is no connection or our token is refused, Fault
    when what answers is no SCIM server or does not let us read.
    """
    parsed = parse(settings)
    with Connection.open(parsed) as connection:
        provider.read(parsed, connection)
        call = Call("GET", ENDPOINTS[USER], {"count": "0"})
        reply = connection.one(call)
    if not reply.ok:
        raise read_refused(parsed, call.path, reply)
    return Health(_certificate_until(parsed), _clock_ahead(reply))


def _clock_ahead(reply: Reply) -> timedelta | None:
    """By the header Date (RFC 9110 section 6.6.1), which a server without a clock leaves out."""
    try:
        said = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)) - datetime.now(UTC)


def _certificate_until(settings: ScimSettings) -> datetime | None:
    limits = settings.limits
    try:
        return certificate_until(settings.host, settings.port, ca_file=settings.ca_file, timeout=limits.connect)
    except OSError as error:
        why = str(error) or type(error).__name__
        raise SystemUnreachable("scim.cannot_connect", system=settings.name, url=settings.url, why=why) from error
