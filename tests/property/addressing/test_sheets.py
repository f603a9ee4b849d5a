"""An exported ledger is the ledger: taken in again it changes nothing, and an empty ledger becomes an equal one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network

from hypothesis import given, settings
from hypothesis import strategies as st

from chonai.change.model import Key, Record, State, Value
from chonai.operations.addressing.model import ISSUED, SCOPE
from chonai.operations.addressing.sheet.draft import name_of
from chonai.operations.addressing.sheet.rows import is_filled
from chonai.operations.addressing.spaces import host_span, numbered
from tests.unit.addressing.sheets import exported, taken_in
from tests.unit.addressing.town import planned

# What the database takes (no control characters), but for padding, which no cell of a workbook tells apart, dashes that
# stand for nothing, and what no XML file may hold.
TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=12
).filter(lambda text: text == text.strip() and is_filled(text))
MAYBE = st.none() | TEXT | st.sampled_from(["税務課", "=1+1", "'x", "ＤＨＣＰ", "_x0041_", "1", "2026-04-01", "TRUE"])
NAMES = st.sampled_from(["本庁舎", "北支所", "lgwan", "ＬＧＷＡＮ", "A (b)", "拠点なし", "core"]) | TEXT
# What begins with ■ or says 合計 and stands alone between devices is a heading or a total.
DEVICES = NAMES.filter(lambda text: not re.match("[■□●○◆◇▼▽★☆【]|.*計", text))
HOSTS = st.none() | st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,8}[A-Za-z0-9])?(\.[a-z]{1,5})?", fullmatch=True)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
NETWORKS: tuple[IPv4Network | IPv6Network, ...] = tuple(
    map(ip_network, ("10.0.0.0/24", "10.0.1.0/25", "10.0.2.0/31", "192.0.2.0/28", "2001:db8::/64"))
)


@dataclass
class Town:
    """A ledger that grows by what is drawn."""

    draw: st.DrawFn
    objects: dict[Key, Record] = field(default_factory=dict)

    def add(self, type_: str, **record: Value) -> Key:
        """An object, with what is not said of it drawn or blank."""
        key = Key(type_, f"{len(self.objects)}")
        life = self.life() if type_ in ISSUED else {}
        self.objects[key] = {**dict.fromkeys(SCOPE[type_].attributes), **life, **record}
        return key

    def life(self) -> dict[str, Value]:
        """State and words of what is issued."""
        status = self.draw(st.sampled_from(["in_use", "reserved", "retired"]))
        until = None if status == "in_use" else self.draw(DAYS).isoformat()
        words = {name: self.draw(MAYBE) for name in ("owner", "purpose", "request", "item", "ended_by", "note")}
        return {"status": status, "until": until, **words}

    def some(self, type_: str) -> str | None:
        """One of the objects of a type, or none."""
        return self.draw(st.sampled_from([None, *(str(key) for key in self.objects if key.type == type_)]))


@st.composite
def ledgers(draw: st.DrawFn) -> State:
    town = Town(draw)
    for type_ in ("zone", "site"):
        for name in draw(st.lists(NAMES, max_size=3, unique=True)):
            town.add(type_, name=name, description=draw(MAYBE))
    for name in draw(st.lists(NAMES, min_size=1, max_size=2, unique=True)):
        town.add("vrf", name=name, zone=town.some("zone"), description=draw(MAYBE))
    _vlans(town)
    for name in draw(st.lists(DEVICES, max_size=2, unique=True)):
        words = {word: draw(MAYBE) for word in ("product", "platform", "serial", "owner", "note")}
        device = town.add("device", name=name, site=town.some("site"), zone=town.some("zone"), **words)
        for port in draw(st.lists(NAMES, max_size=2, unique=True)):
            more = {
                "mac": draw(MAYBE),
                "note": draw(MAYBE),
                "management": draw(st.booleans()),
                "vlan": town.some("vlan"),
            }
            town.add("interface", device=str(device), name=port, **more)
    for vrf in [key for key in town.objects if key.type == "vrf"]:
        _networks(town, vrf)
    return town.objects


def _vlans(town: Town) -> None:
    seen = set()
    for vid in town.draw(st.lists(st.integers(1, 4), max_size=5)):
        site, group = town.some("site"), town.draw(st.none() | NAMES)
        place = (vid, "group", group) if group else (vid, "site", site)
        if place not in seen:
            seen.add(place)
            town.add("vlan", vid=vid, site=site, vlan_group=group, name=town.draw(MAYBE), zone=town.some("zone"))


def _networks(town: Town, vrf: Key) -> None:
    draw = town.draw
    common = {"vrf": str(vrf)}
    if draw(st.booleans()):
        town.add("prefix", network="10.0.0.0/8", kind="container", **common)
    for network in draw(st.lists(st.sampled_from(NETWORKS), max_size=3, unique=True)):
        first, last = host_span(network)
        numbers = draw(st.lists(st.integers(first, min(last, first + 20)), max_size=4, unique=True))
        gateway = numbered(network, first) if draw(st.booleans()) else None
        places = {place: town.some(place) for place in ("vlan", "site", "zone")}
        more = {**common, **places, "name": draw(MAYBE), "gateway": gateway}
        prefix = town.add("prefix", network=str(network), kind="assignable", **more)
        for number in numbers:
            _address(town, prefix, numbered(network, number), gateway)
        if last - first > 40:
            more = {"issuable": draw(st.booleans()), "purpose": draw(MAYBE), "note": draw(MAYBE)}
            ends = {"first": numbered(network, first + 30), "last": numbered(network, first + 39)}
            town.add("range", prefix=str(prefix), **ends, **more)


def _address(town: Town, prefix: Key, address: str, gateway: str | None) -> None:
    role = "gateway" if address == gateway else "host"
    words = {"hostname": town.draw(HOSTS), "dns_zone": town.draw(MAYBE), "interface": town.some("interface")}
    town.add("address", address=address, prefix=str(prefix), role=role, **words)


def by_name(state: State) -> Mapping[tuple[str, ...], Mapping[str, object]]:
    """All objects by what tells them, references too."""
    named = {str(key): name_of(state, key, record) for key, record in state.items()}
    return {
        named[str(key)]: {
            name: named[str(value)] if value is not None and name in SCOPE[key.type].references else value
            for name, value in record.items()
        }
        for key, record in state.items()
    }


@settings(deadline=None, max_examples=60)
@given(ledgers())
def test_a_ledger_survives_a_spreadsheet(ledger: State) -> None:
    file = exported(ledger)
    again = taken_in(ledger, file)
    assert planned(ledger, again).changes == ()
    from_nothing = taken_in({}, file)
    planned({}, from_nothing)
    assert by_name(from_nothing.desired) == by_name(ledger)
