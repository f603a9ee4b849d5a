"""A place of one's own in the directories of the lab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import directories
from tests.contract.ground import Ground


@pytest.fixture
def lgwan(lab: Path) -> Iterator[Ground]:
    """In the Active Directory of the LGWAN系."""
    with directories.ground(directories.LGWAN, lab) as ground:
        yield ground


@pytest.fixture
def corp(lab: Path) -> Iterator[Ground]:
    """In the OpenLDAP directory."""
    with directories.ground(directories.CORP, lab) as ground:
        yield ground


@pytest.fixture(params=[server.name for server in directories.SERVERS])
def ground(request: pytest.FixtureRequest, lab: Path) -> Iterator[Ground]:
    """In each of them in turn."""
    server = next(server for server in directories.SERVERS if server.name == request.param)
    with directories.ground(server, lab) as found:
        yield found
