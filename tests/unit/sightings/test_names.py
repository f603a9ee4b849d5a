"""Names of addresses, out of what a name server holds."""

from __future__ import annotations

from chonai.change.model import Key, State
from chonai.systems.sightings import Seen, forward, reverse, zones
from tests.unit.sightings.prints import MADE

SIX = ".".join(reversed("20010db8002000010000000000000010"))


def state(*rrsets: tuple[str, str]) -> State:
    return {Key("rrset", id_): {"name": id_, "ttl": 60, "data": frozenset(data.split())} for id_, data in rrsets}


HELD = state(
    ("example.jp. SOA", "x"),
    ("example.jp. NS", "ns.example.jp."),
    ("www.example.jp. A", "10.20.1.6 10.20.1.5"),
    ("www.example.jp. AAAA", "2001:db8:20:1::10"),
    ("*.preview.example.jp. A", "10.20.1.40"),
    ("20.10.in-addr.arpa. SOA", "x"),
    ("5.1.20.10.in-addr.arpa. PTR", "www.example.jp."),
    ("5.0/25.1.20.10.in-addr.arpa. PTR", "x.example.jp."),
    ("1.20.10.in-addr.arpa. PTR", "net.example.jp."),
    (f"{SIX}.ip6.arpa. PTR", "www.example.jp."),
)


def test_zones_are_those_with_a_beginning() -> None:
    assert zones(HELD) == {"example.jp", "20.10.in-addr.arpa"}


def test_forward_without_wildcards() -> None:
    assert list(forward(HELD, MADE)) == [
        Seen(address, "", MADE, name="www.example.jp") for address in ("10.20.1.5", "10.20.1.6", "2001:db8:20:1::10")
    ]


def test_reverse_of_whole_addresses() -> None:
    assert list(reverse(HELD, MADE)) == [
        Seen(address, "", MADE, name="www.example.jp") for address in ("10.20.1.5", "2001:db8:20:1::10")
    ]
