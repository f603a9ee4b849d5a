"""Words of a request against what is in the ledger: what does not fit is told, with both sides."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from chonai.change.model import Key, Record
from chonai.operations.addressing import Guard, addressing_policy, plan, read_request
from chonai.text.messages import Message, message
from tests.unit.addressing.town import (
    DAY,
    LGWAN,
    NORTH,
    OFFICE,
    POLICY,
    after,
    asked,
    created,
    file,
    planned,
    prefix,
    said,
    state,
)

ADDRESS: dict[str, object] = {"action": "issue", "type": "address", "prefix": "10.20.1.0/24", "item": "a"}
PREFIX: dict[str, object] = {"action": "issue", "type": "prefix", "site": "北支所", "purpose": "事務", "item": "p"}
VLAN: dict[str, object] = {**PREFIX, "type": "vlan", "item": "v"}
RULES = addressing_policy(POLICY)


@pytest.mark.parametrize(
    ("item", "code", "words"),
    [
        ({**ADDRESS, "zone": "個人番号利用事務系"}, "addressing.elsewhere", ("個人番号利用事務系", "LGWAN系")),
        ({**ADDRESS, "site": "北支所"}, "addressing.elsewhere", ("北支所", "本庁舎")),
        ({**ADDRESS, "purpose": "基幹"}, "addressing.other_vrf", ("mynumber", "lgwan")),
        ({**PREFIX, "zone": "個人番号利用事務系"}, "addressing.elsewhere", ("個人番号利用事務系", "LGWAN系")),
        ({**PREFIX, "vlan": "hall-vlan"}, "addressing.elsewhere", ("北支所", "本庁舎")),
    ],
)
def test_what_lies_in_another_place_than_the_item_says(
    item: dict[str, object], code: str, words: tuple[str, ...]
) -> None:
    vlan = {"vid": 300, "name": "hall-vlan", "site": "site:hall", "zone": "zone:lgwan", "status": "in_use"}
    outcome = asked(state(("vlan:1", vlan)), item)
    assert said(outcome) == [code]
    for word in words:
        assert word in str(outcome.problems[0])


def test_the_same_place_in_words_is_no_problem() -> None:
    item = {**ADDRESS, "zone": "LGWAN系", "site": "本庁舎"}
    assert created(planned(state(), asked(state(), item)), "address") == ["10.20.1.2"]


@pytest.mark.parametrize(
    "edited",
    [
        {**VLAN, "site": "本庁舎"},
        {**VLAN, "zone": "個人番号利用事務系"},
        {**VLAN, "vlan": "121"},
        {**PREFIX, "prefix": "10.20.3.0/24"},
        {**PREFIX, "length": "25"},
        {**PREFIX, "vlan": "121"},
        {**ADDRESS, "prefix": "other"},
        {**ADDRESS, "site": "北支所"},
        {**ADDRESS, "address": "10.20.1.77"},
    ],
)
def test_an_edited_item_is_told(edited: dict[str, object]) -> None:
    there = state(
        ("prefix:other", prefix("10.20.9.0/24", name="other")),
        ("vlan:121", {"vid": 121, "site": NORTH, "status": "in_use"}),
    )
    done = after(there, asked(there, VLAN, {**PREFIX, "vlan": "v"}, ADDRESS))
    assert said(asked(done, edited)) == ["addressing.given_otherwise"]


@pytest.mark.parametrize(
    "same",
    [
        {**VLAN, "vlan": "0120"},
        {**VLAN, "vlan": "１２０", "item": "Ｖ"},
        {**PREFIX, "vlan": "120", "length": "/24", "prefix": "10.20.0.0/24"},
        {**ADDRESS, "site": "本庁舎", "zone": "LGWAN系", "prefix": "hall-office", "item": "A"},
    ],
)
def test_the_same_in_other_words_is_the_same(same: dict[str, object]) -> None:
    done = after(state(), asked(state(), VLAN, {**PREFIX, "vlan": "v"}, ADDRESS))
    assert not planned(done, asked(done, same, request="Ｒ８－１")).changes


def test_what_an_edited_request_does_not_name_any_more_is_told() -> None:
    done = after(state(), asked(state(), VLAN, {**PREFIX, "vlan": "v"}, ADDRESS))
    assert not asked(done, VLAN, {**PREFIX, "vlan": "v"}, ADDRESS).warnings
    [warning] = asked(done, VLAN, {**PREFIX, "vlan": "v"}, {**ADDRESS, "item": "other"}).warnings
    assert (warning.code, "10.20.1.2" in str(warning)) == ("addressing.no_more_named", True)


def test_an_item_that_is_not_named_keeps_no_row_as_its_name() -> None:
    assert "addressing.no_item_name" in said(asked(state(), {**VLAN, "item": ""}))


def test_a_range_reaches_no_further_than_hosts_do() -> None:
    whole = {"prefix": OFFICE, "first": "10.20.1.0", "last": "10.20.1.255", "issuable": True, "purpose": "全部"}
    there = state(("range:p", whole))
    items = [{**ADDRESS, "item": str(n), "purpose": "全部"} for n in range(254)]
    found = created(planned(there, asked(there, *items[:253])), "address")
    assert set(found) == {f"10.20.1.{n}" for n in range(2, 255)}
    assert "addressing.no_address_left" in said(asked(there, *items))


GUARD = Guard(networks=(ip_network("10.20.1.0/29"), ip_network("10.20.0.0/25"), ip_network("2001:db8::/32")))


def guarded(item: dict[str, object], guard: Guard = GUARD, *, policy: dict[str, object] = POLICY) -> list[str]:
    """The codes of the problems, or the values that are given."""
    rules = addressing_policy(policy)
    outcome = plan(state(), read_request(file(item), rules), rules, DAY, guard=guard)
    found = [change.after for change in planned(state(), outcome).changes] if not outcome.problems else []
    return said(outcome) or [str(one.get("address") or one.get("network")) for one in found]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (ADDRESS, "10.20.1.8"),
        ({**ADDRESS, "address": "10.20.1.5"}, "addressing.closed"),
        (PREFIX, "10.20.2.0/24"),
        ({**PREFIX, "prefix": "10.20.0.0/24"}, "addressing.closed"),
        ({**PREFIX, "prefix": "10.20.0.0/26"}, "addressing.closed"),
        ({**PREFIX, "purpose": "v6", "site": ""}, "addressing.no_prefix_left"),
    ],
)
def test_nothing_is_given_in_protected_networks(item: dict[str, object], expected: str) -> None:
    assert guarded(item) == [expected]


def test_protected_names_are_not_given() -> None:
    def forbids(record: Record) -> Message | None:
        return message("ipam.gone", name="core") if record.get("hostname") == "core-1" else None

    assert guarded({**ADDRESS, "hostname": "core-1"}, Guard(forbids=forbids)) == ["addressing.protected"]


def test_a_vrf_of_two_zones_is_told_apart_by_its_own() -> None:
    there = state((OFFICE, {**state()[Key.parse(OFFICE)], "zone": None}))
    assert there[Key.parse(OFFICE)]["vrf"] == LGWAN
    assert said(asked(there, {**ADDRESS, "zone": "個人番号利用事務系"})) == ["addressing.elsewhere"]
