"""Products with a SCIM 2.0 interface (RFC 7643, RFC 7644). Users and groups, keyed by the server's `id`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chonai.systems.scim.settings import parse

if TYPE_CHECKING:
    from chonai.systems.scim.system import ScimSystem


@contextmanager
def connect(settings: Mapping[str, object]) -> Iterator[ScimSystem]:
    """The product that the settings describe, asked what it can do, and connected while inside.

    The settings are those of `settings.ScimSettings`, as docs/systems/scim.md explains them. Raises InputError for
    wrong settings, SystemUnreachable when there is no connection or our token is refused, and Fault when what
    answers is no SCIM server.
    """
    parsed = parse(settings)
    from chonai.systems.scim import provider
    from chonai.systems.scim.connection import Connection
    from chonai.systems.scim.session import Session
    from chonai.systems.scim.system import ScimSystem

    with Connection.open(parsed) as connection:
        yield ScimSystem(Session(parsed, provider.read(parsed, connection), connection))
