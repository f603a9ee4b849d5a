"""Requests as people write them: the same in YAML, CSV and xlsx, and everything wrong at once."""

from __future__ import annotations

import io
from collections.abc import Sequence

import openpyxl
import pytest

from chonai.change.errors import InputError
from chonai.operations.addressing import AddressingPolicy, Request, addressing_policy, read_request
from chonai.operations.files import File
from chonai.text.messages import message
from tests.unit.addressing.town import POLICY, file

RULES = addressing_policy(POLICY)
HEADER = "申請番号 項目 操作 種類 拠点 用途 VLAN ネットワーク アドレス ホスト名 利用課 期限".split()
ROWS = [
    ["R8-1", "v", "払出", "VLAN", "北支所", "事務", "", "", "", "", "市民課", ""],
    ["R8-1", "p", "払い出し", "サブネット", "北支所", "事務", "v", "", "", "", "市民課", ""],
    ["R8-1", "", "予約", "ＩＰアドレス", "", "", "", "p", "", "pc001", "市民課", "令和8年4月30日"],
]


def csv(rows: Sequence[Sequence[str]], encoding: str = "cp932") -> File:
    return File("request.csv", "\r\n".join(",".join(row) for row in [HEADER, *rows]).encode(encoding))


def workbook(rows: Sequence[Sequence[str]]) -> File:
    book = openpyxl.Workbook()
    for row in [["IPアドレス払出申請書"], HEADER, *rows]:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return File("request.xlsx", data.getvalue())


def told(request: Request) -> list[tuple[str, str, str]]:
    return [(item.action, item.type, item.name) for item in request.items]


@pytest.mark.parametrize("asked", [csv(ROWS), csv(ROWS, "utf-8-sig"), workbook(ROWS)])
def test_tables_of_all_kinds(asked: File) -> None:
    request = read_request(asked, RULES)
    assert not request.problems
    assert told(request) == [("issue", "vlan", "v"), ("issue", "prefix", "p"), ("reserve", "address", "pc001")]
    assert str(request.items[2].until) == "2026-04-30"


def test_yaml_says_what_holds_for_all_once_and_several_host_names() -> None:
    asked = file({"action": "issue", "type": "address", "prefix": "p", "item": "pcs", "hostnames": ["a", "b"]})
    request = read_request(asked, RULES)
    assert told(request) == [("issue", "address", "pcs/a"), ("issue", "address", "pcs/b")]
    assert {(item.request, item["owner"], item["hostname"]) for item in request.items} == {
        ("R8-1", "北支所", "a"),
        ("R8-1", "北支所", "b"),
    }


def test_yaml_keeps_texts_as_they_are_written() -> None:
    data = b"request: 010\nitems:\n- {action: issue, type: vlan, vlan: 0120, owner: no}\n"
    [item] = read_request(File("r.yml", data), RULES).items
    assert (item.request, item["vlan"], item["owner"]) == ("010", "0120", "no")


def test_two_spellings_of_one_name_are_one_item() -> None:
    rows = [["R8-1", name, "払出", "VLAN", "北支所", "事務", "", "", "", "", "", ""] for name in ("pc-a", "ＰＣ－Ａ")]
    [problem] = read_request(csv(rows), RULES).problems
    assert "row 2" in str(problem)


def problems(asked: File) -> list[str]:
    return [str(one) for one in read_request(asked, RULES).problems]


