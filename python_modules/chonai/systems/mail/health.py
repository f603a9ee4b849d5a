"""Is a mail server's database well? Login and clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from chonai.systems.health import Health
from chonai.systems.mail.connection import Database
from chonai.systems.mail.settings import parse


def health(settings: Mapping[str, object]) -> Health:
    """Log in as an apply would, and look at the clock, by which forwardings and old addresses end.

    Raises InputError for wrong settings, SystemUnreachable when there is no connection or no login.
    """
    parsed = parse(settings)
    with Database.open(parsed) as database:
        ahead = database.clock() - datetime.now(UTC)
    return Health(None, ahead, parsed.warnings)
