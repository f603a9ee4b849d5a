"""An office for each test, with store and ledger on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import ENGINES, new_database
from tests.integration.ipam.office import Office
from tests.unit.change.people import People, make_people


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


@pytest.fixture(params=ENGINES)
def office(request: pytest.FixtureRequest, tmp_path: Path, people: People) -> Office:
    urls = [f"sqlite:///{tmp_path}/store.db", f"sqlite:///{tmp_path}/ledger.db"]
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        urls = [new_database(server), new_database(server)]
    made = Office(tmp_path, people, *urls)
    made.seed()
    return made
