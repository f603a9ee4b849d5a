"""The grounds on which the contract suite runs.

A new kind of system joins by one more function and its name in `PLACED` or `FLAT`, whether it has places or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from chonai.change.model import Key
from chonai.change.system import System
from chonai.systems.memory import MemorySystem
from chonai.text.messages import message
from tests.contract import directories, fileserver, mailboxes, nameserver, products, scim_products
from tests.contract.ground import Dialect, Ground
from tests.scim.running import Running


@contextmanager
def memory() -> Iterator[Ground]:
    """The system in memory."""
    place, protected = Key("ou", "base"), Key("user", "svc")
    objects = {place: {"name": "base"}, protected: {"name": "svc-backup", "parent": str(place), "enabled": True}}
    system = MemorySystem("memory", objects, {protected: message("directory.protected_base", dn="svc-backup")})

    @contextmanager
    def gone() -> Iterator[System]:
        with system.gone():
            yield system

    yield Ground(system, place, Dialect("account", "account", "notes", "name"), protected, gone)


FLAT = (mailboxes.SERVER, *scim_products.KINDS)
# Products that take files by hand: how their files are, and what tells how the product is. The name is the key there,
# and groups hold people only.
BY_HAND = {"product_full": ("full", "export"), "product_difference": ("difference", "ledger")}
PLACED = ("memory", *(server.name for server in directories.SERVERS))
GROUNDS = (*PLACED, *FLAT, *BY_HAND)
ON_THE_LAB = (*(server.name for server in directories.SERVERS), mailboxes.SERVER, nameserver.SERVER, fileserver.FOLDERS)


def make(
    name: str, folder: Path, lab: Callable[[], Path], scim: Callable[[], Running]
) -> AbstractContextManager[Ground]:
    """The ground of that name."""
    if name == "memory":
        return memory()
    if name in BY_HAND:
        return products.ground(folder, *BY_HAND[name])
    if name == mailboxes.SERVER:
        return mailboxes.ground(lab())
    if name in scim_products.KINDS:
        return scim_products.ground(scim(), name)
    server = next(server for server in directories.SERVERS if server.name == name)
    return directories.ground(server, lab())


def placed(name: str) -> object:
    """The parameter that says so; what is not on the lab is tested beside it."""
    return pytest.param(name, marks=() if name in ON_THE_LAB else pytest.mark.apart)
