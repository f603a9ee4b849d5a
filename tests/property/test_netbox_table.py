"""In which prefix an address lies, against looking at every prefix."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from chonai.change.model import Key
from chonai.systems.netbox.table import Places

BASE = int(ip_address("10.0.0.0"))


@st.composite
def networks(draw: st.DrawFn) -> IPv4Network:
    """Some in a small part of the world, so that they lie in each other."""
    length = draw(st.integers(20, 32))
    number = BASE + draw(st.integers(0, 4095))
    return IPv4Network((number >> (32 - length) << (32 - length), length))


@given(st.lists(networks(), unique=True, max_size=12), st.data())
def test_the_smallest_prefix_around_an_address_is_found(found: list[IPv4Network], data: st.DataObject) -> None:
    places = Places()
    for network in found:
        places.put(Key("prefix", str(network)), "vrf:1", network)
    places.put(Key("prefix", "other"), "vrf:2", ip_network("10.0.0.0/8"))
    gone = data.draw(st.sampled_from(found)) if found and data.draw(st.booleans()) else None
    if gone:
        places.drop(Key("prefix", str(gone)), "vrf:1", gone)
    address = ip_address(BASE + data.draw(st.integers(0, 4095)))
    around = [network for network in found if address in network and network != gone]
    smallest = max(around, key=lambda network: network.prefixlen, default=None)
    assert places.around("vrf:1", address) == (Key("prefix", str(smallest)) if smallest else None)
