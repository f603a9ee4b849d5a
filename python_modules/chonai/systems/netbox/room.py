"""What NetBox has no room for."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from chonai.change.model import Action, Change
from chonai.systems.ipam.fields import ASSIGNABLE, DEVICE, INTERFACE, PREFIX, SITE, VLAN, VRF, ZONE
from chonai.text.messages import Message, message

LONGEST = {(VLAN, "name"): 64, (PREFIX, "name"): 200, (ZONE, "name"): 100, (SITE, "name"): 100, (VRF, "name"): 100}
"""Characters that a text may have (NetBox 4.7, the models' `max_length`)."""


MOST_TOLD = 5


def lacking(change: Change) -> Message | None:
    """Why NetBox cannot hold an object as a change wants it; None where it can."""
    after = change.after
    host = after.get("hostname")
    if isinstance(host, str) and host != host.lower():
        return message("netbox.capitals", hostname=host)
    if isinstance(host, str) and not host.isascii():
        return message("netbox.not_ascii", hostname=host)
    if change.key.type == INTERFACE and after.get("mac") not in (None, change.before.get("mac")):
        return message("netbox.no_mac", name=str(after.get("name")))
    if change.key.type == DEVICE and change.action is Action.CREATE and not after.get("site"):
        return message("netbox.no_site", name=str(after.get("name")))
    for (type_, name), longest in LONGEST.items():
        value = after.get(name)
        if type_ == change.key.type and isinstance(value, str) and len(value) > longest:
            return message("netbox.too_long", attribute=name, value=value, longest=longest)
    return None


def is_new_prefix(change: Change) -> bool:
    """Whether a change makes a prefix that addresses are given from."""
    return (change.key.type, change.action, change.after.get("kind")) == (PREFIX, Action.CREATE, ASSIGNABLE)


def inhabited(change: Change, strays: Iterable[tuple[str, str]]) -> Message | None:
    """Why a new prefix is not new: of these addresses, each with its VRF, some lie in it; None where none do."""
    network, vrf = ip_network(str(change.after["network"])), change.after["vrf"]
    inside = [one for own, one in strays if own == vrf and ip_address(one) in network]
    if not inside:
        return None
    told = ", ".join([*inside[:MOST_TOLD], *(["…"] if len(inside) > MOST_TOLD else [])])
    return message("netbox.inhabited", network=str(network), count=len(inside), addresses=told)
