"""Host names that come and go with the addresses of a request."""

from __future__ import annotations

import pytest

from chonai.change.model import State, Value
from chonai.operations.addressing import Naming, addressing_policy, naming, plan, read_request
from tests.unit.addressing.town import DAY, LGWAN, LIFE, MYNUMBER, POLICY, address, ended, file, prefix, state

OWNER = "情報政策課"
NAMED: dict[str, Value] = {"hostname": "pc005", "dns_zone": "x.example"}
THERE = state(("address:5", address("10.20.1.5", **NAMED)))
ISSUE: dict[str, object] = {"action": "issue", "type": "address", "prefix": "hall-office", "dns_zone": "x.example"}
RELEASE: dict[str, object] = {"action": "release", "type": "address", "address": "10.20.1.5"}


def named(
    observed: State, *items: dict[str, object], request: str = "R8-1", owner: str = OWNER
) -> tuple[State, Naming]:
    """The ledger after a request, and what becomes of names."""
    rules = addressing_policy(POLICY)
    read = read_request(file(*items, request=request, owner=owner), rules)
    outcome = plan(observed, read, rules, DAY)
    return outcome.desired, naming(observed, read, outcome, DAY)


def told(found: Naming) -> list[str]:
    assert not found.problems, [str(one) for one in found.problems]
    return [
        f"{'+' if one.is_given else '-'}{one.hostname}.{one.dns_zone} {one.address} {one.type}" for one in found.names
    ]


def test_what_is_issued_is_given_its_name_and_again_when_it_comes_again() -> None:
    item = {**ISSUE, "hostnames": ["pc1", "pc2"], "item": "pc"}
    after, found = named(state(), item)
    assert told(found) == ["+pc1.x.example 10.20.1.2 A", "+pc2.x.example 10.20.1.3 A"]
    assert {one.zone for one in found.names} == {"LGWAN系"}
    assert [one.reason for one in found.names] == ["払出: R8-1 pc/pc1", "払出: R8-1 pc/pc2"]
    assert [one.item.name for one in found.names] == ["pc/pc1", "pc/pc2"]
    assert told(named(after, item)[1]) == told(found)


def test_an_address_without_a_name_gets_none() -> None:
    assert told(named(state(), {**ISSUE, "item": "a"})[1]) == []


def test_a_reservation_has_no_name_before_it_is_issued() -> None:
    after, found = named(state(), {**ISSUE, "action": "reserve", "hostname": "pc1"})
    assert told(found) == []
    assert told(named(after, {**ISSUE, "hostname": "pc1"})[1]) == ["+pc1.x.example 10.20.1.2 A"]


def test_what_is_given_back_loses_its_name_once() -> None:
    after, found = named(THERE, RELEASE)
    assert told(found) == ["-pc005.x.example 10.20.1.5 A"]
    assert found.names[0].reason == "返却: R8-1 10.20.1.5"
    assert told(named(after, RELEASE)[1]) == []


def test_a_prefix_takes_the_names_in_it_with_it() -> None:
    _, found = named(THERE, {"action": "release", "type": "prefix", "prefix": "10.20.1.0/24"})
    assert told(found) == ["-pc005.x.example 10.20.1.5 A"]


def test_a_renumbering_takes_the_name_along() -> None:
    _, found = named(THERE, {**RELEASE, "action": "renumber"})
    assert told(found) == ["-pc005.x.example 10.20.1.5 A", "+pc005.x.example 10.20.1.2 A"]


def test_another_name_takes_the_place_of_the_old_one() -> None:
    item = {**ISSUE, "item": "a", "hostname": "pc1"}
    after, _ = named(state(), item)
    assert told(named(after, {**item, "hostname": "PC1"})[1]) == ["+PC1.x.example 10.20.1.2 A"]
    assert told(named(after, {**item, "hostname": "pc9"})[1]) == [
        "-pc1.x.example 10.20.1.2 A",
        "+pc9.x.example 10.20.1.2 A",
    ]


def test_a_name_is_of_the_zone_of_its_prefix_or_its_vrf() -> None:
    life: dict[str, Value] = {"kind": "assignable", **LIFE}
    there = state(
        ("prefix:own", {"network": "10.90.1.0/24", "vrf": MYNUMBER, "zone": "zone:lgwan", **life}),
        ("prefix:vrf", {"network": "10.90.2.0/24", "vrf": MYNUMBER, **life}),
    )
    items = [{**ISSUE, "prefix": f"10.90.{n}.0/24", "hostname": f"pc{n}"} for n in (1, 2)]
    assert [one.zone for one in named(there, *items)[1].names] == ["LGWAN系", "個人番号利用事務系"]


def test_an_owners_machine_may_have_several_addresses_by_one_name() -> None:
    _, found = named(THERE, {**ISSUE, "hostname": "PC005"})
    assert told(found) == ["+PC005.x.example 10.20.1.2 A"]
    assert found.names[0].beside == {"10.20.1.5"}


def test_a_name_that_somebody_else_has_is_a_problem_that_says_whose() -> None:
    _, found = named(THERE, {**ISSUE, "hostname": "pc005"}, owner="税務課")
    [problem] = found.problems
    said = problem.render("en")
    assert "10.20.1.5, which belongs to 情報政策課, is called pc005 already" in said
    assert "row" in said


def test_a_name_is_kept_for_who_has_reserved_its_address() -> None:
    there = state(("address:5", address("10.20.1.5", **{**NAMED, **ended("2026-06-30", "reserved")})))
    _, found = named(there, {**ISSUE, "hostname": "pc005"}, owner="税務課")
    assert [one.code for one in found.problems]


@pytest.mark.parametrize("other", [ended("2026-06-30"), {"dns_zone": "y.example"}])
def test_a_name_that_nobody_uses_there_is_free(other: dict[str, Value]) -> None:
    there = state(("address:5", address("10.20.1.5", **{**NAMED, **other})))
    assert told(named(there, {**ISSUE, "hostname": "pc005"}, owner="税務課")[1]) == ["+pc005.x.example 10.20.1.2 A"]


def test_two_without_an_owner_are_not_one_owner() -> None:
    other = state(("address:5", address("10.20.1.5", hostname="pc1", dns_zone="x.example", owner=None)))
    _, found = named(other, {**ISSUE, "hostname": "pc1"}, owner="")
    assert [one.code for one in found.problems]
    _, found = named(other, {**ISSUE, "hostname": "pc1"}, owner="", request="R7-1")
    assert not found.problems


def test_a_name_is_the_same_however_its_zone_is_written() -> None:
    other = state(("address:5", address("10.20.1.5", hostname="PC1.x.example", owner="税務課")))
    _, found = named(other, {**ISSUE, "hostname": "pc1"})
    assert len(found.problems) == 1


def test_a_network_that_changes_its_zone_moves_the_names_in_it() -> None:
    vrf = {"name": "lgwan", "zone": None}
    reserved = prefix("10.20.2.0/24", zone="zone:lgwan", owner=OWNER, status="reserved", until="2026-05-01")
    there = state((LGWAN, vrf), ("prefix:r", reserved), ("address:6", address("10.20.2.6", prefix="prefix:r", **NAMED)))
    item = {"action": "issue", "type": "prefix", "prefix": "10.20.2.0/24", "purpose": "事務", "site": "北支所"}
    _, found = named(there, {**item, "zone": "個人番号利用事務系"})
    assert [(one.is_given, one.hostname, one.item.name) for one in found.names] == [(False, "pc005", "10.20.2.0/24")]
