"""The reality check on a real network: dnsmasq's leases, the kernel's neighbours, and fping's answers."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from chonai.change.errors import Fault
from chonai.change.model import Record
from chonai.systems.sightings.ping import ping
from tests.integration.audit.segment import segment
from tests.unit.addressing.town import LIFE, address, prefix
from tests.unit.change.people import make_people
from tests.unit.cli.ledger import give_ledger
from tests.unit.cli.town import Town, make_town

pytestmark = [
    pytest.mark.apart,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root makes network namespaces"),
]
INSIDE, OUTSIDE = "02:00:00:00:00:0a", "02:00:00:00:00:0d"
POOL: Record = {
    "prefix": "prefix:p",
    "first": "10.20.200.8",
    "last": "10.20.200.11",
    "issuable": False,
    "purpose": "DHCP",
}
OBJECTS: list[tuple[str, Record]] = [
    ("prefix:p", prefix("10.20.200.0/28", gateway="10.20.200.1", **LIFE)),
    ("range:r", POOL),
    ("address:2", {**address("10.20.200.2", hostname="printer"), "prefix": "prefix:p"}),
    ("address:3", {**address("10.20.200.3", hostname="gone"), "prefix": "prefix:p"}),
]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A city with a ledger of one small network."""
    made = make_town(tmp_path, make_people(tmp_path))
    give_ledger(made, OBJECTS)
    return made


def test_a_network_with_a_dhcp_server_and_a_stranger(town: Town) -> None:
    """A client in the pool and one that has a lease outside of it; a host of the ledger, a stranger, and one that is
    not there any more.
    """
    environment = {**os.environ, **town.environment, "CHONAI_LANG": "en"}
    neighbours, chonai = town.folder / "neigh.txt", Path(sys.executable).parent / "chonai"
    with segment(town.folder) as net:
        net.serve("10.20.200.8", "10.20.200.14", {INSIDE: "10.20.200.8", OUTSIDE: "10.20.200.13"})
        net.lease(INSIDE, "pc-a")
        net.lease(OUTSIDE, "pc-b")
        for own in ("10.20.200.2", "10.20.200.5"):
            net.settle(own)
        neighbours.write_text(net.at_server("ip", "-s", "neigh").stdout)
        asked = ["--arp", neighbours, "--leases", net.leases, "--ping", "--rate", "100", "--prefix", "10.20.200.0/28"]
        audit = [chonai, "address", "audit", *asked, "--format", "json"]
        told = net.at_server(*audit, env=environment, cwd=town.folder)
    assert told.returncode == 5, told.stderr
    assert told.stderr.startswith("Asking 14 addresses;")
    found = json.loads(told.stdout)
    assert [(one["kind"], one["address"]) for one in found["findings"]] == [
        ("lease_outside", "10.20.200.13"),
        ("unknown", "10.20.200.5"),
        ("unused", "10.20.200.3"),
    ]
    assert found["findings"][0]["why"] == f"leased to {OUTSIDE} pc-b, but in no range that is kept from issuing"
    assert found["findings"][1]["macs"] == [OUTSIDE]
    assert found["findings"][1]["sources"] == [str(neighbours), "ping"]
    assert (found["sources"][str(net.leases)], found["sources"]["ping"]) == (2, 3)


def test_only_who_answers_is_seen() -> None:
    """Loopback addresses all answer; nothing does at one that no packet may be sent to."""
    asked = ["127.0.53.1", "127.0.53.2", "240.0.0.1"]
    assert [one.address for one in ping(asked, rate=200)] == ["127.0.53.1", "127.0.53.2"]
    assert ping([], rate=1) == []


def test_without_fping_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Fault, match="apt-get install fping"):
        ping(["127.0.0.1"], rate=1)


def test_what_fping_refuses_is_said() -> None:
    with pytest.raises(Fault, match="fping ended with"):
        ping(["no address"], rate=100)
