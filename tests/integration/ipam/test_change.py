"""Requests from plan to undo, with everything that refuses in between; on both kinds of database."""

from __future__ import annotations

import threading
from dataclasses import replace
from ipaddress import ip_network

import pytest

from chonai.change.errors import ApprovalRefused, BrakeTripped, DriftFound, InputError, LockHeld, Refused
from chonai.change.holds import Hold
from chonai.change.model import Action, Change, Key
from chonai.operations.addressing import SCOPE
from chonai.site.approving import approve
from chonai.site.systems import connect
from chonai.site.undoing import undo
from chonai.site.withdrawing import withdraw
from chonai.store.state import State
from tests.integration.ipam.office import SYSTEM, Office, apply, hosts, plan_of, request, sealed

ONE = hosts("R8-1", ["pc1"])


def test_what_is_approved_is_what_is_done_and_undone(office: Office) -> None:
    with office.site() as site:
        id_ = sealed(office, site, hosts("R8-1", ["pc1", "pc2"]))
        assert [one.hold.value for one in site.store.holds.of(SYSTEM) if one.hold.space != "item"] == [
            "10.40.0.2",
            "10.40.0.3",
        ]
        apply(office, site, id_)
        assert office.addresses() == {"R8-1 pc1": "10.40.0.2", "R8-1 pc2": "10.40.0.3"}
        assert site.store.holds.of(SYSTEM) == ()
        plan = plan_of(office, hosts("R8-1", ["pc1", "pc2"]), site.store.holds.view(SYSTEM))
        assert not plan.changes
        back = undo(site, id_, {SYSTEM: office.settings}, office.author).change_set.id
        apply(office, site, back)
        assert office.addresses() == {}
        assert site.store.state_of(id_) is State.UNDONE
        assert site.store.holds.of(SYSTEM) == ()


def test_undecided_change_sets_go_around_each_other(office: Office) -> None:
    with office.site() as site:
        first, second = sealed(office, site, ONE), sealed(office, site, hosts("R8-2", ["pc2"]))
        apply(office, site, second)
        assert office.addresses() == {"R8-2 pc2": "10.40.0.3"}
        plan = plan_of(office, ONE, site.store.holds.view(SYSTEM))
        assert first in str(plan.problems[0])
        withdraw(site, first, principal="sato", why="不要")
        apply(office, site, sealed(office, site, hosts("R8-3", ["pc3"])))
        assert office.addresses()["R8-3 pc3"] == "10.40.0.2"
        with pytest.raises(Refused):
            apply(office, site, first)


def test_a_plan_that_others_were_quicker_than_is_made_anew(office: Office) -> None:
    """Also where they are done already when it is sealed: it was made from a ledger that did not have them."""
    with office.site() as site:
        view = site.store.holds.view(SYSTEM)
        stale = site.put(plan_of(office, ONE, view), mark=view.mark)
        for number in ("R8-2", "R8-3"):
            apply(office, site, sealed(office, site, hosts(number, [number])))
        with pytest.raises(Refused) as caught:
            site.seal([stale], office.author)
        assert caught.value.message.code == "store.held"
        apply(office, site, sealed(office, site, ONE))
        assert office.addresses()["R8-1 pc1"] == "10.40.0.4"


def test_what_somebody_wrote_by_hand_is_drift(office: Office) -> None:
    with office.site() as site:
        id_ = sealed(office, site, ONE)
        record = {"address": "10.40.0.2", "prefix": "prefix:p", "role": "host", "status": "in_use"}
        create = Change(Action.CREATE, Key("address", "new:hand"), {}, record, "")
        with connect(SYSTEM, office.settings) as system:
            assert system.apply([create], lambda *_: "")[0].error is None
        with pytest.raises(DriftFound) as caught:
            apply(office, site, id_)
        assert "R8-1/pc1" in str(caught.value)
        assert office.addresses() == {"None None": "10.40.0.2"}


def test_a_held_ledger_refuses_whoever_comes_second(office: Office) -> None:
    with office.site() as site:
        id_ = sealed(office, site, ONE)
        with site.store.locks.hold(SYSTEM, "tanaka", "other"), pytest.raises(LockHeld, match="tanaka"):
            apply(office, site, id_)
        apply(office, site, id_)


def test_a_brake_is_released_by_name(office: Office) -> None:
    strict = Office(office.folder, office.people, office.store, office.ledger, approval="second_person")
    names = ["pc1", "pc2"]
    release = request("R8-2", *({"action": "release", "type": "address", "hostname": name} for name in names))
    with strict.site() as site:

        def agree(id_: str, *releases: str) -> None:
            approve(site, id_, principal="suzuki", releases=releases, key=office.people.key("suzuki"))

        id_ = sealed(strict, site, hosts("R8-1", names))
        with pytest.raises(ApprovalRefused):
            apply(strict, site, id_)
        agree(id_)
        apply(strict, site, id_)
        id_ = sealed(strict, site, release)
        agree(id_)
        with pytest.raises(BrakeTripped, match="released_addresses"):
            apply(strict, site, id_)
        agree(id_, "released_addresses")
        apply(strict, site, id_)
    with connect(SYSTEM, strict.settings) as system:
        found = system.observe(SCOPE).state
    assert {record["status"] for key, record in found.items() if key.type == "address"} == {"retired"}


def test_a_request_with_problems_is_not_sealed(office: Office) -> None:
    with office.site() as site, pytest.raises(InputError, match="no such prefix"):
        sealed(office, site, request("R8-1", {"action": "issue", "type": "address", "prefix": "nowhere"}))


def test_two_writers_past_chonai_cannot_both_be_right(office: Office) -> None:
    """Each in a transaction of its own, at the same moment; the database lets one of them through."""
    overlapping = [{"network": f"10.50.{n}.0/{bits}"} for n, bits in ((0, 16), (0, 20), (8, 21), (0, 24))]
    common = {"vrf": "vrf:v", "kind": "assignable", "status": "in_use"}
    creates = [Change(Action.CREATE, Key("prefix", f"new:{n}"), {}, {**common, **one}, "") for n, one in
               enumerate(overlapping)]  # fmt: skip
    errors: list[str] = []
    start = threading.Barrier(len(creates))

    def write(create: Change) -> None:
        with connect(SYSTEM, office.settings) as system:
            start.wait()
            [result] = system.apply([create], lambda *_: "")
            errors.append(result.error.code if result.error else "")

    threads = [threading.Thread(target=write, args=(create,)) for create in creates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(errors) == {"", "ipam.prefix_overlaps"}
    with connect(SYSTEM, office.settings) as system:
        state = system.observe(SCOPE).state
    networks = [ip_network(str(record["network"])) for key, record in state.items() if key.type == "prefix"]
    assert not [one for n, one in enumerate(networks) for other in networks[:n] if one.overlaps(other)]


def test_a_hold_says_what_it_holds(office: Office) -> None:
    with office.site() as site:
        sealed(office, site, ONE)
        [place, item] = [one.hold for one in site.store.holds.of(SYSTEM)]
        assert place == Hold(SYSTEM, "address", "10.40.0.2", "prefix:p", "40a280002", "40a280002")
        assert item == replace(place, value="R8-1 pc1", space="item", first="r8-1 pc1", last="r8-1 pc1")
