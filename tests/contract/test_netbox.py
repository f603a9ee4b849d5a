"""NetBox as people and other programs leave it, and what comes in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from chonai.change.errors import Fault, SystemUnreachable
from chonai.change.model import Key
from chonai.operations.addressing.book import Book
from chonai.systems.netbox import connect
from chonai.systems.netbox.connection import Connection
from chonai.systems.netbox.settings import parse
from chonai.systems.netbox.write import Desk
from tests.contract.ground import done, refused, update
from tests.contract.ledgers import TODAY, LedgerGround
from tests.contract.netboxes import netbox_ground
from tests.contract.relay import Relay
from tests.netbox.running import Netbox

pytestmark = pytest.mark.apart
ADDRESSES, PREFIXES, VRFS = "ipam/ip-addresses", "ipam/prefixes", "ipam/vrfs"


@pytest.fixture
def ledger(netbox: Netbox) -> Iterator[LedgerGround]:
    with netbox_ground(netbox) as found:
        yield found


def test_what_people_entered_is_a_ledger(ledger: LedgerGround, netbox: Netbox) -> None:
    vrf = int(ledger.known["lgwan"].id)
    pool, stray, closed = netbox.post(
        ADDRESSES,
        {"address": "10.20.1.77/24", "vrf": vrf, "status": "dhcp", "dns_name": "pc77.lgwan.example"},
        {"address": "10.20.9.9/16", "vrf": vrf},
        {"address": "10.20.1.1/24", "vrf": vrf, "status": "deprecated"},
    )
    [old] = netbox.post(
        PREFIXES,
        {"prefix": "10.20.64.0/18", "vrf": vrf, "status": "deprecated", "custom_fields": {"chonai_kind": "container"}},
    )
    [range_] = netbox.post("ipam/ip-ranges", _range(vrf, mark_populated=True))
    state = ledger.system.observe(ledger.scope).state
    found = state[Key("address", str(pool))]
    assert (found["status"], found["hostname"], found["dns_zone"]) == ("in_use", "pc77.lgwan.example", None)
    assert (found["prefix"], found["role"]) == (str(ledger.known["office"]), "host")
    assert Key("address", str(stray)) not in state
    assert (state[Key("address", str(closed))]["role"], state[Key("address", str(closed))]["status"]) == (
        "gateway",
        "retired",
    )
    assert (state[Key("prefix", str(old))]["kind"], state[Key("prefix", str(old))]["status"]) == (
        "container",
        "retired",
    )
    assert state[Key("range", str(range_))]["issuable"] is False
    assert ledger.system.read(state.keys(), ledger.scope) == state


def _range(vrf: int, **more: object) -> Mapping[str, object]:
    return {"start_address": "10.20.1.100/24", "end_address": "10.20.1.199/24", "vrf": vrf, **more}


def test_only_what_a_change_is_about_is_written(ledger: LedgerGround, netbox: Netbox) -> None:
    office, zone = ledger.known["office"], ledger.known["LGWAN系"]
    [other] = netbox.post("extras/tags", {"name": "紙台帳から", "slug": "from-paper"})
    try:
        netbox.patch(PREFIXES, office.id, tags=[{"id": other}], status="deprecated")
        done(ledger.apply(update(office, {"zone": None}, {"zone": str(zone)}))[0])
        told: Mapping[str, Any] = netbox.one(PREFIXES, office.id)
        assert {tag["id"] for tag in told["tags"]} == {other, int(zone.id)}
        assert told["status"]["value"] == "deprecated"
        assert told["custom_fields"]["chonai_gateway"] == "10.20.1.1"
        done(ledger.apply(update(office, {"zone": str(zone)}, {"zone": None}))[0])
        told = netbox.one(PREFIXES, office.id)
        assert [tag["id"] for tag in told["tags"]] == [other]
    finally:
        with netbox.connection() as connection:
            connection.delete("extras/tags", [other])


def test_what_people_left_against_a_rule_can_be_given_back(ledger: LedgerGround, netbox: Netbox) -> None:
    """An address in a DHCP pool, marked as reserved without a last day; nothing else can be made there."""
    vrf = int(ledger.known["lgwan"].id)
    [left] = netbox.post(ADDRESSES, {"address": "10.20.1.150/24", "vrf": vrf, "status": "reserved"})
    netbox.post("ipam/ip-ranges", _range(vrf, mark_populated=True))
    key = Key("address", str(left))
    before = {"status": "reserved", "until": None}
    done(ledger.apply(update(key, {"owner": None}, {"owner": "市民課"}))[0])
    done(ledger.apply(update(key, before, {"status": "retired", "until": "2026-06-30"}))[0])
    assert ledger.read(key)["status"] == "retired"
    assert refused(ledger.apply(ledger.address("10.20.1.151"))[0]).code == "ipam.address_blocked"
    assert refused(ledger.apply(update(key, {"until": "2026-06-30"}, {"until": None}))[0]).code == "ipam.until"


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_that_are_told_by_the_same_the_one_in_use_counts(
    ledger: LedgerGround, netbox: Netbox, is_first: bool
) -> None:
    """NetBox takes a VLAN twice in a site without a group."""
    site = ledger.known["本庁舎"]
    over = {"status": "deprecated", "custom_fields": {"chonai_until": "2020-01-01"}}
    used = {"vid": 70, "name": "used", "site": int(site.id)}
    gone = {"vid": 70, "name": "gone", "site": int(site.id), **over}
    netbox.post("ipam/vlans", *((used, gone) if is_first else (gone, used)))
    book = Book(ledger.system.observe(ledger.scope).state, date(2026, 4, 1), ())
    assert not book.vlan_is_free(f"site {site}", 70)
    assert book.vlan_is_free(f"site {site}", 71)


def test_what_is_in_no_vrf_is_in_global(ledger: LedgerGround, netbox: Netbox) -> None:
    netbox.post(PREFIXES, {"prefix": "10.99.0.0/24"})
    observation = ledger.system.observe(ledger.scope)
    key = Key("vrf", "global")
    assert observation.state[key]["name"] == "Global"
    assert key in observation.protected
    [prefix] = ledger.made(ledger.prefix("10.99.1.0/24", vrf=str(key)))
    [address] = ledger.made(ledger.address("10.99.1.5", prefix=str(prefix)))
    assert (netbox.one(PREFIXES, prefix.id)["vrf"], netbox.one(ADDRESSES, address.id)["vrf"]) == (None, None)
    assert "global" in refused(ledger.apply(update(key, {"name": "Global"}, {"name": "x"}))[0]).code


def test_a_list_is_read_page_by_page(ledger: LedgerGround) -> None:
    ledger.made(*(ledger.address(f"10.20.1.{n}") for n in range(10, 17)))
    whole = ledger.system.observe(ledger.scope).state
    with ledger.connected(limits={"page": 3, "bulk": 2}) as small:
        assert small.observe(ledger.scope).state == whole
        results = small.apply([ledger.address(f"10.20.1.{n}") for n in range(20, 25)], lambda *_: "")
    assert len({done(result) for result in results}) == 5


def test_what_netbox_itself_refuses_stops_no_other(ledger: LedgerGround) -> None:
    """Its rule that names are unique in a VLAN group is none of a ledger's."""
    found = ledger.apply(*(ledger.vlan(n, vlan_group="g", name="x" if n < 3 else "y") for n in (1, 2, 3)))
    assert [one.error is None for one in found] == [True, False, True]
    error = refused(found[1])
    assert (error.code, error.fields["status"]) == ("netbox.refused", 400)
    assert "already exists" in str(error)


