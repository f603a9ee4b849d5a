"""What lies in a network that a plan takes for empty."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from chonai.change.model import Action, Change
from chonai.systems.ipam.fields import ASSIGNABLE, PREFIX
from chonai.systems.ipam.shield import Network
from chonai.text.few import first_few
from chonai.text.messages import Message, message


class Stray(NamedTuple):
    """An address, or a range from `first` to `last`, of a VRF (the text of its key)."""

    vrf: str
    first: str
    last: str

    def meets(self, network: Network) -> bool:
        """Whether any of it lies in the network."""
        first, last = ip_address(self.first), ip_address(self.last)
        if first.version != network.version:
            return False
        return int(first) <= int(network.broadcast_address) and int(network.network_address) <= int(last)

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}-{self.last}"


def is_new_prefix(change: Change) -> bool:
    """Whether a change makes a prefix that addresses are given from."""
    return (change.key.type, change.action, change.after.get("kind")) == (PREFIX, Action.CREATE, ASSIGNABLE)


def inhabited(change: Change, strays: Iterable[Stray]) -> Message | None:
    """Why a new prefix is not new: some of these lie in it. None where none do."""
    network, vrf = ip_network(str(change.after["network"])), change.after["vrf"]
    inside = sorted(
        (one for one in strays if one.vrf == vrf and one.meets(network)), key=lambda one: int(ip_address(one.first))
    )
    if not inside:
        return None
    told = first_few(inside)
    return message("netbox.inhabited", network=str(network), count=len(inside), addresses=told)
