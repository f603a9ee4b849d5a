"""Positions sort and contain as the addresses do."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chonai.systems.ipam.positions import address_at, network_at, position, span

ADDRESSES = st.ip_addresses()
NETWORKS = st.builds(
    lambda address, bits: ip_network(f"{address}/{min(bits, address.max_prefixlen)}", strict=False),
    ADDRESSES,
    st.integers(0, 128),
)


@given(ADDRESSES)
def test_a_position_comes_back_as_its_address(address: IPv4Address | IPv6Address) -> None:
    at = position(str(address))
    assert address_at(at) == str(address)
    assert re.fullmatch("4[01]{32}|6[01]{128}", at)


@given(NETWORKS, ADDRESSES)
def test_what_lies_in_a_network_lies_between_its_ends(
    network: IPv4Address | IPv6Address, address: IPv4Address | IPv6Address
) -> None:
    first, last, bits = span(str(network))
    assert (first <= position(str(address)) <= last) == (address in ip_network(str(network)))
    assert network_at(first, bits) == str(network)


@pytest.mark.parametrize("text", ["10.0.0.256", "010.0.0.1", "2001:DB8::1", "2001:db8:0::1", "10.0.0.1/32"])
def test_addresses_in_another_form_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        position(text)


@pytest.mark.parametrize("text", ["10.0.0.1/24", "10.0.0.0", "10.0.0.0/255.0.0.0", "2001:DB8::/32"])
def test_networks_in_another_form_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        span(text)
