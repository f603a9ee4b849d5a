"""Name servers that take dynamic updates (RFC 2136) signed with TSIG (RFC 8945): zones and their RRsets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chonai.systems.dns.settings import parse

if TYPE_CHECKING:
    from chonai.systems.directory.connection import Connection
    from chonai.systems.dns.settings import DnsSettings
    from chonai.systems.dns.system import DnsSystem


@contextmanager
def connect(settings: Mapping[str, object]) -> Iterator[DnsSystem]:
    """The name server that the settings describe, asked once whether it knows us and has the zones.

    The settings are those of `settings.DnsSettings`, as docs/systems/dns.md explains them. Raises InputError for
    wrong settings, SystemUnreachable when it does not answer or does not take our key, and Fault when it has not all
    of the zones.
    """
    parsed = parse(settings)
    from chonai.systems.dns.system import DnsSystem

    with _directory(parsed) as connection:
        system = DnsSystem(parsed, connection)
        system.must_serve()
        yield system


@contextmanager
def _directory(settings: DnsSettings) -> Iterator[Connection | None]:
    """A connection to the directory that has the zones; None where the server hands them over."""
    if settings.directory is None:
        yield None
        return
    from chonai.systems.directory.connection import Connection

    with Connection.open(settings.directory) as connection:
        yield connection
