"""The reality check of the address ledger at the command line. Pings and name servers: tests/integration/audit."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest

from chonai.change.model import Action, Change, Key, Record
from chonai.systems.ipam import connect
from tests.unit.addressing.town import NORTH, address, ended, prefix
from tests.unit.cli.conftest import Run
from tests.unit.cli.ledger import give_ledger
from tests.unit.cli.town import Town

ARP = """\
sw#show ip arp
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.20.1.1               -   0011.2233.4401  ARPA   Vlan100
Internet  10.20.1.6               2   0011.2233.4406  ARPA   Vlan100
Internet  10.20.1.77              2   0011.2233.4477  ARPA   Vlan100
"""
OBJECTS: list[tuple[str, Record]] = [
    ("address:5", address("10.20.1.5", hostname="=pc005", owner="税務課")),
    ("address:6", address("10.20.1.6", owner="市民課", **ended("2999-01-01"))),
    ("prefix:n", prefix("10.20.3.0/24", site=NORTH)),
    ("address:n", {**address("10.20.3.5"), "prefix": "prefix:n"}),
]


@pytest.fixture
def office(town: Town) -> Town:
    """The town with a ledger, and files of devices in its folder."""
    give_ledger(town, OBJECTS)
    (town.folder / "arp.txt").write_text(ARP)
    (town.folder / "leases").write_text("0 00:11:22:33:44:05 10.20.1.5 pc-x *\n")
    return town


@pytest.mark.usefixtures("office")
def test_findings_in_groups_with_what_to_do(run: Run) -> None:
    told = run("address", "audit", "--arp", "arp.txt", "--leases", "leases")
    assert told.code == 5
    lines = told.out.splitlines()
    assert lines[0] == (
        "3 addresses of the ledger were compared with what was seen within 30 days by: arp.txt (3), leases (1)"
    )
    assert lines[1].endswith("so nothing in them is called unused: 10.20.3.0/24 (lgwan)")
    headings = [line for line in lines if line.startswith(("Conflicting", "Unknown", "Unused"))]
    assert headings == ["Conflicting (2)", "Unknown (1)"]
    row = next(line for line in lines if line.startswith("10.20.1.6"))
    assert row.split()[:4] == ["10.20.1.6", "lgwan", "in", "quarantine"]
    assert row.endswith("given back by 市民課, nobody's until 2999-01-01; seen: 00:11:22:33:44:06, sw Vlan100")
    assert "  unknown: Find out whose it is;" in told.out


@pytest.mark.usefixtures("office")
def test_findings_for_programs(run: Run) -> None:
    told = run("address", "audit", "--arp", "arp.txt", "--format", "json")
    found = json.loads(told.out)
    assert found["schema"] == 1
    assert found["counts"] == {"quarantined": 1, "unknown": 1, "unused": 1}
    assert found["not_looked_at"] == ["10.20.3.0/24 (lgwan)"]
    assert [one["address"] for one in found["findings"]] == ["10.20.1.6", "10.20.1.77", "10.20.1.5"]
    assert found["findings"][1]["macs"] == ["00:11:22:33:44:77"]
    assert found["findings"][1]["ports"] == ["sw Vlan100"]
    assert found["findings"][1]["last_seen"] > "2026"


@pytest.mark.usefixtures("office")
def test_findings_for_a_spreadsheet(run: Run) -> None:
    told = run("--lang", "ja", "address", "audit", "--arp", "arp.txt", "--format", "csv")
    assert told.code == 5
    assert told.raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(told.raw.decode("utf-8-sig"), newline="")))
    assert rows[0][:3] == ["分類", "所見", "アドレス"]
    assert rows[3][:3] == ["使われていない", "未使用", "10.20.1.5"]
    assert "'=pc005" in rows[3]
    assert told.raw.count(b"\r\n") == 4


@pytest.mark.usefixtures("office")
def test_nothing_differs(run: Run, office: Town) -> None:
    (office.folder / "arp.txt").write_text(
        ARP.replace("10.20.1.77 ", "10.20.1.5  ").replace("10.20.1.6 ", "10.20.3.5 ")
    )
    told = run("address", "audit", "--arp", "arp.txt")
    assert (told.code, told.out.splitlines()[-1]) == (0, "Nothing differs.")


@pytest.mark.usefixtures("office")
def test_what_a_file_is_told_to_see(run: Run, office: Town) -> None:
    (office.folder / "a,b.txt").write_text(ARP)
    said = "a,b.txt,vrf=lgwan,site=北支所,at=2026-04-01T09:00"
    told = run("address", "audit", "--arp", said, "--days", 3650, "--format", "json")
    found = json.loads(told.out)
    assert found["sources"] == {"a,b.txt": 3}
    assert found["counts"]["other_site"] == 3
    assert found["findings"][0]["last_seen"].startswith("2026-04-01T")
    assert found["not_looked_at"] == []


@pytest.mark.usefixtures("office")
def test_an_old_file_is_refused_for_nothing_could_be_compared_with_it(run: Run, office: Town) -> None:
    os.utime(office.folder / "arp.txt", (0, 0))
    ended = run("address", "audit", "--arp", "arp.txt")
    assert ended.code == 2
    assert "arp.txt: the newest in it is of 1970-01-01" in ended.err


@pytest.mark.usefixtures("office")
def test_only_some_prefixes(run: Run) -> None:
    found = json.loads(run("address", "audit", "--arp", "arp.txt", "--prefix", "10.20.3.0/24", "--format", "json").out)
    assert (found["findings"], found["checked"]) == ([], 1)


@pytest.mark.usefixtures("office")
def test_everything_wrong_is_named_at_once(run: Run, office: Town) -> None:
    (office.folder / "arp.txt").write_text(ARP.replace("0011.2233.4401", "zz") + "% Bad\n")
    (office.folder / "leases").write_text("0 x y\n0 00:11:22:33:44:05 10.20.1.5 pc-x *\n")
    files = ["--arp", "arp.txt,vrf=x,site=y", "--leases", "leases", "--arp", "gone", "--arp", "arp.txt,at=z"]
    told = run("address", "audit", *files, "--dns", "ledger")
    assert (told.code, told.out) == (2, "")
    first, *faults = told.err.splitlines()
    assert first.startswith("What was named has 8 fault(s).")
    expected = [
        "The ledger has no vrf x.",
        "The ledger has no site y.",
        "ledger is no name server",
        "arp.txt, line 3: Internet",
        "arp.txt, line 6: % Bad",
        "The file gone (arp) does not exist",
        "z is no time",
        "leases, line 1: 0 x y",
    ]
    assert [fault[4 : 4 + len(wanted)] for fault, wanted in zip(faults, expected, strict=True)] == expected


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Name at least one: --dns"),
        (["--arp", "arp.txt", "--prefix", "192.0.2.0/24"], "is not one prefix"),
        (["--ping", "--prefix", "10.20.1.0/24", "--vrf", "nowhere"], "The ledger has no vrf nowhere"),
    ],
)
def test_what_is_not_there_is_said(run: Run, arguments: list[str], says: str) -> None:
    told = run("address", "audit", *arguments)
    assert (told.code, told.out) == (2, "")
    assert says in told.err


def test_pings_are_of_one_vrf(run: Run, office: Town) -> None:
    other = {"network": "10.90.0.0/24", "vrf": "vrf:mynumber", "kind": "assignable", "status": "in_use"}
    with connect({"name": "ledger", "url": str(office.folder / "ledger.db")}) as system:
        system.apply([Change(Action.CREATE, Key("prefix", "m"), {}, other, "")], lambda *_: "")
    told = run("address", "audit", "--ping")
    assert told.code == 2
    assert "several VRFs (lgwan, mynumber)" in told.err


def test_nothing_is_changed(run: Run, office: Town) -> None:
    before = {path: path.read_bytes() for path in _files(office)}
    assert run("address", "audit", "--arp", "arp.txt").code == 5
    assert {path: path.read_bytes() for path in _files(office)} == before


def _files(town: Town) -> list[Path]:
    return [path for path in town.folder.rglob("*") if path.is_file() and path.suffix not in (".db-shm", ".db-wal")]
