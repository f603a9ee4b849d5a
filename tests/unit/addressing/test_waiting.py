"""What undecided change sets hold: who comes second is told, whether they want a thing, a place, or what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import pytest

from chonai.change.holds import Held
from chonai.change.model import Key, State
from chonai.operations.addressing import claims
from tests.unit.addressing.town import (
    LGWAN,
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
)

FIRST = "20260401-first"
ADDRESS: dict[str, object] = {"action": "issue", "type": "address", "prefix": "10.20.1.0/24", "item": "a"}
VLAN: dict[str, object] = {"action": "issue", "type": "vlan", "site": "北支所", "purpose": "事務", "item": "v"}
PREFIX: dict[str, object] = {**VLAN, "type": "prefix", "vlan": "120", "item": "p"}
CLOSE: dict[str, object] = {"action": "release", "type": "prefix", "prefix": "10.20.1.0/24"}
NORTH_VLAN = {"vid": 120, "site": NORTH, "status": "in_use", "owner": "北支所"}
LAPSED = {"vid": 120, "site": NORTH, **ended("2026-03-01", "reserved"), "ended_by": None}


def held(observed: State, *items: dict[str, object], **more: str) -> list[Held]:
    """What a change set for these items holds before anybody has decided on it."""
    plan = planned(observed, asked(observed, *items, **more))
    return [Held(hold, FIRST, datetime.now(UTC)) for hold in claims(plan)]


def meets(observed: State, wants: Iterable[Held], *items: dict[str, object], **more: str) -> bool:
    """Whether a change set that was planned without knowing of the holds is refused when it is sealed."""
    plan = planned(observed, asked(observed, *items, **more))
    return any(hold.meets(other.hold) for hold in claims(plan) for other in wants)


def test_the_same_request_twice_is_told_also_where_a_record_is_reused() -> None:
    """Whatever the name of the record's last item was."""
    for item in ("a", "b"):
        old = address("10.20.1.2", **{"item": item, **ended("2026-03-01")})
        there = state(("address:2", old))
        wants = held(there, ADDRESS)
        outcome = asked(there, ADDRESS, held=wants)
        assert said(outcome) == ["addressing.asked_already"]
        assert FIRST in str(outcome.problems[0])
        assert created(planned(there, asked(there, ADDRESS, request="R8-2", held=wants)), "address") == ["10.20.1.3"]


def test_one_item_in_two_spellings_is_one() -> None:
    wants = held(state(), {**ADDRESS, "item": "ＰＣ－Ａ"})
    assert said(asked(state(), {**ADDRESS, "item": "pc-a"}, held=wants)) == ["addressing.asked_already"]


def test_parts_of_names_do_not_run_into_each_other() -> None:
    wants = held(state(), {**ADDRESS, "item": "1 2"}, request="R8")
    other = asked(state(), {**ADDRESS, "item": "2"}, request="R8 1", held=wants)
    assert not other.problems
    keys = {
        str(change.key) for change in planned(state(), asked(state(), {**ADDRESS, "item": "1/2"}, request="R8")).changes
    }
    assert not keys & {
        str(change.key) for change in planned(state(), asked(state(), {**ADDRESS, "item": "2"}, request="R8/1")).changes
    }


@pytest.mark.parametrize(
    ("more", "item"),
    [
        ((), ADDRESS),
        ((("address:2", address("10.20.1.2", **ended("2026-03-01"))),), ADDRESS),
    ],
)
def test_who_gives_a_prefix_back_and_who_gets_an_address_in_it_meet(
    more: tuple[object, ...], item: dict[str, object]
) -> None:
    there = state(*more)  # type: ignore[arg-type]  # of one form each
    closing, coming = held(there, CLOSE, request="R8-9", owner=""), held(there, item)
    outcome = asked(there, item, held=closing)
    assert said(outcome) == ["addressing.held"]
    assert FIRST in str(outcome.problems[0])
    outcome = asked(there, CLOSE, request="R8-9", owner="", held=coming)
    assert said(outcome) == ["addressing.held"]
    assert FIRST in str(outcome.problems[0])
    assert meets(there, closing, item)
    assert meets(there, coming, CLOSE, request="R8-9", owner="")