def test_everything_wrong_in_a_table_with_its_cell() -> None:
    rows = [
        ["R8-1", "a", "貸出", "VLAN", "", "", "", "", "", "", "", ""],
        ["R8-1", "b", "払出", "電話", "", "", "", "", "", "", "", ""],
        ["R8-1", "c", "払出", "アドレス", "", "", "", "", "10.20.1.256", "", "", "4月"],
        ["R8-1", "d", "払出", "サブネット", "", "", "", "10.20.1.1/24", "", "", "", ""],
        ["R8-1", "d", "付替", "サブネット", "", "", "", "", "", "", "", ""],
        ["R8-1", "e", "払出", "VLAN", "", "", "百", "", "", "", "", ""],
    ]
    found = problems(csv(rows))
    assert len(found) == 8
    for place in ("row 2", "row 3", "row 4", "row 5", "row 6", "row 7"):
        assert any(place in one for one in found)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"request: [\n", "text.yaml_unreadable"),
        (b"\xff\xfe", "text.yaml_unreadable"),
        (b"request: R8-1\n", "addressing.no_items"),
        (b"- a\n", "addressing.no_mapping"),
        (b"", "addressing.no_mapping"),
        (b"request: R8-1\ncolour: red\nitems: []\n", "addressing.unknown_word"),
        (b"request: R8-1\nitems: [{action: issue, type: vlan, vid: 5}]\n", "addressing.unknown_word"),
        (b"request: R8-1\nitems: [{action: issue, type: [vlan]}]\n", "addressing.no_text"),
        (b"items: [{action: issue, type: vlan}]\n", "addressing.missing"),
        (b"request: R8-1\nitems: [{action: issue, type: prefix, length: 200}]\n", "addressing.no_length"),
        (
            b"request: R8-1\nitems: [{action: issue, type: prefix, length: " + b"9" * 9000 + b"}]\n",
            "addressing.no_length",
        ),
        (b"request: R8-1\nitems: [{action: issue, type: vlan, vlan: " + b"9" * 9000 + b"}]\n", "addressing.no_vlan_id"),
        (b"request: R8-1\nowner: ~\nitems: []\n", "text.yaml_null"),
        (b"request: R8-1\nitems: &all [*all]\n", "text.yaml_alias"),
        (b"request: R8-1\nitems: " + b"[" * 50_000, "text.yaml_deep"),
        (b'request: R8-1\nitems: [{action: issue, type: vlan, item: "\\ud800"}]\n', "text.yaml_surrogate"),
        (b'request: R8-1\nitems: [{action: issue, type: vlan, item: "a\\tb"}]\n', "addressing.control_character"),
        (b'request: "R8\\n1"\nitems: [{action: issue, type: vlan, item: a}]\n', "addressing.control_character"),
        (b"request: R8-1\nitems: [{action: issue, type: vlan, purpose: x}]\n", "addressing.no_item_name"),
        (b"request: R8-1\nitems: [{type: vlan, action: issue, item: a, item: b}]\n", "text.yaml_double"),
        (b"request: R8-1\nitems: {action: issue}\n", "addressing.no_items"),
        (b"request: R8-1\nitems: [[], a]\n", "addressing.no_mapping"),
        (b"request: R8-1\nitems: [{action: issue, type: address, hostnames: [[x]]}]\n", "addressing.no_text"),
        (
            b"request: R8-1\nitems: [{action: issue, type: address, item: a, until: 2026-02-30}]\n",
            "text.date_impossible",
        ),
    ],
)
def test_yaml_that_is_wrong(data: bytes, code: str) -> None:
    found = read_request(File("request.yml", data), RULES).problems
    codes = {getattr(one.fields.get("what"), "code", one.code) for one in found}
    assert code in codes


def test_a_policy_says_everything_wrong_with_it() -> None:
    wrong = {
        "rules": [{"purpose": "x", "vlans": ["200-100", "x"], "containers": ["10.0.0.1/8", "10.0.0.0/25"]}],
        "language": "fr",
        "warn": 5,
    }
    with pytest.raises(InputError) as caught:
        addressing_policy(wrong)
    assert [detail.code for detail in caught.value.details] == ["policy.unknown"]
    del wrong["warn"]
    with pytest.raises(InputError) as caught:
        addressing_policy(wrong)
    assert [(detail.code, detail.fields["path"]) for detail in caught.value.details] == [
        ("addressing.policy_vlans", "addressing_policy.rules[0].vlans"),
        ("addressing.policy_vlans", "addressing_policy.rules[0].vlans"),
        ("addressing.policy_network", "addressing_policy.rules[0].containers"),
        ("addressing.policy_length", "addressing_policy.rules[0].length"),
        ("policy.missing", "addressing_policy.rules[0].vrf"),
        ("policy.word", "addressing_policy.language"),
    ]


def test_columns_of_the_policy_that_contradict_each_other() -> None:
    with pytest.raises(InputError) as caught:
        read_request(csv(ROWS), AddressingPolicy(columns={"item": ("操作",)}))
    assert caught.value.message.code == message("addressing.policy_columns").code
