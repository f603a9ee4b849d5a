"""Addresses and networks as the ledger's tables keep them: fixed-width text, so that what lies in what is a plain
comparison in any database.

A position is `4` or `6` and the address as 32 or 128 binary digits. Positions of one family are equally long and sort
as the addresses do; those of the two families never lie between each other.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

WIDTHS = {4: 32, 6: 128}


def position(address: str) -> str:
    """The position of an address. Raises ValueError for what is none in its usual form (RFC 5952)."""
    parsed = ip_address(address)
    if str(parsed) != address:
        raise ValueError(address)
    return f"{parsed.version}{int(parsed):0{WIDTHS[parsed.version]}b}"


def address_at(at: str) -> str:
    """The address at a position."""
    number = int(at[1:], 2)
    return str(IPv4Address(number) if at[0] == "4" else IPv6Address(number))


def span(network: str) -> tuple[str, str, int]:
    """First and last position of a network, and its prefix length. Raises ValueError for what is none, or has bits set
    behind its length.
    """
    parsed = ip_network(network)
    if str(parsed) != network:
        raise ValueError(network)
    return position(str(parsed.network_address)), position(str(parsed.broadcast_address)), parsed.prefixlen


def network_at(first: str, bits: int) -> str:
    """The network that begins at a position."""
    return f"{address_at(first)}/{bits}"