def test_what_another_program_makes_at_that_moment_is_not_joined(ledger: LedgerGround, netbox: Netbox) -> None:
    """It writes after we have looked. NetBox would take both: this VRF does not ask, and overlaps it never refuses."""
    vrf = int(ledger.known["lgwan"].id)
    netbox.patch(VRFS, vrf, enforce_unique=False)
    settings = parse(ledger.settings)
    changes = [ledger.address("10.20.1.5"), ledger.address("10.20.1.6"), ledger.prefix("10.20.4.0/22")]
    with Connection.open(settings) as connection:
        desk = Desk(settings, connection, changes, TODAY)
        [theirs] = netbox.post(ADDRESSES, {"address": "10.20.1.5/24", "vrf": vrf})
        netbox.post(PREFIXES, {"prefix": "10.20.5.0/24", "vrf": vrf})
        taken, free, overlapping = desk.made()
    assert (refused(taken).code, refused(overlapping).code) == ("ipam.address_taken", "ipam.prefix_overlaps")
    assert f"address:{theirs}" in str(refused(taken))
    state = ledger.system.observe(ledger.scope).state
    assert sorted(key for key in state if key.type == "address") == sorted([done(free), Key("address", str(theirs))])
    assert [
        record["network"] for key, record in state.items() if str(record.get("network")).startswith("10.20.4")
    ] == []


