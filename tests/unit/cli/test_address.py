"""The address ledger at the command line, and as an Ansible inventory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from chonai.change.holds import Hold
from chonai.change.model import Action, Change, Key, Record
from chonai.systems.ipam import connect
from tests.house.tree import ROOT
from tests.unit.addressing.town import NORTH, address, ended, prefix, state
from tests.unit.change.examples import change_set
from tests.unit.change.people import NOW
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town
from tests.unit.store.facts import SEAL

DEVICES: list[tuple[str, Record]] = [
    ("device:d", {"name": "l2-kita-01", "site": NORTH, "zone": "zone:lgwan", "platform": "ios"}),
    ("interface:i", {"device": "device:d", "name": "Vlan90", "management": True}),
    ("device:x", {"name": "no-address", "site": NORTH}),
]


@pytest.fixture
def ledger(town: Town) -> Town:
    """The town with a ledger among its systems."""
    path = town.folder / "ledger.db"
    objects = [(str(key), record) for key, record in state().items()]
    objects += [
        *DEVICES,
        ("vlan:1", {"vid": 120, "site": NORTH, "status": "in_use", "name": "kita"}),
        ("prefix:n", prefix("10.20.3.0/29", name="kita", vlan="vlan:1", site=NORTH, zone="zone:lgwan")),
        ("address:5", address("10.20.1.5", hostname="pc005", purpose="端末")),
        ("address:6", address("10.20.1.6", hostname="pc006", owner="税務課", **ended("2020-01-01"))),
        ("address:7", address("10.20.1.7", owner="税務課", **ended("2099-12-31"))),
        ("address:s", {**address("10.20.3.2", hostname="l2-kita-01", interface="interface:i"), "prefix": "prefix:n"}),
        ("address:t", {**address("10.20.3.1", interface="interface:i"), "prefix": "prefix:n"}),
    ]
    with connect({"name": "ledger", "url": str(path)}) as system:
        for key, record in objects:
            [made] = system.apply([Change(Action.CREATE, Key.parse(key), {}, record, "")], lambda *_: "")
            assert made.error is None, str(made.error)
    hosts = {"ledger": {"chonai_system": {"kind": "ipam", "url": str(path)}}}
    (town.folder / "hosts.yml").write_text(json.dumps({"all": {"hosts": hosts}}))
    return town


@pytest.mark.usefixtures("ledger")
def test_prefixes_with_how_full_they_are(run: Run) -> None:
    told = run("address", "list")
    assert told.code == 0
    header, container, office, kita = told.out.splitlines()
    assert header.split()[:3] == ["network", "used", "%"]
    assert container.split()[:4] == ["10.20.0.0/16", "[#.........]", "0.4", "65,272"]
    assert office.split()[:4] == ["10.20.1.0/24", "[#.........]", "1.2", "251"]
    assert kita.split() == ["10.20.3.0/29", "[###.......]", "33.3", "4", "120", "kita", "LGWAN系", "北支所"]
    [_, _, row] = json.loads(run("address", "list", "--format", "json").out)["prefixes"]
    assert (row["network"], row["size"], row["taken"], row["percent"]) == ("10.20.3.0/29", 6, 2, 33.3)


def test_addresses_of_a_prefix_and_who_holds_them(ledger: Town, run: Run) -> None:
    with ledger.open() as site:
        wanted = site.store.holds.wanted([Hold("ledger", "address", "10.20.1.5", "object", "address:5", "address:5")])
        holder = replace(change_set(), id="20260401-holder")
        site.store.change_sets.add(holder, SEAL, NOW, wanted=wanted)
    rows = json.loads(run("address", "list", "hall-office", "--format", "json").out)["objects"]
    assert [(row["value"], row["status"], row["held_by"]) for row in rows] == [
        ("10.20.1.5", "in_use", "20260401-holder"),
        ("10.20.1.7", "retired", ""),
    ]
    assert run("address", "list", "10.20.1.0/24").out.splitlines()[1].endswith("20260401-holder")


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("10.20.1.5", ["10.20.1.5"]),
        ("ｐｃ００５", ["10.20.1.5"]),
        ("税務課", ["10.20.1.6", "10.20.1.7"]),
        ("120", ["120"]),
        ("kita", ["120", "10.20.3.0/29"]),
        ("l2-kita-01", ["10.20.3.1", "10.20.3.2"]),
        ("端末", ["10.20.1.5"]),
    ],
)
def test_everything_is_found_by_its_words(run: Run, word: str, values: list[str]) -> None:
    told = run("address", "find", word, "--format", "json")
    assert [row["value"] for row in json.loads(told.out)["objects"]] == values
    assert told.code == 0
    assert run("address", "find", word).out.splitlines()[1].startswith(values[0])


@pytest.mark.usefixtures("ledger")
def test_what_nobody_has(run: Run) -> None:
    told = run("address", "find", "nobody")
    assert (told.code, told.out) == (1, "")
    assert "nobody" in told.err
    assert run("address", "free", "10.20.1.0/24", "--count", 4).out.split() == [
        "10.20.1.2",
        "10.20.1.3",
        "10.20.1.4",
        "10.20.1.6",
    ]
    found = json.loads(run("address", "free", "kita", "--format", "json").out)
    assert found["free"] == {"prefix": "kita", "addresses": ["10.20.3.3", "10.20.3.4", "10.20.3.5", "10.20.3.6"]}


def test_what_the_policy_keeps_is_not_free(ledger: Town, run: Run) -> None:
    inventory = json.loads((ledger.folder / "hosts.yml").read_text())
    rules = [{"purpose": "事務", "zone": "LGWAN系", "leave_free": 9}, {"purpose": "機器"}]
    inventory["all"]["hosts"]["ledger"]["addressing_policy"] = {"rules": rules}
    (ledger.folder / "hosts.yml").write_text(json.dumps(inventory))
    assert run("address", "free", "hall-office", "--count", 2).out.split() == ["10.20.1.10", "10.20.1.11"]
    assert run("address", "free", "hall-office", "--purpose", "機器", "--count", 1).out.split() == ["10.20.1.10"]


def test_the_ledger_as_a_workbook_to_print(ledger: Town, run: Run) -> None:
    told = run("address", "export", "台帳.xlsx")
    assert told.code == 0, told.err
    path = ledger.folder / "台帳.xlsx"
    assert path.stat().st_mode & 0o777 == 0o600
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "系", "拠点", "VRF", "VLAN", "ネットワーク", "範囲", "機器", "インターフェース", "アドレス",
    ]  # fmt: skip
    for sheet in book.worksheets:
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "landscape", None, 0)
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.print_title_rows) == (True, "$1:$1")
        assert sheet.freeze_panes == "A2"
    rows = [[cell or "" for cell in row] for row in book["アドレス"].iter_rows(values_only=True)]
    assert rows[0][:5] == ["アドレス", "ネットワーク", "VRF", "役割", "ホスト名"]
    assert rows[1][:5] == ["10.20.1.5", "10.20.1.0/24", "lgwan", "ホスト", "pc005"]
    assert [row[8] for row in rows[1:4]] == ["使用中", "廃止", "廃止"]
    assert rows[5][6:8] == ["l2-kita-01", "Vlan90"]
    assert run("address", "export", "台帳.xlsx").code == 2


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["list", "nowhere"], "is not one prefix"),
        (["free", "10.20.0.0/16"], "No addresses are given"),
        (["list", "--ledger", "lgwan_ad"], "kind ipam or netbox: ledger"),
    ],
)
def test_what_is_not_there_is_said(run: Run, arguments: list[str], says: str) -> None:
    told = run("address", *arguments)
    assert (told.code, told.out) == (2, "")
    assert says in told.err


def test_devices_are_an_inventory(ledger: Town) -> None:
    source = ledger.folder / "elsewhere" / "ledger.yml"
    source.parent.mkdir()
    source.write_text(
        "plugin: chonai.ops.ledger\nkeyed_groups: [{key: ledger_platform, prefix: platform}]\n", encoding="utf-8"
    )
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections")}
    command = [str(Path(sys.executable).parent / "ansible-inventory"), "-i", str(source), "--list"]
    told = subprocess.run(command, env=environment, cwd=ledger.folder, capture_output=True, text=True, check=True)
    found = json.loads(told.stdout)
    # What comes from a plugin is data and never a template.
    unwrapped = {
        host: {name: value["__ansible_unsafe"] for name, value in own.items()}
        for host, own in found["_meta"]["hostvars"].items()
    }
    assert unwrapped == {
        "l2-kita-01": {
            "ansible_host": "10.20.3.1",
            "ledger_platform": "ios",
            "ledger_site": "北支所",
            "ledger_zone": "LGWAN系",
        }
    }
    assert {name: group["hosts"] for name, group in found.items() if "hosts" in group} == {
        "zone_LGWAN系": ["l2-kita-01"],
        "site_北支所": ["l2-kita-01"],
        "platform_ios": ["l2-kita-01"],
    }
