"""Which objects of the ledger nobody's plan may touch, and why."""

from __future__ import annotations

from ipaddress import ip_network

from chonai.change.model import Record
from chonai.systems.ipam.shield import Shield
from chonai.text.messages import Message, message


def protection(shield: Shield, record: Record) -> Message | None:
    """Why the object with this record may not be touched, or made; None when it may."""
    for attribute in ("name", "hostname"):
        name = record.get(attribute)
        if isinstance(name, str) and (pattern := shield.protecting(name)):
            return message("ipam.protected_name", name=name, pattern=pattern)
    for attribute in ("network", "address", "first"):
        text = record.get(attribute)
        if isinstance(text, str) and shield.networks and (within := _within(shield, text)):
            return message("ipam.protected_network", network=text, protected=within)
    return None


def _within(shield: Shield, text: str) -> str:
    try:
        return str(shield.protecting_network(ip_network(text)) or "")
    except ValueError:  # no address at all: that is refused elsewhere, by name
        return ""