def test_a_vrf_that_takes_an_address_twice_is_warned_of(ledger: LedgerGround, netbox: Netbox) -> None:
    assert ledger.system.warnings == ()
    netbox.patch(VRFS, ledger.known["lgwan"].id, enforce_unique=False)
    [warning] = ledger.system.warnings
    assert warning.fields["vrfs"] == "lgwan"


def test_what_has_no_room_is_told_beforehand(ledger: LedgerGround) -> None:
    creates = [ledger.address("10.20.1.5", hostname="PC5"), ledger.vlan(5, name="長" * 65), ledger.vlan(6, name="短")]
    found = ledger.system.unwritable(creates)  # type: ignore[attr-defined]  # a NetBox is one that can say
    assert {key: why.code for key, why in found.items()} == {
        creates[0].key: "netbox.capitals",
        creates[1].key: "netbox.too_long",
    }
    assert refused(ledger.apply(creates[0])[0]).code == "netbox.capitals"


def test_a_network_in_which_somebody_has_addresses_is_not_new(ledger: LedgerGround, netbox: Netbox) -> None:
    vrf = int(ledger.known["lgwan"].id)
    netbox.post(ADDRESSES, {"address": "10.20.5.9/24", "vrf": vrf}, {"address": "10.20.1.9/24", "vrf": vrf})
    pool = {"start_address": "10.20.5.100/24", "end_address": "10.20.5.120/24", "vrf": vrf}
    netbox.post("ipam/ip-ranges", pool)
    creates = [
        ledger.prefix("10.20.5.0/24"),
        ledger.prefix("10.20.6.0/24"),
        ledger.prefix("10.20.4.0/22", kind="container"),
    ]
    found = ledger.system.unwritable(creates)  # type: ignore[attr-defined]  # a NetBox is one that can say
    assert {key: (why.code, why.fields["addresses"]) for key, why in found.items()} == {
        creates[0].key: ("netbox.inhabited", "10.20.5.9, 10.20.5.100-10.20.5.120")
    }


def test_a_netbox_without_our_fields_is_not_written_to(ledger: LedgerGround, netbox: Netbox) -> None:
    with netbox.connection() as connection:
        [field] = connection.listed("extras/custom-fields", {"name": "chonai_item", "fields": "id"})
        connection.delete("extras/custom-fields", [field["id"]])
    with pytest.raises(Fault) as caught, connect(netbox.settings(make_fields=False)):
        pass
    assert "chonai_item (ipam.ipaddress, ipam.prefix, ipam.vlan)" in str(caught.value)
    with connect(netbox.settings()) as system:
        assert system.observe(ledger.scope).state


def test_a_token_that_is_not_taken_is_not_told(netbox: Netbox) -> None:
    with pytest.raises(SystemUnreachable) as caught, connect(netbox.settings(token="hunter2")):
        pass
    assert caught.value.message.code == "netbox.login_refused"
    assert "hunter2" not in str(caught.value)


def test_a_netbox_that_goes_away_stops_everything(ledger: LedgerGround, netbox: Netbox) -> None:
    host, port = netbox.url.removeprefix("https://").split(":")
    with Relay(host, int(port)) as relay, connect(netbox.settings(url=f"https://{host}:{relay.port}")) as system:
        assert system.observe(ledger.scope).state
        relay.cut()
        with pytest.raises(SystemUnreachable):
            system.observe(ledger.scope)
        with pytest.raises(SystemUnreachable):
            system.apply([ledger.vlan(5)], lambda *_: "")


def test_a_server_whose_certificate_nobody_vouches_for(netbox: Netbox) -> None:
    with pytest.raises(SystemUnreachable, match="certificate"), connect(netbox.settings(ca_file=None)):
        pass
