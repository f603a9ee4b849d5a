"""The contract suite runs on each of the grounds in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.ground import Ground
from tests.contract.grounds import FLAT, GROUNDS, PLACED, make, placed
from tests.scim.running import Running, serving


def pytest_configure(config: pytest.Config) -> None:
    """Marks of the suite: what a test asks of the grounds that it runs on."""
    config.addinivalue_line("markers", "places: runs on systems whose objects are in places")
    config.addinivalue_line("markers", "nested: runs on systems whose groups may be in groups")
    config.addinivalue_line("markers", "renames: runs on systems where an object may get another name")
    config.addinivalue_line("markers", "flat: runs on systems without places")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each system in turn that has what the test is about."""
    if "ground" in metafunc.fixturenames:
        marks = {mark.name for mark in metafunc.definition.iter_markers()}
        able = [*PLACED, *FLAT] if marks & {"nested", "renames"} else GROUNDS
        names = PLACED if "places" in marks else FLAT if "flat" in marks else able
        metafunc.parametrize("ground", [placed(name) for name in names], indirect=True)


@pytest.fixture(scope="session")
def scim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A SCIM server of our own."""
    with serving(tmp_path_factory.mktemp("scim")) as running:
        yield running


@pytest.fixture
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """One system."""
    lab, scim = (lambda name=name: request.getfixturevalue(name) for name in ("lab", "scim"))
    with make(request.param, tmp_path, lab, scim) as found:
        yield found
