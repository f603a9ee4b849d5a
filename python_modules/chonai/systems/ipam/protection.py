"""Which objects of the ledger nobody's plan may touch, and why."""

from __future__ import annotations

from ipaddress import ip_network

from chonai.change.model import Record
from chonai.systems.ipam.settings import LedgerSettings
from chonai.text.messages import Message, message


def protection(settings: LedgerSettings, record: Record) -> Message | None:
    """Why the object with this record may not be touched, or made; None when it may."""
    for attribute in ("name", "hostname"):
        name = record.get(attribute)
        if isinstance(name, str) and (pattern := settings.protecting(name)):
            return message("ipam.protected_name", name=name, pattern=pattern)
    for attribute in ("network", "address", "first"):
        text = record.get(attribute)
        if isinstance(text, str) and settings.networks and (within := _within(settings, text)):
            return message("ipam.protected_network", network=text, protected=within)
    return None


def _within(settings: LedgerSettings, text: str) -> str:
    try:
        return str(settings.protecting_network(ip_network(text)) or "")
    except ValueError:  # no address at all: that is refused elsewhere, by name
        return ""
