"""A SCIM server, the relay that troubles it, and a tenant of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest

from chonai.change.model import Key
from chonai.change.system import System
from chonai.systems.scim import connect
from tests.contract.ground import Ground
from tests.contract.scim_products import DIALECT, NOWHERE
from tests.scim.running import Running, serving
from tests.scim.troubled import Troubled, relaying


@dataclass(frozen=True, slots=True)
class Place:
    """A tenant: `ground` goes through the relay, `others` are somebody else who goes straight to the server."""

    ground: Ground
    others: Ground
    troubled: Troubled

    def users(self, count: int) -> list[Key]:
        """Users that somebody made, and whom the relay has not heard of."""
        return self.others.made(*(self.others.user() for _ in range(count)))


PlaceMaker = Callable[..., Place]


@pytest.fixture(scope="session")
def scim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A SCIM server of our own."""
    with serving(tmp_path_factory.mktemp("scim")) as running:
        yield running


@pytest.fixture
def place(scim: Running) -> Iterator[PlaceMaker]:
    """Makes a tenant on a server of the given kind, with settings replaced."""
    with ExitStack() as stack:

        def make(kind: str = "full", **more: object) -> Place:
            troubled = stack.enter_context(relaying(scim))
            settings = scim.settings(kind, **more)
            others = _ground(stack.enter_context(connect(settings)))
            settings = {**settings, "url": troubled.url(settings["url"])}
            ground = replace(_ground(stack.enter_context(connect(settings))), settings=settings)
            troubled.asked.clear()
            return Place(ground, others, troubled)

        yield make


def _ground(system: System) -> Ground:
    return Ground(system, NOWHERE, DIALECT, NOWHERE, lambda: pytest.fail("nobody goes away here"))
