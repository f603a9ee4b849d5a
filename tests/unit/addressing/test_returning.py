"""Giving back and renumbering."""

from __future__ import annotations

from datetime import date

import pytest

from chonai.change.model import Key
from tests.unit.addressing.town import OFFICE, address, after, asked, ended, planned, prefix, said, state, values

RELEASE: dict[str, object] = {"action": "返却", "type": "IPアドレス", "address": "10.20.1.5"}
OWNER, OFFICE_NET = "情報政策課", "10.20.1.0/24"
THERE = state(("address:5", address("10.20.1.5", hostname="pc005", interface="interface:1", dns_zone="x.example")))


def test_what_is_given_back_keeps_its_last_owner_until_its_quarantine_ends() -> None:
    outcome = asked(THERE, RELEASE, owner=OWNER)
    [change] = planned(THERE, outcome).changes
    assert change.after.items() >= {"status": "retired", "until": "2026-06-30", "ended_by": "R8-1 10.20.1.5"}.items()
    assert change.reason == "返却: R8-1 10.20.1.5"
    record = after(THERE, outcome)[change.key]
    assert (record["owner"], record["request"]) == (OWNER, "R7-1")


def test_the_same_release_again_plans_nothing_whoever_has_it_since() -> None:
    gone = after(THERE, asked(THERE, RELEASE, owner=OWNER))
    assert not planned(gone, asked(gone, RELEASE, owner=OWNER)).changes
    issue = {"action": "issue", "type": "address", "prefix": "hall-office", "address": "10.20.1.5", "item": "a"}
    again = after(gone, asked(gone, issue, request="R8-7", owner="税務課", day=date(2026, 7, 1)))
    assert not planned(again, asked(again, RELEASE, owner=OWNER, day=date(2026, 7, 2))).changes
    assert not planned(again, asked(again, RELEASE, owner="", day=date(2026, 7, 2))).changes


def test_an_old_release_never_ends_what_came_after_later_ones() -> None:
    """Given back, given, given back by somebody else, given: the first request still ends nothing of it."""
    now = after(THERE, asked(THERE, RELEASE, owner=OWNER))
    issue = {"action": "issue", "type": "address", "prefix": "hall-office", "address": "10.20.1.5", "item": "a"}
    later = [(issue, "R8-7", date(2026, 7, 1)), ({**RELEASE, "item": "b"}, "R8-8", date(2026, 8, 1))]
    later += [(issue, "R8-9", date(2027, 7, 1))]
    for item, number, day in later:
        now = after(now, asked(now, item, request=number, owner="", day=day))
    assert now[Key.parse("address:5")]["ended_by"] == "R8-1 10.20.1.5, R8-8 b"
    for owner in ("", OWNER):
        assert not planned(now, asked(now, RELEASE, owner=owner, day=date(2027, 7, 2))).changes


def test_a_host_name_that_moved_on_is_not_ended_by_an_old_release() -> None:
    release = {"action": "release", "type": "address", "hostname": "pc005"}
    now = after(THERE, asked(THERE, release, owner=OWNER))
    issue = {"action": "issue", "type": "address", "prefix": "hall-office"}
    other = {**issue, "address": "10.20.1.5", "hostname": "other"}
    now = after(now, asked(now, other, request="R8-7", owner="", day=date(2026, 7, 1)))
    now = after(now, asked(now, {**issue, "hostname": "pc005"}, request="R8-8", owner="", day=date(2026, 7, 1)))
    assert not planned(now, asked(now, release, owner="", day=date(2026, 7, 2))).changes


def test_an_edited_release_is_told() -> None:
    named = {**RELEASE, "item": "pc"}
    there = {**THERE, Key.parse("address:6"): {**THERE[Key.parse("address:5")], "address": "10.20.1.6"}}
    gone = after(there, asked(there, named, owner=OWNER))
    outcome = asked(gone, {**named, "address": "10.20.1.6"}, owner=OWNER)
    assert said(outcome) == ["addressing.ended_otherwise"]
    assert "10.20.1.5" in str(outcome.problems[0])


def test_what_a_broken_apply_left_in_a_prefix_is_given_back_by_the_same_request() -> None:
    release = {"action": "release", "type": "prefix", "prefix": "10.20.1.0/24"}
    gone = dict(after(THERE, asked(THERE, release, owner=OWNER)))
    gone[Key.parse("address:5")] = THERE[Key.parse("address:5")]
    [change] = planned(gone, asked(gone, release, owner=OWNER)).changes
    assert change.key == Key.parse("address:5")


