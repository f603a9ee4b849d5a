"""The benchmark's servers run while its figures are measured, and are stopped afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bench import servers


@pytest.fixture(scope="session")
def running() -> Iterator[None]:
    """All three servers, with what they need loaded."""
    servers.start()
    yield
    servers.stop()
