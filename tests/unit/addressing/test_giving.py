"""Issuing and reserving: the next free one, or the one that is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from chonai.change.holds import Held
from chonai.change.model import Change, Key
from chonai.operations.addressing import claims
from tests.unit.addressing.town import (
    DAY,
    NORTH,
    OFFICE,
    address,
    after,
    asked,
    created,
    ended,
    planned,
    prefix,
    said,
    state,
    values,
)

BRANCH: list[dict[str, object]] = [
    {"action": "issue", "type": "address", "prefix": "north", "hostnames": [f"north-pc{n:03d}" for n in range(12)]},
    {"action": "issue", "type": "prefix", "item": "north", "site": "北支所", "purpose": "事務", "vlan": "north-vlan"},
    {"action": "払出", "type": "VLAN", "item": "north-vlan", "site": "北支所", "purpose": "事務"},
]
ADDRESS: dict[str, object] = {"action": "issue", "type": "address", "prefix": "10.20.1.0/24", "item": "a"}


def test_a_branch_office_in_one_request() -> None:
    plan = planned(state(), asked(state(), *BRANCH))
    assert created(plan, "vid") == [120]
    assert created(plan, "network") == ["10.20.0.0/24"]
    assert created(plan, "gateway") == ["10.20.0.1"]
    assert created(plan, "address") == [f"10.20.0.{n}" for n in range(10, 22)]
    assert created(plan, "hostname") == [f"north-pc{n:03d}" for n in range(12)]
    [made] = [change for change in plan.changes if change.key.type == "prefix"]
    assert made.after["vlan"] == "vlan:new:R8-1/north-vlan"
    assert made.after["site"] == NORTH
    assert made.reason == "払出: R8-1 north"


def test_the_lowest_addresses_are_kept_where_the_rule_says_so() -> None:
    items = [{**item, "purpose": "事務", "site": "北支所"} for item in BRANCH]
    assert created(planned(state(), asked(state(), *items)), "address")[:2] == ["10.20.0.10", "10.20.0.11"]


def test_the_same_again_plans_the_same_and_once_done_nothing() -> None:
    first, second = (asked(state(), *BRANCH) for _ in range(2))
    assert planned(state(), first) == planned(state(), second)
    done = after(state(), first)
    assert not planned(done, asked(done, *BRANCH)).changes


def test_order_of_items_does_not_matter_for_what_depends() -> None:
    assert after(state(), asked(state(), *BRANCH)) == after(state(), asked(state(), *BRANCH[::-1]))


def test_the_next_prefix_goes_around_what_is_there() -> None:
    there = state(("prefix:x", prefix("10.20.0.0/25")), ("prefix:y", prefix("10.20.2.128/26")))
    item = {"action": "issue", "type": "prefix", "site": "北支所", "purpose": "事務", "item": "n"}
    assert created(planned(there, asked(there, item)), "network") == ["10.20.3.0/24"]
    assert created(planned(there, asked(there, {**item, "length": "25"})), "network") == ["10.20.0.128/25"]
    full = state(("prefix:x", prefix("10.20.0.0/23", kind="assignable")), ("prefix:y", prefix("10.20.2.0/23")))
    del full[Key.parse(OFFICE)]
    assert said(asked(full, item)) == ["addressing.no_prefix_left"]


def test_ipv6() -> None:
    item = {"action": "issue", "type": "prefix", "purpose": "v6", "item": "six"}
    there = after(state(), asked(state(), item, {"action": "issue", "type": "address", "prefix": "six", "item": "a"}))
    assert "2001:db8::/64" in values(there, "prefix", "network")
    assert values(there, "address", "address") == ["2001:db8::1"]
    assert created(planned(there, asked(there, item, request="R8-2")), "network") == ["2001:db8:0:1::/64"]


def test_vlans_are_counted_in_their_site_or_group() -> None:
    taken = {"vid": 120, "site": NORTH, "status": "in_use"}
    there = state(("vlan:1", taken), ("vlan:2", {**taken, "site": "site:hall", "vid": 121}))
    item = {"action": "issue", "type": "vlan", "site": "北支所", "purpose": "事務", "item": "v"}
    assert created(planned(there, asked(there, item)), "vid") == [121]
    core = {"action": "issue", "type": "vlan", "site": "北支所", "purpose": "基幹", "item": "v"}
    done = after(there, asked(there, core))
    assert said(asked(done, {**core, "site": "本庁舎"}, request="R8-2")) == ["addressing.no_vlan_left"]


def test_named_values_are_given_or_refused_with_the_holder() -> None:
    there = state(("address:1", address("10.20.1.5")))
    assert created(planned(there, asked(there, {**ADDRESS, "address": "10.20.1.200"})), "address") == ["10.20.1.200"]
    outcome = asked(there, {**ADDRESS, "address": "10.20.1.5"})
    assert said(outcome) == ["addressing.taken"]
    assert "R7-1" in str(outcome.problems[0])
    assert "request.yml, row 4" in str(outcome.problems[0])


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("10.20.1.0", "addressing.not_issued"),
        ("10.20.1.1", "addressing.not_issued"),
        ("10.20.1.255", "addressing.not_issued"),
        ("10.20.9.9", "addressing.outside"),
        ("10.20.1.300", "addressing.no_address"),
        ("10.20.1.150", "addressing.not_issued"),
    ],
)
def test_addresses_that_nobody_gets(named: str, code: str) -> None:
    pool = {"prefix": OFFICE, "first": "10.20.1.100", "last": "10.20.1.199", "issuable": False}
    assert said(asked(state(("range:pool", pool)), {**ADDRESS, "address": named})) == [code]


def test_ranges_divide_a_prefix_by_purpose() -> None:
    printers = {"prefix": OFFICE, "first": "10.20.1.2", "last": "10.20.1.3", "issuable": True, "purpose": "プリンタ"}
    there = state(("range:p", printers))
    items = [{**ADDRESS, "item": str(n), "purpose": "プリンタ"} for n in range(2)]
    assert created(planned(there, asked(there, *items)), "address") == ["10.20.1.2", "10.20.1.3"]
    assert said(asked(there, *items, {**ADDRESS, "purpose": "プリンタ"})) == ["addressing.no_address_left"]
    assert created(planned(there, asked(there, ADDRESS)), "address") == ["10.20.1.4"]


def test_a_purpose_finds_its_prefixes() -> None:
    item = {"action": "issue", "type": "address", "purpose": "事務", "site": "本庁舎", "item": "a"}
    assert created(planned(state(), asked(state(), item)), "address") == ["10.20.1.2"]


def test_a_reservation_ends_and_is_free_the_day_after() -> None:
    reserved = after(state(), asked(state(), {**ADDRESS, "action": "reserve", "until": "R8.4.10"}))
    assert values(reserved, "address", "until") == ["2026-04-10"]
    named = {**ADDRESS, "address": "10.20.1.2"}
    assert said(asked(reserved, named, request="R8-2", owner="税務課", day=date(2026, 4, 10))) == ["addressing.taken"]
    outcome = asked(reserved, named, request="R8-2", owner="税務課", day=date(2026, 4, 11))
    [change] = planned(reserved, outcome).changes
    assert change.after.items() >= {"status": "in_use", "owner": "税務課", "request": "R8-2"}.items()
    assert [one.code for one in outcome.warnings] == ["addressing.reused"]


def test_a_reservation_lasts_as_long_as_the_policy_says_and_stays_when_it_comes_again() -> None:
    item = {**ADDRESS, "action": "reserve"}
    reserved = after(state(), asked(state(), item))
    assert values(reserved, "address", "until") == [(DAY + timedelta(days=30)).isoformat()]
    assert not planned(reserved, asked(reserved, item, day=DAY + timedelta(days=9))).changes
    used = after(reserved, asked(reserved, ADDRESS))
    assert values(used, "address", "status") == ["in_use"]
    assert not planned(used, asked(used, item)).changes


def test_what_is_reserved_for_the_owner_is_given_to_them() -> None:
    there = state(("address:1", address("10.20.1.5", owner="北支所", **ended("2026-05-01", "reserved"))))
    [change] = planned(there, asked(there, {**ADDRESS, "address": "10.20.1.5"})).changes
    assert change.after["status"] == "in_use"


def test_quarantine_ends() -> None:
    there = state(*((f"address:{n}", address(f"10.20.1.{n}", **ended("2026-03-31"))) for n in (2, 3)))
    [change] = planned(there, asked(there, ADDRESS)).changes
    assert change.key == Key.parse("address:2")
    waiting = state(("address:2", address("10.20.1.2", **ended("2026-04-01"))))
    assert created(planned(waiting, asked(waiting, ADDRESS)), "address") == ["10.20.1.3"]


def test_a_free_prefix_is_given_again_as_a_whole() -> None:
    there = state(("prefix:x", prefix("10.20.0.0/24", **ended("2026-03-31"))))
    item = {"action": "issue", "type": "prefix", "site": "北支所", "purpose": "事務", "item": "n"}
    [change] = planned(there, asked(there, item)).changes
    assert change.key == Key.parse("prefix:x")
    assert created(planned(there, asked(there, {**item, "length": "25"})), "network") == ["10.20.2.0/25"]


def test_another_value_for_an_item_that_was_given_is_a_problem() -> None:
    done = after(state(), asked(state(), ADDRESS))
    assert said(asked(done, {**ADDRESS, "address": "10.20.1.77"})) == ["addressing.given_otherwise"]
    [change] = planned(done, asked(done, {**ADDRESS, "hostname": "pc-new", "item": "a"})).changes
    assert _changing(change) == {"hostname": "pc-new"}


def _changing(change: Change) -> dict[str, object]:
    """What an update changes, without what only tells what it is about."""
    return {name: value for name, value in change.after.items() if change.before.get(name) != value}


def test_filling_up_is_told() -> None:
    small = state(("prefix:s", prefix("10.20.9.0/29", name="small", gateway="10.20.9.1")))
    items = [{**ADDRESS, "prefix": "small", "item": str(n)} for n in range(4)]
    [warning] = asked(small, *items).warnings
    assert str(warning) == "10.20.9.0/29 is 83.3 % full; 1 addresses are left."


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({**ADDRESS, "prefix": "nowhere"}, "addressing.unknown_prefix"),
        ({**ADDRESS, "prefix": "10.20.0.0/16"}, "addressing.not_assignable"),
        ({**ADDRESS, "prefix": ""}, "addressing.no_prefix_named"),
        (
            {"action": "issue", "type": "vlan", "item": "v", "site": "南支所", "purpose": "事務"},
            "addressing.unknown_name",
        ),
        ({"action": "issue", "type": "vlan", "item": "v", "site": "北支所", "purpose": "茶"}, "addressing.no_rule"),
        ({"action": "issue", "type": "prefix", "item": "p", "purpose": "事務"}, "addressing.no_rule"),
        ({**ADDRESS, "action": "reserve", "until": "2026-03-31"}, "addressing.over"),
    ],
)
def test_what_cannot_be_had(item: dict[str, object], code: str) -> None:
    assert said(asked(state(), item)) == [code]


def test_what_others_hold_is_taken() -> None:
    mine = planned(state(), asked(state(), *BRANCH, ADDRESS))
    held = [Held(hold, "20260401-abcdef", datetime.now(UTC)) for hold in claims(mine)]
    assert [(one.hold.type, one.hold.value) for one in held if one.hold.space != "item"] == [
        ("address", "10.20.1.2"),
        ("vlan", "120"),
        ("prefix", "10.20.0.0/24"),
    ]
    theirs = planned(state(), asked(state(), *BRANCH, ADDRESS, request="R8-2", held=held))
    assert created(theirs, "vid") == [121]
    assert created(theirs, "network") == ["10.20.2.0/24"]
    assert created(theirs, "address")[0] == "10.20.1.3"
    assert not {hold for hold in claims(theirs) for other in held if hold.meets(other.hold)}
    named = asked(state(), {**ADDRESS, "address": "10.20.1.2"}, request="R8-2", held=held)
    assert said(named) == ["addressing.held"]
    assert "20260401-abcdef" in str(named.problems[0])
    assert set(said(asked(state(), *BRANCH, ADDRESS, held=held))) == {"addressing.asked_already"}


@pytest.mark.parametrize("network", ["::/0", "224.0.0.0/24", "127.0.0.0/24", "fe80::/64", "240.0.0.0/8"])
def test_a_network_that_no_host_is_in_is_not_given(network: str) -> None:
    item = {"action": "issue", "type": "prefix", "item": "p", "site": "北支所", "purpose": "事務", "prefix": network}
    assert said(asked(state(), item)) == ["addressing.special_network"]


def test_a_network_outside_of_what_the_policy_keeps_for_the_purpose_is_not_given() -> None:
    item = {"action": "issue", "type": "prefix", "item": "p", "site": "北支所", "purpose": "事務"}
    assert said(asked(state(), {**item, "prefix": "10.21.0.0/24"})) == ["addressing.outside_containers"]
    assert not said(asked(state(), {**item, "prefix": "10.20.3.0/24"}))


def test_an_address_in_a_prefix_that_is_not_meant_says_in_which_it_is() -> None:
    other = ("prefix:other", prefix("10.20.9.0/24", purpose="基幹"))
    item = {"action": "issue", "type": "address", "item": "a", "purpose": "事務", "address": "10.20.9.7"}
    assert said(asked(state(other), item)) == ["addressing.in_other_prefix"]


def test_what_names_something_that_cannot_be_had_is_told_once() -> None:
    wrong = [{**item, "site": "東支所"} if item["type"] == "VLAN" else item for item in BRANCH]
    assert said(asked(state(), *wrong)) == ["addressing.unknown_name"]


def test_what_was_reserved_keeps_its_purpose_and_is_no_leaving() -> None:
    mine = address("10.20.1.9", **ended("2026-06-30", "reserved"), purpose="端末")
    mine |= {"owner": "北支所"}
    town = state(("address:9", mine))
    outcome = asked(town, {"action": "issue", "type": "address", "address": "10.20.1.9", "item": "x"})
    assert not [one for one in outcome.warnings if one.code == "addressing.reused"]
    assert outcome.desired[Key.parse("address:9")]["purpose"] == "端末"