def test_what_lies_elsewhere_is_told_with_its_place() -> None:
    outcome = asked(THERE, {**RELEASE, "prefix": "10.20.0.0/16"}, owner=OWNER)
    assert said(outcome) == ["addressing.not_in_place"]
    assert "10.20.1.0/24" in str(outcome.problems[0])
    assert said(asked(THERE, {**RELEASE, "zone": "個人番号利用事務系"}, owner=OWNER)) == ["addressing.not_in_place"]


def test_what_was_given_back_is_not_given_to_its_item_again() -> None:
    issue = {"action": "issue", "type": "address", "prefix": "hall-office", "item": "a"}
    given = after(state(), asked(state(), issue))
    [own] = [str(record["address"]) for key, record in given.items() if key.type == "address"]
    gone = after(given, asked(given, {**RELEASE, "address": own}, request="R8-2"))
    assert said(asked(gone, issue)) == ["addressing.ended"]


@pytest.mark.parametrize(
    ("item", "owner", "code"),
    [
        ({**RELEASE, "address": "10.20.1.9"}, OWNER, "addressing.not_there"),
        ({**RELEASE}, "税務課", "addressing.other_owner"),
        ({"action": "release", "type": "address", "hostname": "pc006"}, OWNER, "addressing.not_there"),
        ({"action": "release", "type": "prefix", "prefix": "10.30.0.0/24"}, OWNER, "addressing.not_there"),
        ({"action": "release", "type": "vlan", "vlan": "7"}, OWNER, "addressing.not_there"),
    ],
)
def test_what_cannot_be_given_back(item: dict[str, object], owner: str, code: str) -> None:
    assert said(asked(THERE, item, owner=owner)) == [code]


def test_a_host_name_tells_an_address() -> None:
    [change] = planned(
        THERE, asked(THERE, {"action": "release", "type": "address", "hostname": "pc005"}, owner=OWNER)
    ).changes
    assert change.key == Key.parse("address:5")


def test_an_address_of_two_vrfs_has_to_be_told_apart() -> None:
    other = prefix("10.20.1.0/24", vrf="vrf:mynumber", site="site:north")
    both = state(
        ("address:5", address("10.20.1.5")),
        ("prefix:other", other),
        ("address:6", address("10.20.1.5", prefix="prefix:other")),
    )
    assert said(asked(both, RELEASE, owner=OWNER)) == ["addressing.ambiguous"]
    [change] = planned(both, asked(both, {**RELEASE, "site": "北支所"}, owner=OWNER)).changes
    assert change.key == Key.parse("address:6")


def test_a_prefix_in_use_takes_its_addresses_with_it_and_trips_a_brake() -> None:
    release = {"action": "release", "type": "prefix", "prefix": "10.20.1.0/24"}
    outcome = asked(THERE, release, owner=OWNER)
    assert {str(change.key) for change in planned(THERE, outcome).changes} == {OFFICE, "address:5"}
    [brake] = outcome.brakes
    assert (brake.name, brake.releasable) == ("released_prefixes_in_use", True)
    assert "10.20.1.0/24 (1)" in str(brake.message)
    assert not asked(state(), release, owner=OWNER).brakes


def test_many_addresses_at_once_trip_a_brake() -> None:
    there = state(*((f"address:{n}", address(f"10.20.1.{n}")) for n in range(2, 24)))
    items = [{**RELEASE, "address": f"10.20.1.{n}"} for n in range(2, 24)]
    assert not asked(there, *items[:20], owner=OWNER).brakes
    [brake] = asked(there, *items, owner=OWNER).brakes
    assert brake.name == "released_addresses"


def test_a_vlan_with_a_prefix_on_it_stays() -> None:
    vlan = {"vid": 120, "site": "site:north", "status": "in_use"}
    there = state(("vlan:1", vlan), ("prefix:n", prefix("10.20.3.0/24", vlan="vlan:1")))
    release = {"action": "release", "type": "vlan", "vlan": "120"}
    assert said(asked(there, release)) == ["addressing.vlan_in_use"]
    both = asked(there, release, {"action": "release", "type": "prefix", "prefix": "10.20.3.0/24"}, owner="")
    assert len(planned(there, both).changes) == 2


