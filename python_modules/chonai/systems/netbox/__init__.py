"""NetBox as the address ledger, over its REST API: the other backend of the addressing operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from chonai.systems.ipam.waiting import local_day
from chonai.systems.netbox.settings import parse

if TYPE_CHECKING:
    from chonai.systems.netbox.system import NetboxSystem


@contextmanager
def connect(settings: Mapping[str, object], today: Callable[[], date] = local_day) -> Iterator[NetboxSystem]:
    """The NetBox that the settings describe, connected while inside. `today` is the day by which reservations and
    quarantines are kept.

    The settings are those of `settings.NetboxSettings`, as docs/systems/netbox.md explains them. Raises InputError for
    wrong settings, SystemUnreachable when there is no connection or our token is refused, and Fault when what answers
    is no NetBox, one too old, or one without the custom fields that chonai needs.
    """
    parsed = parse(settings)
    from chonai.systems.netbox.connection import Connection
    from chonai.systems.netbox.custom_fields import ensure
    from chonai.systems.netbox.system import NetboxSystem

    with Connection.open(parsed) as connection:
        ensure(parsed, connection)
        yield NetboxSystem(parsed, connection, today)
