"""One request on NetBox and on a ledger of our own: the same plan, the same addresses, and one way back."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from chonai.change.errors import DriftFound
from chonai.change.model import Action, Change, Key
from chonai.site.systems import connect
from chonai.site.undoing import undo
from chonai.store.state import State
from tests.integration.ipam.office import PREFIX, SYSTEM, Office, apply, hosts, plan_of, request, sealed
from tests.integration.netbox.office import NetboxOffice, made, said, seed
from tests.netbox.running import Netbox
from tests.unit.change.people import People, make_people

ADDRESSES = "ipam/ip-addresses"


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
def office(tmp_path: Path, people: People, netbox: Netbox) -> NetboxOffice:
    found = NetboxOffice(tmp_path, people, netbox)
    found.seed()
    return found


@pytest.fixture
def own(tmp_path: Path, people: People) -> Office:
    """The same city with a ledger of its own."""
    (tmp_path / "own").mkdir()
    urls = [f"sqlite:///{tmp_path}/own/{name}.db" for name in ("store", "ledger")]
    found = Office(tmp_path / "own", people, *urls)
    seed(found)
    return found


def test_the_plan_is_that_of_a_ledger_of_our_own(office: NetboxOffice, own: Office) -> None:
    """Before anything was issued, afterwards, and for giving back."""
    asked = [
        hosts("R8-1", ["pc1", "pc2"]),
        request("R8-2", {"action": "reserve", "type": "address", "prefix": PREFIX, "hostname": "pc3"}),
        request("R8-3", {"action": "release", "type": "address", "hostname": "pc1"}),
        hosts("R8-4", ["pc4"]),
        request("R8-5", {"action": "issue", "type": "address", "address": "10.40.0.5"}),
    ]
    for one in asked:
        plans = []
        for where in (office, own):
            with where.site() as site:
                plan = plan_of(where, one, site.store.holds.view(SYSTEM))
                plans.append(said(plan))
                if not plan.problems:
                    apply(where, site, sealed(where, site, one))
        assert plans[0] == plans[1]
    assert office.addresses() == own.addresses()
    assert office.addresses()["R8-1 pc2"] == "10.40.0.11"


def test_what_is_done_is_undone(office: NetboxOffice) -> None:
    with office.site() as site:
        id_ = sealed(office, site, hosts("R8-1", ["pc1", "pc2"]))
        apply(office, site, id_)
        assert office.addresses() == {"R8-1 pc1": "10.40.0.10", "R8-1 pc2": "10.40.0.11"}
        assert not plan_of(office, hosts("R8-1", ["pc1", "pc2"]), site.store.holds.view(SYSTEM)).changes
        apply(office, site, undo(site, id_, {SYSTEM: office.settings}, office.author).change_set.id)
        assert office.addresses() == {}
        assert site.store.state_of(id_) is State.UNDONE


def test_an_address_that_somebody_entered_in_netbox_is_drift(office: NetboxOffice) -> None:
    with office.site() as site:
        id_ = sealed(office, site, hosts("R8-1", ["pc1"]))
        vrf = int(str(_some(office, "ipam/vrfs")["id"]))
        office.netbox.post(ADDRESSES, {"address": "10.40.0.10/20", "vrf": vrf, "status": "dhcp"})
        with pytest.raises(DriftFound):
            apply(office, site, id_)
        apply(office, site, sealed(office, site, hosts("R8-2", ["pc2"])))
        assert office.addresses()["R8-2 pc2"] == "10.40.0.11"


def test_what_netbox_has_no_room_for_is_a_problem_of_the_plan(office: NetboxOffice, own: Office) -> None:
    asked = hosts("R8-1", ["PC1"])
    with office.site() as site:
        view = site.store.holds.view(SYSTEM)
        [problem] = plan_of(office, asked, view).problems
        assert "PC1" in str(problem)
        assert plan_of(own, asked, view).problems == ()


def test_two_that_make_the_same_at_once_are_never_both_right(office: NetboxOffice) -> None:
    """Past our locks and holds, where NetBox itself does not look: overlapping prefixes."""
    vrf = made(office, "vrf", {"name": "other"})
    life = {"status": "in_use", "request": "R8-9", "vrf": str(vrf), "kind": "assignable"}
    creates = [
        Change(Action.CREATE, Key("prefix", f"new:{n}"), {}, {**life, "network": network, "item": str(n)}, "")
        for n, network in enumerate(("10.50.0.0/23", "10.50.1.0/24", "10.50.0.0/22"))
    ]
    codes: list[str] = []
    start = threading.Barrier(len(creates))

    def write(create: Change) -> None:
        with connect(SYSTEM, office.settings) as system:
            start.wait()
            [result] = system.apply([create], lambda *_: "")
            codes.append(result.error.code if result.error else "")

    threads = [threading.Thread(target=write, args=(create,)) for create in creates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {"", "ipam.prefix_overlaps"}
    assert codes.count("") <= 1


def _some(office: NetboxOffice, path: str) -> Mapping[str, object]:
    with office.netbox.connection() as connection:
        return connection.listed(path, {})[0]
