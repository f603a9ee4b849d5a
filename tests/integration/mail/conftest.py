"""A mail domain of one's own in the lab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import mailboxes
from tests.contract.ground import Ground
from tests.integration.mail.post import Post


@pytest.fixture
def ground(lab: Path) -> Iterator[Ground]:
    """The accounts of that domain."""
    with mailboxes.ground(lab) as found:
        yield found


@pytest.fixture
def post(lab: Path, ground: Ground) -> Post:
    """Its mail."""
    return Post(lab, str(ground.settings["domain"]))
