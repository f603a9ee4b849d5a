"""Names in the same change set as their addresses: one seal, the ledger first, and the way back; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from chonai.change.codec import record_from_json, record_to_json
from chonai.change.errors import InputError, Refused
from chonai.change.model import Action, Change, Key, Plan
from chonai.change.ports import Event
from chonai.operations.files import File
from chonai.site import Crew, Site
from chonai.site.addressing import Asked, plan_addressing
from chonai.site.applying import apply_all, settle
from chonai.site.dns import NameServer
from chonai.site.systems import Settings, connect
from chonai.site.undoing import undo
from chonai.store.holds import View
from chonai.store.state import State
from tests.integration.ipam.office import DAY, POLICY, SYSTEM, Office, hosts, request
from tests.integration.ipam.sealing import seal_anew
from tests.unit.dns.zones import DOMAIN, zones
from tests.unit.dns.zones import POLICY as DNS_POLICY

DNS = "dns"


@pytest.fixture
def server(office: Office) -> NameServer:
    """A name server for the zone that the office's network is in from now on."""
    zone, vrf = Key("zone", "z"), Key("vrf", "v")
    changes = [
        Change(Action.CREATE, zone, {}, {"name": "LGWAN系"}, ""),
        Change(Action.UPDATE, vrf, {"zone": None}, {"zone": str(zone)}, ""),
    ]
    with connect(SYSTEM, office.settings) as system:
        for change in changes:
            [made] = system.apply([change], lambda _change, _name: "")
            assert made.error is None, str(made.error)
    file = office.folder / "dns.json"
    file.write_text(json.dumps({"objects": {str(key): record_to_json(record) for key, record in zones().items()}}))
    settings = {"kind": "memory", "file": str(file), "after": [SYSTEM]}
    return NameServer(settings, DNS_POLICY, {"network": "lgwan", "domain": DOMAIN})


def planner(office: Office, server: NameServer, asked: File) -> Callable[[View], tuple[Plan, ...]]:
    return lambda view: plan_addressing(
        system=SYSTEM, settings=office.settings, policy=POLICY, asked=Asked(asked, DAY, view), servers={DNS: server}
    )


def sealed(office: Office, server: NameServer, site: Site, asked: File) -> str:
    return seal_anew(site, office.author, SYSTEM, planner(office, server, asked)).change_set.id


def systems(office: Office, server: NameServer) -> Mapping[str, Settings]:
    return {SYSTEM: office.settings, DNS: server.settings}


def apply(office: Office, server: NameServer, site: Site, id_: str) -> list[str]:
    """Apply all of it; the systems in the order in which they were done."""
    settle(apply_all(site, id_, Crew("sato"), systems(office, server), lambda *_: None))
    return [row.entry.system for row in site.store.journal.rows(id_) if row.entry.event is Event.FINISHED]


def names(server: NameServer) -> dict[str, frozenset[str]]:
    """The hosts that DNS knows, and their addresses."""
    objects = json.loads(Path(str(server.settings["file"])).read_text())["objects"]
    found = {key.removeprefix("rrset:"): record_from_json(record)["data"] for key, record in objects.items()}
    return {key: data for key, data in found.items() if key.startswith("pc") and isinstance(data, frozenset)}


def test_name_and_address_are_made_and_taken_back_together(office: Office, server: NameServer) -> None:
    with office.site() as site:
        asked = hosts("R8-1", ["pc1", "pc2"])
        id_ = sealed(office, server, site, asked)
        assert apply(office, server, site, id_) == [SYSTEM, DNS]
        assert office.addresses() == {"R8-1 pc1": "10.40.0.2", "R8-1 pc2": "10.40.0.3"}
        assert names(server) == {f"pc{n}.{DOMAIN} A": frozenset({f"10.40.0.{n + 1}"}) for n in (1, 2)}
        assert not any(plan.changes for plan in planner(office, server, asked)(site.store.holds.view(SYSTEM)))
        back = undo(site, id_, systems(office, server), office.author).change_set.id
        assert apply(office, server, site, back) == [DNS, SYSTEM]
        assert (office.addresses(), names(server)) == ({}, {})
        assert site.store.state_of(id_) is State.UNDONE


def test_a_name_that_dns_lost_comes_back_with_the_same_request(office: Office, server: NameServer) -> None:
    with office.site() as site:
        asked = hosts("R8-1", ["pc1"])
        apply(office, server, site, sealed(office, server, site, asked))
        file = Path(str(server.settings["file"]))
        file.write_text(json.dumps({"objects": {str(key): record_to_json(one) for key, one in zones().items()}}))
        ledger, dns = planner(office, server, asked)(site.store.holds.view(SYSTEM))
        assert not ledger.changes
        assert [change.key.id for change in dns.changes] == [f"pc1.{DOMAIN} A"]
        apply(office, server, site, sealed(office, server, site, asked))
        assert names(server) == {f"pc1.{DOMAIN} A": frozenset({"10.40.0.2"})}


def test_a_name_that_an_undecided_change_set_wants_is_not_given_twice(office: Office, server: NameServer) -> None:
    with office.site() as site:
        first = sealed(office, server, site, hosts("R8-1", ["pc1"]))
        again = request("R8-2", {"action": "issue", "type": "address", "prefix": "10.40.0.0/20", "hostname": "pc1"})
        with pytest.raises(Refused, match=f"pc1.{DOMAIN} A is held by the change set {first}"):
            sealed(office, server, site, again)
        assert [one.id for one in site.store.change_sets.list()] == [first]


def test_a_name_that_another_has_by_now_is_not_given_back(office: Office, server: NameServer) -> None:
    item = {"type": "address", "prefix": "10.40.0.0/20", "hostname": "pc1"}
    with office.site() as site:
        apply(office, server, site, sealed(office, server, site, hosts("R8-1", ["pc1"])))
        released = sealed(office, server, site, request("R8-2", {**item, "action": "release"}))
        apply(office, server, site, released)
        other = {**item, "action": "issue", "owner": "税務課"}
        apply(office, server, site, sealed(office, server, site, request("R8-3", other)))
        with pytest.raises(InputError, match=r"10\.40\.0\.3, which belongs to 税務課, is called so by now"):
            undo(site, released, systems(office, server), office.author)
        assert names(server) == {f"pc1.{DOMAIN} A": frozenset({"10.40.0.3"})}


def test_what_was_made_in_part_is_taken_back_although_the_rest_is_held(office: Office, server: NameServer) -> None:
    with office.site() as site:
        id_ = sealed(office, server, site, hosts("R8-1", ["pc1"]))
        apply_all(site, id_, Crew("sato"), {SYSTEM: office.settings}, lambda *_: None)
        back = undo(site, id_, systems(office, server), office.author).change_set.id
        apply(office, server, site, back)
        assert (office.addresses(), names(server)) == ({}, {})
