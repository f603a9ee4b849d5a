"""Address ledgers as cities keep them, taken in."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from chonai.change.model import Key, Record
from chonai.operations.addressing import Guard
from chonai.operations.files import File
from chonai.text.messages import Message, message
from tests.unit.addressing.sheets import Rows, book, changed, taken_in, warned, wrong
from tests.unit.addressing.town import NORTH, OFFICE, address, ended, prefix, state

SEGMENT: Rows = [
    ["セグメント", "10.20.1.0／24", None, "VLAN ID", "１００"],
    ["No.", "ＩＰアドレス", "機器名", "所属", "用途", "状態", "備考"],
    [1, "10.20.1.0", "ネットワーク", None, None, None, None],
    [2, "10.20.1.1", "GW", None, None, None, None],
    ["■ 税務課", None, None, None, None, None, None],
    [3, "１０．２０．１．１０", "ＰＣ０１０", "税務課", "端末", "使用中", None],
    [4, "10.20.1.11", "pc011", "税務課", "端末", "予約", "R8.9 設置"],
    [None, None, None, None, None, None, None],
    [5, "10.20.1.12～14", None, "市民課", "端末", "使用中", None],
    [6, "10.20.1.15", None, None, None, "空き", None],
    [7, "10.20.1.16", None, None, None, None, None],
    [8, "10.20.1.200-10.20.1.220", "DHCP", None, None, None, None],
    [9, "10.20.1.230～10.20.1.239", None, None, "プリンタ", None, None],
    [10, "10.20.1.255", "ブロードキャスト", None, None, None, None],
    ["合計", "6", None, None, None, None, None],
]


def test_a_sheet_of_a_segment_as_cities_keep_it() -> None:
    town = state()
    outcome = taken_in(town, book({"3F": SEGMENT}))
    made = changed(town, outcome)
    assert set(made) == {
        "100", "10.20.1.0/24 (hall-office)", "10.20.1.1", "10.20.1.10 (PC010)", "10.20.1.11 (pc011)",
        "10.20.1.12", "10.20.1.13", "10.20.1.14", "10.20.1.200 (10.20.1.220)", "10.20.1.230 (10.20.1.239)",
    }  # fmt: skip
    assert made["10.20.1.0/24 (hall-office)"] == {"vlan": "vlan:new:site/本庁舎/100"}
    assert made["100"]["site"] == "site:hall"
    assert made["10.20.1.1"]["role"] == "gateway"
    one = made["10.20.1.10 (PC010)"]
    assert (one["hostname"], one["owner"], one["purpose"], one["status"]) == ("PC010", "税務課", "端末", "in_use")
    reserved = made["10.20.1.11 (pc011)"]
    assert (reserved["status"], reserved["until"]) == ("reserved", "2026-05-01")
    assert made["10.20.1.200 (10.20.1.220)"]["issuable"] is False
    assert (made["10.20.1.230 (10.20.1.239)"]["issuable"], made["10.20.1.230 (10.20.1.239)"]["purpose"]) == (
        True, "プリンタ",
    )  # fmt: skip
    assert reserved["note"] == "R8.9 設置"


def test_a_note_beside_what_nobody_has_is_told() -> None:
    rows = [
        ["アドレス", "ホスト名", "状態", "備考"],
        ["10.20.1.20", None, "空き", "故障"],
        ["10.20.1.21", None, None, "予備"],
        ["10.20.1.100", "DHCP", None, "3F"],
        ["10.20.1.101", "DHCP", None, "4F"],
    ]
    town = state()
    outcome = taken_in(town, book({"台帳": rows}))
    assert sorted(changed(town, outcome)) == ["10.20.1.100", "10.20.1.101"]
    told = "\n".join(warned(outcome))
    assert "台帳!D2" in told
    assert "故障" in told
    assert "台帳!D3" in told


def test_the_same_workbook_again_plans_nothing() -> None:
    town = state()
    first = taken_in(town, book({"3F": SEGMENT}))
    assert changed(town, first)
    again = taken_in(first.desired, book({"3F": SEGMENT}))
    assert changed(first.desired, again) == {}


RANGES = """
10.20.1.10～12 10.20.1.10〜12 10.20.1.10-10.20.1.12 １０．２０．１．１０－１２ 10.20.1.10‐12 10.20.1.10~.12
010.020.001.010～010.020.001.012
""".split()


@pytest.mark.parametrize("cell", RANGES)
def test_ranges_in_every_way_of_writing(cell: str) -> None:
    town = state()
    made = changed(town, taken_in(town, book({"a": [["IP", "所属"], [cell, "税務課"]]})))
    assert sorted(made) == ["10.20.1.10", "10.20.1.11", "10.20.1.12"]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_a_csv_in_whatever_encoding(encoding: str) -> None:
    header = "アドレス台帳\r\nＩＰ,ホスト名,所属,VLAN,状態\r\n"
    text = f"{header}10.20.1.10,pc010,税務課,,使用中\r\n10.20.1.10,pc011,市民課,,使用中\r\n"
    outcome = taken_in(state(), File("台帳.csv", text.encode(encoding)))
    assert wrong(outcome) == [("A4", "sheet_double")]
    assert "台帳.csv 4行目 ＩＰ A4「10.20.1.10」: A3 にもあります" in outcome.problems[0].render("ja")


def test_everything_wrong_at_once_with_its_cell() -> None:
    rows = [
        ["IPアドレス", "ホスト名", "状態", "期限"],
        ["10.20.1.300", "a", None, None],
        ["10.20.1.10", "pc_010", None, None],
        ["10.20.1.11", "pc011", "つかってます", None],
        ["10.20.1.11", "pc012", None, None],
        ["10.99.1.1", "pc 013", None, "2026-05-01"],
        ["10.20.1.20～10", "pc014", None, None],
        ["10.20.1.255", "pc015", None, None],
        ["10.20.1.①", "pc016", None, None],
        ["10.20.1.30～31", "pc017", None, None],
        ["10.20.1.32", "pc018", "予約", "いつか"],
        ["10.20.1.33", "pc019", "空き", None],
        [None, "pc020", None, None],
        ["10.20.1.34", "pc021", "使用中", "2026-05-01"],
    ]
    assert wrong(taken_in(state(), book({"台帳": rows}))) == [
        ("台帳!A2", "no_address"),
        ("台帳!B3", "sheet_no_hostname"),
        ("台帳!C4", "unknown_value"),
        ("台帳!A6", "sheet_no_prefix"),
        ("台帳!D6", "sheet_until"),
        ("台帳!B6", "sheet_no_hostname"),
        ("台帳!A7", "sheet_backwards"),
        ("台帳!A9", "sheet_strange_digit"),
        ("台帳!B10", "sheet_one_host"),
        ("台帳!D11", "date_unknown_form"),
        ("台帳!C12", "sheet_free_host"),
        ("台帳!B13", "sheet_blank"),
        ("台帳!D14", "sheet_until"),
        ("台帳!A8", "sheet_no_host"),
    ]


def test_networks_and_vlans_that_cannot_be() -> None:
    rows = [
        ["ネットワーク", "VRF", "VLAN", "VLAN名", "ゲートウェイ", "拠点"],
        ["10.20.1.128/25", "lgwan", None, None, None, None],
        ["10.20.9.0/24", "lgwan", 100, "事務", "10.20.8.1", "北支所"],
        ["10.20.9.128/25", "lgwan", 100, "総務", None, "北支所"],
        ["10.20.10.1/24", "lgwan", None, None, None, None],
        ["10.20.11.0/24", "lgwan", 4095, None, None, None],
        ["10.20.12.0/24", "nowhere", None, None, None, "南支所"],
        ["10.20.9.0/24", "lgwan", None, None, None, None],
    ]
    assert sorted(wrong(taken_in(state(), book({"台帳": rows})))) == [
        ("台帳!A2", "sheet_overlap"),
        ("台帳!A4", "sheet_overlap_row"),
        ("台帳!A5", "no_network"),
        ("台帳!A8", "sheet_double"),
        ("台帳!B7", "sheet_unknown_name"),
        ("台帳!C6", "no_vlan_id"),
        ("台帳!D4", "sheet_contradiction"),
        ("台帳!E3", "sheet_gateway_outside"),
    ]


def test_a_vlan_twice() -> None:
    rows = [["VLAN ID", "名称", "拠点"], [100, "事務", "北支所"], [100, "総務", "北支所"], [100, "事務", "本庁舎"]]
    assert wrong(taken_in(state(), book({"VLAN一覧": rows}))) == [("VLAN一覧!A3", "sheet_double")]


def test_conflicts_with_what_the_ledger_holds() -> None:
    town = state(
        ("address:5", address("10.20.1.5", hostname="pc005")),
        ("address:6", address("10.20.1.6", hostname="pc006", **ended("2026-06-30"))),
        ("address:7", address("10.20.1.7", hostname="pc007", **ended("2026-03-31"))),
        ("address:8", address("10.20.1.8", hostname="pc008")),
    )
    rows = [
        ["アドレス", "ホスト名", "所属", "状態"],
        ["10.20.1.5", "pc005", "税務課", None],
        ["10.20.1.6", "pc006", None, "使用中"],
        ["10.20.1.7", "pc107", "税務課", "使用中"],
        ["10.20.1.8", None, None, "空き"],
    ]
    assert wrong(taken_in(town, book({"台帳": rows}))) == [
        ("台帳!C2", "sheet_ledger_differs"),
        ("台帳!D3", "sheet_fixed"),
        ("台帳!D5", "sheet_not_free"),
    ]
    only = [rows[0], rows[1], rows[3]]
    made = changed(town, taken_in(town, book({"台帳": only}), overwrites=True))
    assert made["10.20.1.5 (pc005)"] == {"owner": "税務課"}
    again = made["10.20.1.7 (pc007)"]
    assert (again["hostname"], again["status"], again["until"], again["owner"]) == ("pc107", "in_use", None, "税務課")


def test_merged_cells_comments_hidden_sheets_and_covers() -> None:
    def more(sheet: Worksheet) -> None:
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("C3:C4")
        sheet["B3"].comment = Comment("2026 年度に\n更新", "鈴木")
        sheet["A1"].comment = Comment("版", "鈴木")

    rows = [
        ["アドレス管理表"],
        ["セグメント", "IPアドレス", "所属"],
        ["10.20.30.0/24", "10.20.30.10", "税務課"],
        [None, "10.20.30.11", None],
    ]
    town = state()
    file = book({"表紙": [["アドレス台帳"], ["改版履歴", "1.0"]], "台帳": rows}, more)
    outcome = taken_in(town, file, vrf="lgwan", site="北支所", zone="LGWAN系")
    made = changed(town, outcome)
    assert {name: one.get("owner") for name, one in made.items()} == {
        "10.20.30.0/24": None,
        "10.20.30.10": "税務課",
        "10.20.30.11": "税務課",
    }
    assert (made["10.20.30.10"]["note"], made["10.20.30.11"].get("note")) == ("2026 年度に 更新", None)
    assert (made["10.20.30.0/24"]["site"], made["10.20.30.0/24"]["zone"]) == (NORTH, "zone:lgwan")
    told = "\n".join(warned(outcome))
    assert "the sheet 表紙 has no table" in told
    assert "台帳!A1: the comment is not taken in: 版" in told
    assert "台帳!B3" not in told


def test_sections_change_the_network_and_last_octets_stand_for_addresses() -> None:
    rows = [
        ["IP", "ホスト名"],
        ["■VLAN100 (10.20.30.0/24) 3F"],
        [10, "pc010"],
        [".11", "pc011"],
        ["■VLAN101", "10.20.31.0/24"],
        [10, "pc110"],
    ]
    town = state()
    made = changed(town, taken_in(town, book({"台帳": rows}), vrf="lgwan"))
    assert sorted(made) == [
        "10.20.30.0/24", "10.20.30.10 (pc010)", "10.20.30.11 (pc011)", "10.20.31.0/24", "10.20.31.10 (pc110)",
        "100", "101",
    ]  # fmt: skip
    assert made["10.20.31.0/24"]["vlan"] == "vlan:new:site//101"


def test_a_sheet_is_named_for_its_vlan_and_several_tables_stand_on_it() -> None:
    rows = [
        ["セグメント: 10.20.30.0/24", None],
        ["IPアドレス", "ホスト名"],
        ["10.20.30.10", "pc010"],
        [],
        ["機器名", "機種", "シリアル番号"],
        ["■ 3F"],
        ["sw-hon-3f-01", "C9200", "FOC1"],
    ]
    town = state()
    made = changed(town, taken_in(town, book({"VLAN 120": rows}), vrf="lgwan"))
    assert sorted(made) == ["10.20.30.0/24", "10.20.30.10 (pc010)", "120", "sw-hon-3f-01"]
    assert made["sw-hon-3f-01"]["serial"] == "FOC1"


def test_dhcp_line_by_line_is_one_range_and_stays_it() -> None:
    town = state()
    rows = [["IP", "用途"], *([f"10.20.1.{n}", "DHCP"] for n in range(100, 120)), ["10.20.1.130", "DHCP"]]
    outcome = taken_in(town, book({"台帳": rows}))
    assert sorted(changed(town, outcome)) == ["10.20.1.100 (10.20.1.119)", "10.20.1.130"]
    assert changed(outcome.desired, taken_in(outcome.desired, book({"台帳": rows}))) == {}


def test_which_vrf_must_be_known() -> None:
    rows = [["アドレス", "セグメント", "ホスト名"], ["10.50.0.5", "10.50.0.0/24", "a"]]
    assert wrong(taken_in(state(), book({"台帳": rows}))) == [("台帳!B2", "sheet_no_vrf")]


def test_ranges_of_the_ledger_are_kept() -> None:
    closed = ("range:1", {"prefix": OFFICE, "first": "10.20.1.100", "last": "10.20.1.119", "issuable": False})
    town = state(closed, ("address:5", address("10.20.1.5")), ("prefix:x", prefix("10.20.2.0/24")))  # type: ignore[arg-type]
    rows = [
        ["先頭", "末尾", "払出", "用途"],
        ["10.20.1.110", "10.20.1.130", "可", None],
        ["10.20.1.1", "10.20.1.9", "不可", None],
        ["10.20.1.250", "10.20.2.9", "可", None],
    ]
    hosts = [["アドレス", "ホスト名"], ["10.20.1.105", "a"]]
    assert sorted(wrong(taken_in(town, book({"範囲": rows, "台帳": hosts})))) == [
        ("台帳!A2", "sheet_closed"),
        ("範囲!A2", "sheet_range_overlap"),
        ("範囲!A3", "sheet_range_covers"),
        ("範囲!A4", "sheet_range_outside"),
    ]


def test_a_hidden_sheet_is_told_and_not_read() -> None:
    def more(sheet: Worksheet) -> None:
        sheet.sheet_state = "hidden"

    rows = [["IP", "ホスト名"], ["10.20.1.10", "pc010"]]
    outcome = taken_in(state(), book({"台帳": rows, "旧": [["IP", "ホスト名"], ["10.20.1.11", "old"]]}, more))
    assert list(changed(state(), outcome)) == ["10.20.1.10 (pc010)"]
    assert "台帳.xlsx: the sheet 旧 is hidden and was not read. Show it if it belongs to the ledger." in warned(outcome)


def test_a_network_by_its_name_and_with_a_mask_of_its_own() -> None:
    rows = [
        ["セグメント", "サブネットマスク", "IPアドレス", "ホスト名", "デフォルトゲートウェイ"],
        ["hall-office", None, "10.20.1.10", "pc010", "10.20.1.1"],
        ["10.20.40.0", "２５５．２５５．２５５．０", "10.20.40.10", "pc410", "10.20.40.254"],
        ["3F", None, "10.20.1.11", "pc011", None],
        ["10.20.40.0", "255.255.255.0", "10.20.40.11", "pc411", "10.20.40.1"],
    ]
    town = state()
    assert wrong(taken_in(town, book({"台帳": rows}), vrf="lgwan")) == [
        ("台帳!A4", "sheet_no_length"),
        ("台帳!E5", "sheet_contradiction"),
    ]
    made = changed(town, taken_in(town, book({"台帳": rows[:3]}), vrf="lgwan"))
    assert (made["10.20.40.0/24"]["gateway"], made["10.20.1.10 (pc010)"]["prefix"]) == ("10.20.40.254", OFFICE)


def test_a_vlan_of_several_sites_has_to_say_which() -> None:
    two = [(f"vlan:{site}", {"vid": 100, "site": site, "status": "in_use"}) for site in (NORTH, "site:hall")]
    town = state(*two)  # type: ignore[arg-type]  # values of a record
    rows = [
        ["ネットワーク", "VRF", "VLAN"],
        ["10.20.40.0/24", "lgwan", "100"],
        ["10.20.41.0/24", "lgwan", "100 (拠点 北支所)"],
    ]
    outcome = taken_in(town, book({"台帳": rows}))
    assert wrong(outcome) == [("台帳!C2", "sheet_vlans")]
    assert "本庁舎" in outcome.problems[0].render("ja")
    made = changed(town, taken_in(town, book({"台帳": [rows[0], rows[2]]})))
    assert made["10.20.41.0/24"]["vlan"] == f"vlan:{NORTH}"
    placed = changed(town, taken_in(town, book({"台帳": rows[:2]}), site="本庁舎"))
    assert placed["10.20.40.0/24"]["vlan"] == "vlan:site:hall"


def test_gateways_containers_and_what_is_protected() -> None:
    town = state()
    rows = [
        ["アドレス", "ネットワーク", "ホスト名", "役割"],
        ["10.20.1.1", None, "pc001", "ホスト"],
        ["10.20.1.2", None, "gw2", "ゲートウェイ"],
        ["10.20.77.1", "10.20.0.0/16", "pc771", None],
        ["10.20.1.5", None, "pc005", None],
    ]
    office = Key.parse(OFFICE)
    outcome = taken_in(town, book({"台帳": rows}), guard=Guard({office: message("addressing.no_address")}))
    assert wrong(outcome) == [
        ("台帳!A3", "sheet_fixed"),
        ("台帳!A2", "sheet_gateway"),
        ("台帳!A2", "protected"),
        ("台帳!A3", "sheet_gateway"),
        ("台帳!A3", "protected"),
        ("台帳!A4", "sheet_container"),
        ("台帳!A5", "protected"),
    ]


def test_nothing_new_reaches_into_a_protected_network_or_has_a_protected_name() -> None:
    rows = [
        ["ネットワーク", "VRF", "種別"],
        ["10.254.0.0/15", "lgwan", "まとめ用"],
        ["10.253.0.0/24", "lgwan", None],
    ]
    guard = Guard(networks=[ip_network("10.255.0.0/16")], forbids=_no_core)
    assert wrong(taken_in(state(), book({"台帳": rows}), guard=guard)) == [("台帳!A2", "closed")]
    hosts = [["アドレス", "ホスト名"], ["10.20.1.9", "core-sw1"]]
    assert wrong(taken_in(state(), book({"台帳": hosts}), guard=guard)) == [("台帳!A2", "protected")]


def _no_core(record: Record) -> Message | None:
    name = str(record.get("hostname"))
    return message("ipam.protected_name", name=name, pattern="core-*") if name.startswith("core-") else None


def test_names_that_dns_does_not_follow_are_told() -> None:
    town = state(("address:5", address("10.20.1.5", hostname="pc005")))
    rows = [["アドレス", "ホスト名"], ["10.20.1.5", "pc099"]]
    outcome = taken_in(town, book({"台帳": rows}), overwrites=True)
    assert [one.code for one in outcome.warnings] == ["addressing.sheet_names"]
    same = taken_in(town, book({"台帳": [rows[0], ["10.20.1.5", "pc005"]]}), overwrites=True)
    assert not same.warnings


def test_a_header_on_two_rows() -> None:
    def more(sheet: Worksheet) -> None:
        for cells in ("A1:A2", "B1:C1"):
            sheet.merge_cells(cells)

    rows = [["IPアドレス", "利用", None], [None, "課", "目的"], ["10.20.1.10", "税務課", "端末"]]
    made = changed(state(), taken_in(state(), book({"台帳": rows}, more)))["10.20.1.10"]
    assert (made["owner"], made["purpose"]) == ("税務課", "端末")


def test_a_file_that_is_no_ledger_is_said() -> None:
    [problem] = taken_in(state(), book({"台帳": [["氏名", "電話"], ["佐藤", "0598"]]})).problems
    assert "There is no table of addresses" in problem.render("en")
    [problem] = taken_in(state(), File("台帳.xlsx", b"PK\x03\x04broken")).problems
    assert "台帳.xlsx" in problem.render("ja")


def test_headings_of_the_policy_count_where_they_mean_nothing_else() -> None:
    """機器名 is a request's name in this city's policy; in a ledger it is a device all the same."""
    policy = {"columns": {"owner": ["使用グループ"], "name": ["機器名"]}}
    rows = [["IP", "機器名", "使用グループ"], ["10.20.1.10", "pc010", "税務課"]]
    made = changed(state(), taken_in(state(), book({"台帳": rows}), policy=policy))
    assert made["10.20.1.10 (pc010)"]["owner"] == "税務課"


def test_what_is_said_to_be_free_is_nobodys() -> None:
    town = state(("vlan:1", {"vid": 120, "site": NORTH, "status": "in_use", "name": "kita"}))
    vlans = [["VLAN ID", "名称", "拠点", "状態"], [120, None, "北支所", "空き"], [121, None, "北支所", "空き"]]
    hosts = [["IP", "所属", "状態"], ["10.20.1.10～12", None, "空き"], ["10.20.1.11", "税務課", None]]
    assert wrong(taken_in(town, book({"VLAN一覧": vlans, "台帳": hosts}))) == [
        ("VLAN一覧!D2", "sheet_not_free"),
        ("台帳!C2", "sheet_double"),
    ]


def test_a_dash_is_nothing_and_what_a_table_is_about_must_be_there() -> None:
    dashes = [
        ["IP", "ホスト名", "所属", "状態"],
        ["10.20.1.10", "-", "ー", "―"],
        ["10.20.1.11", "pc011", "－", "使用中"],
    ]
    assert list(changed(state(), taken_in(state(), book({"台帳": dashes})))) == ["10.20.1.11 (pc011)"]
    ranges = [["先頭", "末尾", "用途"], ["10.20.1.20", None, "端末"]]
    ports = [["機器名", "インターフェース", "管理用"], ["sw1", None, "はい"]]
    assert wrong(taken_in(state(), book({"範囲": ranges, "ポート": ports}))) == [
        ("範囲!A2", "sheet_blank"),
        ("ポート!A2", "sheet_unknown_name"),
        ("ポート!A2", "sheet_blank"),
    ]