def test_renumbering_gives_and_gives_back() -> None:
    item = {"action": "付替", "type": "address", "address": "10.20.1.5", "item": "move"}
    done = after(THERE, asked(THERE, item, owner=OWNER))
    new = Key.parse("address:new:R8-1/move")
    assert values(done, "address", "address") == ["10.20.1.2", "10.20.1.5"]
    kept = {"hostname": "pc005", "interface": "interface:1", "dns_zone": "x.example", "owner": OWNER}
    assert done[new].items() >= {**kept, "status": "in_use", "request": "R8-1"}.items()
    assert done[Key.parse("address:5")]["status"] == "retired"
    assert not planned(done, asked(done, item, owner=OWNER)).changes


def test_a_renumbered_reservation_stays_one_and_keeps_its_purpose() -> None:
    printers = {"prefix": OFFICE, "first": "10.20.1.50", "last": "10.20.1.60", "issuable": True, "purpose": "プリンタ"}
    old = address("10.20.1.50", purpose="プリンタ", **{**ended("2026-05-01", "reserved"), "ended_by": None})
    there = state(("range:p", printers), ("address:5", old))
    item = {"action": "renumber", "type": "address", "address": "10.20.1.50", "item": "move"}
    done = after(there, asked(there, item, owner=OWNER))
    new = done[Key.parse("address:new:R8-1/move")]
    expected = {
        "address": "10.20.1.51",
        "status": "reserved",
        "until": "2026-05-01",
        "purpose": "プリンタ",
        "owner": OWNER,
    }
    assert new.items() >= expected.items()


def test_a_gateway_is_not_renumbered() -> None:
    there = state(("address:1", address("10.20.1.1", role="gateway", hostname="rt1")))
    item = {"action": "renumber", "type": "address", "address": "10.20.1.1", "item": "move"}
    assert said(asked(there, item, owner=OWNER)) == ["addressing.gateway_stays"]


def test_a_gateway_goes_with_its_prefix_only() -> None:
    there = state(("address:1", address("10.20.1.1", role="gateway", hostname="rt1")))
    assert said(asked(there, {**RELEASE, "address": "10.20.1.1"}, owner=OWNER)) == ["addressing.gateway_stays"]


def test_an_address_and_a_host_name_that_are_two_machines_are_not_given_back() -> None:
    wrong = {**RELEASE, "hostname": "pc006"}
    assert said(asked(THERE, wrong, owner=OWNER)) == ["addressing.other_host"]
    assert not said(asked(THERE, {**RELEASE, "hostname": "PC005"}, owner=OWNER))


def test_an_old_renumbering_moves_nobody_who_came_after() -> None:
    item = {"action": "renumber", "type": "address", "address": "10.20.1.5", "item": "move"}
    now = after(THERE, asked(THERE, item, owner=OWNER))
    release = {**RELEASE, "address": "10.20.1.2"}
    now = after(now, asked(now, release, request="R8-5", owner=""))
    issue = {"action": "issue", "type": "address", "prefix": "hall-office"}
    for address_ in ("10.20.1.2", "10.20.1.5"):
        wanted = {**issue, "address": address_, "item": address_}
        now = after(now, asked(now, wanted, request="R8-7", owner="税務課", day=date(2026, 7, 1)))
    for owner in ("", OWNER):
        assert not planned(now, asked(now, item, owner=owner, day=date(2026, 7, 2))).changes


def test_an_edited_renumbering_is_told() -> None:
    item = {"action": "renumber", "type": "address", "address": "10.20.1.5", "item": "move"}
    done = after(THERE, asked(THERE, item, owner=OWNER))
    assert said(asked(done, {**item, "address": "10.20.1.6"}, owner=OWNER)) == ["addressing.ended_otherwise"]
    issued = after(THERE, asked(THERE, {"action": "issue", "type": "address", "prefix": OFFICE_NET, "item": "move"}))
    assert said(asked(issued, item, owner=OWNER)) == ["addressing.given_otherwise"]


def test_renumbering_into_another_prefix() -> None:
    there = {**THERE, **state(("prefix:n", prefix("10.20.3.0/24", name="new")))}
    there |= {key: record for key, record in THERE.items() if key.type == "address"}
    item = {"action": "renumber", "type": "address", "hostname": "pc005", "prefix": "new", "item": "move"}
    done = after(there, asked(there, item, owner=OWNER))
    assert "10.20.3.1" in values(done, "address", "address")
