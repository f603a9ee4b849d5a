"""Products with a SCIM interface as grounds: each test gets a tenant of its own in the server that the tests run."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from chonai.change.model import Key
from chonai.change.system import System
from chonai.systems.scim import connect
from tests.contract.ground import OU, Dialect, Ground
from tests.contract.relay import Relay
from tests.scim.running import Running

KINDS = ("scim_full", "scim_plain", "scim_small", "scim_cursor")
"""By what the server offers, see tests/scim/server.py."""

DIALECT = Dialect("userName", "displayName", "notes", "name", places=False, same_keys=False)
NOWHERE = Key(OU, "none")
"""Stands where a ground has its place."""


@contextmanager
def ground(running: Running, name: str) -> Iterator[Ground]:
    """A ground in a tenant of its own."""
    settings = running.settings(name.removeprefix("scim_"))

    @contextmanager
    def gone() -> Iterator[System]:
        with (
            Relay(running.host, running.port) as relay,
            connect({**settings, "url": str(settings["url"]).replace(f":{running.port}/", f":{relay.port}/")}) as other,
        ):
            relay.cut()
            yield other

    with connect(settings) as system:
        yield Ground(system, NOWHERE, DIALECT, _protected(settings, gone), gone, settings)


def _protected(settings: Mapping[str, object], gone: Callable[[], AbstractContextManager[System]]) -> Key:
    """A user whose name the settings protect, made while they do not."""
    with connect({**settings, "protected": {}}) as system:
        maker = Ground(system, NOWHERE, DIALECT, NOWHERE, gone)
        return maker.made(maker.user(f"svc-{secrets.token_hex(4)}"))[0]
