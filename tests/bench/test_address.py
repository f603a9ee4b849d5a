"""What issuing a thousand addresses costs: one change set, planned, sealed, applied and journaled."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench.report import Figure, seconds, tell
from tests.databases import new_database
from tests.integration.ipam.office import Office, apply, hosts, sealed
from tests.unit.change.people import make_people

COUNT, SINGLE = 1_000, 20


@pytest.fixture
def office(tmp_path: Path, postgresql: str) -> Office:
    """Store and ledger on PostgreSQL, as where many work at once."""
    (tmp_path / "people").mkdir()
    urls = [new_database(postgresql), new_database(postgresql)]
    made = Office(tmp_path, make_people(tmp_path / "people"), *urls)
    made.seed()
    return made


@pytest.mark.parametrize("name", ["address-issue"])
def test_a_thousand_addresses(name: str, office: Office) -> None:
    """Against one change set for each: whoever asks for a thousand asks once."""
    with office.site() as site:
        one_by_one = _duration(lambda n: apply(office, site, sealed(office, site, hosts(f"R8-one-{n}", ["pc"]))))
        names = [f"pc{n}" for n in range(COUNT)]
        together = _duration(lambda n: apply(office, site, sealed(office, site, hosts("R8-all", names))), times=1)
    assert len(office.addresses()) == SINGLE + COUNT
    ours, peer = COUNT / together, 1 / one_by_one
    said = f"one change set for each address; ours: {COUNT} in one; {os.cpu_count()} cores, no peer's API among them"
    tell(Figure(name, ours / peer, ">=10", f"{ours:.0f}/s in {seconds(together)}", f"{peer:.1f}/s", said))


def _duration(make: Callable[[int], None], times: int = SINGLE) -> float:
    """Seconds for one of them."""
    started = time.monotonic()
    for n in range(times):
        make(n)
    return (time.monotonic() - started) / times
