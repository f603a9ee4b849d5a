"""The grounds on which the contract suite runs.

A new kind of system joins by one more function and its name in `GROUNDS`.
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
from tests.contract import directories, products
from tests.contract.ground import EVERYTHING, NESTED, PLACES, Dialect, Ground


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


PRODUCTS = {"product_full": ("full", "export"), "product_difference": ("difference", "ledger")}
"""Products that take files: how their files are, and what tells how the product is."""

LANDSCAPES = ("memory", *(server.name for server in directories.SERVERS))
GROUNDS = (*LANDSCAPES, *PRODUCTS)


def make(name: str, lab: Callable[[], Path], folder: Path) -> AbstractContextManager[Ground]:
    """The ground of that name."""
    if name == "memory":
        return memory()
    if name in PRODUCTS:
        return products.ground(folder, *PRODUCTS[name])
    server = next(server for server in directories.SERVERS if server.name == name)
    return directories.ground(server, lab())


def _made(request: pytest.FixtureRequest, folder: Path, *needed: str) -> Iterator[Ground]:
    with make(request.param, lambda: request.getfixturevalue("lab"), folder) as found:
        assert found.dialect.can >= set(needed)
        assert found.dialect.can == (EVERYTHING if request.param in LANDSCAPES else frozenset())
        yield found


@pytest.fixture(params=GROUNDS)
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """Each system in turn."""
    yield from _made(request, tmp_path)


@pytest.fixture(params=LANDSCAPES)
def landscape(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """Each system that has places and groups in groups."""
    yield from _made(request, tmp_path, PLACES, NESTED)


@pytest.fixture(params=tuple(PRODUCTS))
def plain(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """Each system that has no places."""
    yield from _made(request, tmp_path)
