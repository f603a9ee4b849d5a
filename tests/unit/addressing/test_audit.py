"""The ledger against what was seen: each kind of finding, and what is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chonai.change.model import Key, State, Value
from chonai.operations.addressing.audit import Atlas, Audit, Sighting, Source, Via, compare
from tests.unit.addressing.town import DAY, MYNUMBER, NORTH, OFFICE, address, ended, prefix, state

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
ROUTER, DHCP, PINGS = Source("arp.txt"), Source("leases"), Source("ping", "lgwan", swept=frozenset({Key.parse(OFFICE)}))
SERVER = Source("dns", zones=frozenset({"example.jp", "20.10.in-addr.arpa"}))
ONE, TWO = "00:11:22:33:44:01", "00:11:22:33:44:02"
PC5 = ("address:5", address("10.20.1.5", hostname="PC005", owner="税務課", interface="interface:5"))
PORT = [
    ("device:d", {"name": "pc005"}),
    ("interface:5", {"device": "device:d", "name": "eth0", "mac": "0011.2233.4401"}),
]
POOL = (
    "range:p",
    {"prefix": OFFICE, "first": "10.20.1.200", "last": "10.20.1.250", "issuable": False, "purpose": "DHCP"},
)
Objects = tuple[str, dict[str, Value]]


def arp(address: str, mac: str = ONE, *, source: Source = ROUTER, ago: timedelta = timedelta()) -> Sighting:
    return Sighting(source, Via.ARP, NOW - ago, address, mac, port="SW Gi1/0/5")


def gateway(address: str = "10.20.1.1") -> Sighting:
    """The table of a router that has this address itself."""
    return replace(arp(address, TWO), is_own=True)


def lease(address: str, mac: str = ONE, name: str = "") -> Sighting:
    return Sighting(DHCP, Via.LEASE, NOW, address, mac, name)


def named(address: str, name: str, *, via: Via = Via.FORWARD, source: Source = SERVER) -> Sighting:
    return Sighting(source, via, NOW, address, name=name)


def audited(
    observed: State, *sightings: Sighting, sources: Iterable[Source] = (), within: Iterable[str] = (), days: int = 30
) -> Audit:
    atlas = Atlas(observed, DAY, [Key.parse(one) for one in within])
    every = list(dict.fromkeys([*sources, *(one.source for one in sightings)]))
    return compare(atlas, every, sightings, now=NOW, days=days)


def kinds(*args: Sighting, objects: Iterable[Objects] = (PC5, *PORT), **more: object) -> list[str]:
    found = audited(state(*objects), *args, **more)  # type: ignore[arg-type]  # those of audited
    return [f"{one.kind} {one.address}" for one in found.findings]


def test_what_agrees_is_no_finding() -> None:
    assert kinds(arp("10.20.1.5"), arp("10.20.1.1", TWO), sources=[PINGS]) == []


def test_what_nobody_saw_is_unused_where_somebody_looked() -> None:
    """Its gateway would have it in its table. Who only has seen the gateway had nothing to do with it."""
    assert kinds(gateway()) == ["unused 10.20.1.5"]
    assert kinds(arp("10.20.1.1", TWO)) == []
    assert kinds(sources=[PINGS]) == ["unused 10.20.1.5"]
    assert kinds(arp("10.20.9.9")) == ["unknown 10.20.9.9"]
    assert kinds(lease("10.20.1.200"), objects=(PC5, *PORT, POOL)) == []
    assert audited(state(PC5, *PORT), sources=[SERVER]).unseen == ("10.20.1.0/24 (lgwan)",)
    assert audited(state(PC5, *PORT), gateway()).unseen == ()
    switch = replace(arp("10.20.1.250"), is_own=True)
    assert kinds(switch) == ["unknown 10.20.1.250"]


def test_who_sees_a_site_sees_all_of_it() -> None:
    hall = replace(ROUTER, site="本庁舎")
    assert kinds(arp("192.0.2.1", source=hall)) == ["unknown 192.0.2.1", "unused 10.20.1.5"]
    assert kinds(arp("192.0.2.1", source=replace(hall, vrf="mynumber"))) == ["unknown 192.0.2.1"]


def test_what_was_seen_long_ago_is_unused_and_tells_when() -> None:
    old = arp("10.20.1.5", ago=timedelta(days=31))
    [one] = audited(state(PC5, *PORT), old, gateway()).findings
    assert (one.kind, one.last_seen, one.owner, one.sources) == ("unused", old.at, "税務課", ())
    assert kinds(old, gateway(), days=32) == []


def test_a_mac_table_shows_who_is_there_too() -> None:
    port = Sighting(ROUTER, Via.MAC, NOW, mac=ONE, port="SW Gi1/0/7")
    assert kinds(port, sources=[PINGS]) == []
    [one] = audited(state(), arp("10.20.1.9"), port).findings
    assert one.ports == ("SW Gi1/0/5", "SW Gi1/0/7")


@pytest.mark.parametrize("status", ["reserved", "retired"])
def test_only_what_is_in_use_can_be_unused(status: str) -> None:
    own = ("address:5", address("10.20.1.5", **ended("2026-05-01", status)))
    assert kinds(objects=[own], sources=[PINGS]) == []


def test_what_the_ledger_does_not_have_is_unknown() -> None:
    seen = arp("10.20.1.77", TWO), arp("10.20.1.5"), named("10.20.1.78", "x.example.jp")
    found = kinds(*seen, objects=[("address:5", address("10.20.1.5"))])
    assert found == ["unknown 10.20.1.77", "unknown 10.20.1.78"]


def test_what_is_no_ledgers_business() -> None:
    """Links, groups, and names of public addresses of others; of a pool the clients."""
    seen = [arp("fe80::1"), arp("224.0.0.251"), arp("169.254.1.1"), named("8.8.8.8", "www.example.jp")]
    pool = [arp("10.20.1.201"), lease("10.20.1.202", TWO), named("10.20.1.203", "dhcp-3.example.jp")]
    nameless = ("address:5", address("10.20.1.5"))
    assert kinds(*seen, *pool, arp("10.20.1.5"), objects=(nameless, *PORT, POOL)) == []


def test_quarantine_and_what_was_given_back() -> None:
    own = [
        ("address:6", address("10.20.1.6", owner="税務課", **ended("2026-05-01"))),
        ("address:7", address("10.20.1.7", owner="税務課", **ended("2026-03-01"))),
    ]
    assert kinds(objects=own, sources=[PINGS]) == []
    assert kinds(arp("10.20.1.6"), named("10.20.1.7", "old.example.jp"), objects=own) == [
        "quarantined 10.20.1.6",
        "free 10.20.1.7",
    ]


def test_another_device_than_the_ledgers() -> None:
    found = audited(state(PC5, *PORT), arp("10.20.1.5", TWO)).findings
    assert [str(one.kind) for one in found] == ["other_mac"]
    assert found[0].why.render("en") == f"the ledger has {ONE}, seen was {TWO}"
    virtual = arp("10.20.1.5", "00:00:5e:00:01:0a")
    assert kinds(virtual) == []


def test_two_devices_at_one_time() -> None:
    at_once = arp("10.20.1.5", TWO, ago=timedelta(hours=3))
    assert kinds(arp("10.20.1.5"), at_once) == ["two_devices 10.20.1.5"]
    assert kinds(arp("10.20.1.5"), arp("10.20.1.5", TWO, ago=timedelta(hours=5))) == []
    assert kinds(arp("10.20.1.201"), lease("10.20.1.201", TWO), objects=[POOL]) == ["two_devices 10.20.1.201"]


def test_leases() -> None:
    assert kinds(lease("10.20.1.5", TWO, "pc-x")) == ["lease_on_static 10.20.1.5"]
    assert kinds(lease("10.20.1.5")) == []  # a reservation for the ledger's device
    assert kinds(lease("10.20.1.9", TWO), arp("10.20.1.9", TWO), objects=[POOL]) == ["lease_outside 10.20.1.9"]
    assert kinds(lease("192.0.2.9", TWO), objects=[]) == ["unknown 192.0.2.9"]


def test_another_site() -> None:
    north = replace(ROUTER, site="北支所")
    assert kinds(arp("10.20.1.5", source=north)) == ["other_site 10.20.1.5"]
    assert kinds(arp("10.20.1.5", source=replace(north, site="本庁舎"))) == []


NAMED = ("address:5", address("10.20.1.5", hostname="PC005", dns_zone="example.jp"))
POINTER = named("10.20.1.5", "pc005.example.jp", via=Via.REVERSE)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([named("10.20.1.5", "pc005.example.jp"), POINTER], []),
        ([named("10.20.1.5", "pc005.example.jp"), named("10.20.1.5", "alias.example.jp"), POINTER], []),
        ([POINTER], ["no A pc005.example.jp on dns"]),
        ([named("10.20.1.5", "pc005.example.jp")], ["no PTR 10.20.1.5 on dns"]),
        ([], ["no A pc005.example.jp on dns", "no PTR 10.20.1.5 on dns"]),
        ([named("10.20.1.200", "pc005.example.jp"), POINTER], ["DNS has pc005.example.jp at 10.20.1.200"]),
        (
            [named("10.20.1.5", "x.example.jp"), named("10.20.1.5", "y.example.jp", via=Via.REVERSE)],
            [
                "the ledger calls it pc005.example.jp, DNS x.example.jp",
                "the ledger calls it pc005.example.jp, DNS y.example.jp",
            ],
        ),
    ],
)
def test_names(seen: list[Sighting], expected: list[str]) -> None:
    found = audited(state(NAMED, POOL), *seen, sources=[SERVER]).findings
    assert [one.why.render("en") for one in found] == expected


def test_names_that_nobody_can_compare() -> None:
    """Without a host name; of a zone that nobody serves here; in another VRF; without a zone its first label does."""
    bare = ("address:5", address("10.20.1.5"))
    assert kinds(named("10.20.1.5", "x.example.jp"), objects=[bare]) == []
    elsewhere = ("address:5", address("10.20.1.5", hostname="pc005", dns_zone="other.jp"))
    assert kinds(objects=[elsewhere], sources=[replace(SERVER, zones=frozenset({"example.jp"}))]) == []
    assert kinds(objects=[NAMED], sources=[replace(SERVER, vrf="mynumber")]) == []
    assert kinds(named("10.20.1.5", "pc005.example.jp"), POINTER) == []
    assert "other_name 10.20.1.5" in kinds(named("10.20.1.5", "pc006.example.jp"))


def test_a_name_without_a_zone_is_in_one_of_those_that_the_servers_have() -> None:
    assert kinds(sources=[SERVER]) == ["no_name 10.20.1.5", "no_name 10.20.1.5"]
    assert kinds(named("10.20.1.5", "pc005.example.jp")) == ["no_name 10.20.1.5"]  # the PTR
    assert "other_name 10.20.1.5" in kinds(named("10.20.1.6", "pc005.example.jp"))
    assert kinds(sources=[replace(SERVER, zones=frozenset({"20.10.in-addr.arpa"}))]) == []


def test_a_reservation_whose_address_somebody_uses() -> None:
    reserved = ("address:5", address("10.20.1.5", **ended("2026-06-30", "reserved")))
    assert kinds(arp("10.20.1.5"), objects=[reserved]) == ["reserved 10.20.1.5"]
    assert kinds(named("10.20.1.5", "x.example.jp"), objects=[reserved]) == ["reserved 10.20.1.5"]
    assert kinds(objects=[reserved]) == []


def test_one_address_in_two_vrfs() -> None:
    """Who does not say which one it sees is told so, and only shows that somebody is there."""
    twin = [
        ("prefix:twin", {**prefix("10.20.1.0/24", gateway="10.20.1.1"), "vrf": MYNUMBER}),
        ("address:t", {**address("10.20.1.5"), "prefix": "prefix:twin"}),
    ]
    both = state(PC5, *PORT, *twin)
    found = audited(both, arp("10.20.1.5", TWO), arp("10.20.1.77"))
    assert found.findings == ()
    assert found.unclear == {"arp.txt": 2}
    told = audited(both, arp("10.20.1.5", TWO, source=replace(ROUTER, vrf="mynumber")))
    assert [(one.kind, one.vrf) for one in told.findings] == []
    told = audited(both, arp("10.20.1.5", TWO, source=replace(ROUTER, vrf="lgwan")))
    assert [(str(one.kind), one.vrf) for one in told.findings] == [("other_mac", "lgwan")]


def test_only_some_prefixes() -> None:
    other = [
        ("prefix:n", prefix("10.20.3.0/24", site=NORTH, gateway="10.20.3.1")),
        ("address:n", {**address("10.20.3.5"), "prefix": "prefix:n"}),
    ]
    seen = [gateway(), gateway("10.20.3.1"), arp("192.0.2.1")]
    assert kinds(*seen, objects=[PC5, *PORT, *other], within=[OFFICE]) == ["unused 10.20.1.5"]
    everything = kinds(*seen, objects=[PC5, *PORT, *other], within=["prefix:container"])
    assert everything == ["unused 10.20.1.5", "unused 10.20.3.5"]


def test_ipv6() -> None:
    six = [
        ("prefix:6", prefix("2001:db8:1::/64")),
        ("address:6", {**address("2001:db8:1::5", hostname="pc", dns_zone="example.jp"), "prefix": "prefix:6"}),
    ]
    seen = [arp("2001:db8:1::77", TWO), named("2001:db8:1::5", "pc.example.jp"), arp("2001:db8:1::5")]
    assert kinds(*seen, objects=six) == ["unknown 2001:db8:1::77"]
    assert list(Atlas(state(*six), DAY).hosts(Key.parse("prefix:6"))) == ["2001:db8:1::5"]


def test_conflicts_come_first_and_everything_is_counted() -> None:
    seen = [gateway(), arp("10.20.1.77", TWO), arp("10.20.1.9", TWO), arp("10.20.1.9")]
    more = ("address:8", address("10.20.1.8"))
    found = audited(state(PC5, *PORT, more), *seen)
    assert [str(one.group) for one in found.findings] == ["conflicting", "unknown", "unknown", "unused", "unused"]
    assert {str(kind): count for kind, count in found.counts.items()} == {"two_devices": 1, "unknown": 2, "unused": 2}
    assert (found.checked, found.seen) == (2, {"arp.txt": 4})
