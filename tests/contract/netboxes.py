"""A NetBox as a ground for what is asked of ledgers, and all kinds of ledgers by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from chonai.change.system import System
from chonai.systems.netbox import connect
from tests.contract import ledgers
from tests.contract.ledgers import TODAY, LedgerGround
from tests.databases import ENGINES, new_database
from tests.netbox.running import Netbox

NETBOX = "netbox"
LEDGERS = (*ENGINES, NETBOX)
"""Where a ledger can be."""


@dataclass(slots=True)
class NetboxGround(LedgerGround):
    """A ledger in a NetBox."""

    told: Mapping[str, object] | None = None

    @property
    def settings(self) -> Mapping[str, object]:
        return self.told or {}

    def connected(self, **more: object) -> AbstractContextManager[System]:
        return connect({**self.settings, **more}, lambda: TODAY)


@contextmanager
def ground(where: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[LedgerGround]:
    """A new ledger there."""
    if where == NETBOX:
        with netbox_ground(request.getfixturevalue("netbox")) as found:
            yield found
        return
    url = f"sqlite:///{folder}/ledger.db"
    if where == "postgresql":
        url = new_database(request.getfixturevalue("postgresql"))
    with ledgers.ground(url) as made:
        yield made


@contextmanager
def netbox_ground(netbox: Netbox) -> Iterator[LedgerGround]:
    """In a NetBox that holds nothing else."""
    netbox.empty()
    told = netbox.settings()
    with connect(told, lambda: TODAY) as system:
        yield ledgers.seeded(NetboxGround(netbox.url, system, same_keys=False, told=told))
