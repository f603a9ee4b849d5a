"""Is a name server well? Its key and zones, and whether the secondaries have what it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chonai.change.model import TypeScope
from chonai.systems.dns import connect
from chonai.systems.dns.follow import laggards
from chonai.systems.dns.records import ATTRIBUTES, RRSET
from chonai.systems.dns.server import Server
from chonai.systems.dns.settings import parse
from chonai.systems.health import Health
from chonai.text.messages import Message

PATIENCE = 0.5
"""Seconds that a secondary may be behind: somebody else may just have written."""


def health(settings: Mapping[str, object]) -> Health:
    """Ask as an apply would. The clock is part of it: a signature of another time is refused. So is the directory where
    it has the zones.

    Raises InputError for wrong settings, SystemUnreachable when it does not answer or does not take our key.
    """
    parsed = parse(settings)
    server = Server(parsed)
    serials = {zone: server.serial(zone) for zone in parsed.zones}
    weak: tuple[Message, ...] = ()
    if parsed.directory is not None:
        with connect(settings) as system:
            system.observe({RRSET: TypeScope(ATTRIBUTES)})
            weak = system.warnings
    late = laggards(replace(parsed, follow_timeout=PATIENCE), serials, server.serial)
    return Health(warnings=(*weak, *late.values()))
