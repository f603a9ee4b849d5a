"""The address ledger: which VLAN, prefix and address is whose, in a database of its own that keeps its own rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from chonai.systems.ipam.settings import parse
from chonai.systems.ipam.waiting import local_day

if TYPE_CHECKING:
    from chonai.systems.ipam.system import LedgerSystem


@contextmanager
def connect(settings: Mapping[str, object], today: Callable[[], date] = local_day) -> Iterator[LedgerSystem]:
    """The ledger that the settings describe, connected while inside; its tables are made by the first write. `today`
    is the day by which it keeps reservations and quarantines.

    The settings are those of `settings.LedgerSettings`, as docs/systems/ipam.md explains them. Raises InputError for
    wrong settings, SystemUnreachable when there is no connection or no login, and Fault when the database is no
    ledger, or one of another version.
    """
    parsed = parse(settings)
    from chonai.systems.ipam.connection import Database
    from chonai.systems.ipam.system import LedgerSystem

    with Database.open(parsed) as database:
        yield LedgerSystem(parsed, database, today)