def test_two_who_come_in_do_not_meet() -> None:
    wants = held(state(), ADDRESS)
    assert not meets(state(), wants, {**ADDRESS, "address": "10.20.1.9"}, request="R8-2")
    there = state(("vlan:1", NORTH_VLAN))
    wants = held(there, PREFIX)
    assert not meets(there, wants, {**PREFIX, "prefix": "10.20.3.0/24"}, request="R8-2")


def test_who_gives_a_vlan_back_and_who_puts_a_prefix_on_it_meet() -> None:
    there = state(("vlan:1", NORTH_VLAN))
    release = {"action": "release", "type": "vlan", "vlan": "120"}
    closing, coming = held(there, release, request="R8-9"), held(there, PREFIX)
    assert said(asked(there, PREFIX, held=closing)) == ["addressing.held"]
    assert said(asked(there, release, request="R8-9", held=coming)) == ["addressing.held"]
    assert meets(there, closing, PREFIX)
    assert meets(there, coming, release, request="R8-9")


def test_a_prefix_that_is_put_on_a_vlan_again_meets_who_gives_that_back() -> None:
    """The prefix named the VLAN before it was free, so that this is no change."""
    free = prefix("10.20.0.0/24", vlan="vlan:1", **ended("2026-03-01"))
    there = state(("vlan:1", NORTH_VLAN), ("prefix:x", free))
    release = {"action": "release", "type": "vlan", "vlan": "120"}
    assert meets(there, held(there, PREFIX), release, request="R8-9")


def test_a_vlan_with_a_prefix_on_it_is_not_given_to_somebody_else() -> None:
    there = state(("vlan:1", LAPSED), ("prefix:n", prefix("10.20.3.0/24", vlan="vlan:1")))
    assert created(planned(there, asked(there, VLAN)), "vid") == [121]
    outcome = asked(there, {**VLAN, "vlan": "0120"})
    assert said(outcome) == ["addressing.vlan_of_prefix"]
    assert "10.20.3.0/24" in str(outcome.problems[0])
    gone = state(("vlan:1", LAPSED), ("prefix:n", prefix("10.20.3.0/24", vlan="vlan:1", **ended("2026-03-01"))))
    [change] = planned(gone, asked(gone, VLAN)).changes
    assert change.key == Key.parse("vlan:1")


def test_a_vlan_that_somebody_is_about_to_use_is_not_given_when_it_lapses() -> None:
    there = state(("vlan:1", {**NORTH_VLAN, **ended("2026-04-10", "reserved")}))
    wants = held(there, PREFIX)
    later = asked(there, VLAN, request="R8-2", owner="税務課", held=wants, day=date(2026, 4, 11))
    assert created(planned(there, later), "vid") == [121]


def test_a_change_of_words_does_not_hold_what_is_inside() -> None:
    there = after(state(), asked(state(), {**PREFIX, "vlan": ""}))
    new = next(key for key in there if key.is_new)
    settled = {Key("prefix", "p"): there[new], **{key: one for key, one in there.items() if key != new}}
    wants = held(settled, {**PREFIX, "vlan": "", "name": "renamed"})
    assert [one.hold.space for one in wants] == ["object"]
    assert not asked(settled, {**ADDRESS, "prefix": "10.20.0.0/24"}, held=wants).problems


def test_places_of_things_that_are_there_are_told_by_their_changes() -> None:
    there = state(("address:2", address("10.20.1.2", **ended("2026-03-01"))))
    found = {(one.hold.type, one.hold.space, one.hold.first) for one in held(there, ADDRESS)}
    assert found == {
        ("address", "object", "address:2"),
        ("address", OFFICE, "40a140102"),
        ("address", "item", "r8-1 a"),
    }
    assert LGWAN not in {space for _, space, _ in found}
