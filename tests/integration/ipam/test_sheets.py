"""A city's spreadsheet becomes a ledger, the ledger a spreadsheet, and that an equal ledger; on both databases."""

from __future__ import annotations

import pytest

from chonai.change.errors import InputError
from chonai.change.model import Plan
from chonai.operations.addressing import SCOPE
from chonai.operations.addressing.model import ADDRESS
from chonai.operations.files import File
from chonai.site import Site
from chonai.site.ledger_sheets import HandedIn, Terms, export_ledger, plan_ledger_import
from chonai.site.ledgers import Ledger
from chonai.site.systems import connect
from chonai.site.undoing import undo
from chonai.store.holds import View
from tests.integration.ipam.office import DAY, POLICY, SYSTEM, Office, apply, hosts, sealed
from tests.integration.ipam.sealing import seal_anew
from tests.property.addressing.test_sheets import by_name
from tests.unit.addressing.sheets import book

SHEET = book(
    {
        "拠点": [["拠点", "説明"], ["北支所", None]],
        "VLAN120": [
            ["セグメント", "10.50.1.0/24", "拠点", "北支所"],
            ["IPアドレス", "ホスト名", "所属", "状態"],
            ["10.50.1.1", "GW", None, None],
            ["10.50.1.10～12", None, "税務課", "予約"],
            ["１０．５０．１．２０", "pc020", "市民課", "使用中"],
            ["10.50.1.200-250", "DHCP", None, None],
        ],
        "機器": [["機器名", "拠点", "機種"], ["sw-kita-01", "北支所", "C9200"]],
    }
)


def plan_of(office: Office, file: File, view: View) -> Plan:
    """The plan that takes a file in."""
    handed_in = HandedIn(file, Terms(DAY), view)
    return plan_ledger_import(system=SYSTEM, settings=office.settings, policy=POLICY, handed_in=handed_in)


def take_in(office: Office, site: Site, file: File) -> str:
    """Plan, seal and apply; the change set."""
    id_ = seal_anew(site, office.author, SYSTEM, lambda view: [plan_of(office, file, view)]).change_set.id
    apply(office, site, id_)
    return id_


def ledger_of(office: Office) -> Ledger:
    """The ledger as it is."""
    with connect(SYSTEM, office.settings) as system:
        return Ledger(system.observe(SCOPE).state, (), DAY, name=SYSTEM)


def test_a_spreadsheet_is_taken_in_once_and_undone(office: Office) -> None:
    with office.site() as site:
        before = ledger_of(office).state
        id_ = take_in(office, site, SHEET)
        found = ledger_of(office).state
        assert sorted(str(one["address"]) for key, one in found.items() if key.type == ADDRESS) == [
            "10.50.1.1", "10.50.1.10", "10.50.1.11", "10.50.1.12", "10.50.1.20",
        ]  # fmt: skip
        again = plan_of(office, SHEET, site.store.holds.view(SYSTEM))
        assert (again.changes, again.problems) == ((), ())
        apply(office, site, undo(site, id_, {SYSTEM: office.settings}, office.author).change_set.id)
        assert ledger_of(office).state == before


def test_what_is_exported_comes_back_as_it_was(office: Office) -> None:
    with office.site() as site:
        take_in(office, site, SHEET)
        apply(office, site, sealed(office, site, hosts("R8-1", ["pc1", "pc2"])))
        ledger = ledger_of(office)
        file = File("export.xlsx", export_ledger(site, ledger, "ja"))
        again = plan_of(office, file, site.store.holds.view(SYSTEM))
        assert (again.changes, again.problems) == ((), ())
    empty = Office(office.folder, office.people, f"sqlite:///{office.folder}/s.db", f"sqlite:///{office.folder}/l.db")
    with empty.site() as site:
        take_in(empty, site, file)
    assert by_name(ledger_of(empty).state) == by_name(ledger.state)


def test_what_somebody_else_waits_for_is_not_taken_in(office: Office) -> None:
    with office.site() as site:
        waiting = sealed(office, site, hosts("R8-1", ["pc1"]))
        rows = [["IPアドレス", "ホスト名"], ["10.40.0.2", "other"], ["10.40.0.3", "free"]]
        with pytest.raises(InputError) as caught:
            take_in(office, site, book({"台帳": rows}))
        assert waiting in str(caught.value)
        assert "台帳!A2" in str(caught.value)
        assert "台帳!A3" not in str(caught.value)
