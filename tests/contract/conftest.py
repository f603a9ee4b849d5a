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
from tests.contract import directories
from tests.contract.ground import Dialect, Ground


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


GROUNDS = ("memory", *(server.name for server in directories.SERVERS))


def make(name: str, lab: Callable[[], Path]) -> AbstractContextManager[Ground]:
    """The ground of that name."""
    if name == "memory":
        return memory()
    server = next(server for server in directories.SERVERS if server.name == name)
    return directories.ground(server, lab())


@pytest.fixture(params=GROUNDS)
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Each system in turn."""
    with make(request.param, lambda: request.getfixturevalue("lab")) as found:
        yield found
