"""What issuing a thousand addresses costs in one change set on our own ledger, and by one call of NetBox's API each.

Only where the environment names a real NetBox (docs/testing.md): what a fake costs says nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.bench.report import Figure, seconds, tell
from tests.databases import new_database
from tests.integration.ipam.office import PREFIX, Office, apply, hosts, sealed
from tests.netbox.running import Netbox
from tests.unit.change.people import make_people

COUNT = 1_000
CALLS = int(os.environ.get("CHONAI_NETBOX_CALLS", COUNT))
"""How many calls of NetBox are made; fewer than COUNT are scaled."""

pytestmark = pytest.mark.skipif("CHONAI_NETBOX" not in os.environ, reason="no real NetBox is named")


@pytest.fixture
def office(tmp_path: Path, postgresql: str) -> Office:
    """Store and ledger on PostgreSQL."""
    (tmp_path / "people").mkdir()
    made = Office(tmp_path, make_people(tmp_path / "people"), new_database(postgresql), new_database(postgresql))
    made.seed()
    return made


@pytest.mark.parametrize("name", ["address-netbox"])
def test_a_thousand_addresses(name: str, office: Office, netbox: Netbox) -> None:
    """Both ways of NetBox: an address that the client names, and the next that is free."""
    session = _session(netbox)
    netbox.empty()
    [vrf] = netbox.post("ipam/vrfs", {"name": "lgwan", "enforce_unique": True})
    [prefix] = netbox.post("ipam/prefixes", {"prefix": PREFIX, "vrf": vrf})
    api, status = f"{netbox.url}/api/ipam", {"status": "active"}

    def named(n: int) -> None:
        address = f"10.40.{8 + n // 250}.{1 + n % 250}/20"
        session.post(f"{api}/ip-addresses/", json={**status, "address": address, "vrf": vrf}).raise_for_status()

    def free(n: int) -> None:
        session.post(f"{api}/prefixes/{prefix}/available-ips/", json=status).raise_for_status()

    with office.site() as site:
        together = _duration(lambda _: apply(office, site, sealed(office, site, hosts("R8", _names()))))
    assert len(office.addresses()) == COUNT
    ways = {"POST of ip-addresses": named, "POST of available-ips": free}
    peers = {how: _duration(call, CALLS) for how, call in ways.items()}
    best = min(peers, key=lambda how: peers[how])
    said = f"one {best} each over one connection, {CALLS} calls of a NetBox with 2 workers; others: "
    said += ", ".join(f"{how} {1 / cost:.1f}/s" for how, cost in peers.items() if how != best)
    ours = COUNT / together
    peer = f"{1 / peers[best]:.1f}/s"
    tell(Figure(name, ours * peers[best], ">=10", f"{ours:.0f}/s in {seconds(together)}", peer, said))


def _names() -> list[str]:
    return [f"pc{n}" for n in range(COUNT)]


def _session(netbox: Netbox) -> requests.Session:
    """With a connection that stays open."""
    session = requests.Session()
    session.verify, session.trust_env = netbox.ca_file, False
    session.headers["Authorization"] = f"{'Bearer' if netbox.token.startswith('nbt_') else 'Token'} {netbox.token}"
    return session


def _duration(make: Callable[[int], object], times: int = 1) -> float:
    """Seconds for one of them."""
    started = time.monotonic()
    for n in range(times):
        make(n)
    return (time.monotonic() - started) / times
