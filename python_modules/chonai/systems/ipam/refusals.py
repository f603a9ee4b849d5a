"""What the database's refusal of one row means to a person."""

from __future__ import annotations

import re

import psycopg
from sqlalchemy.exc import DBAPIError

from chonai.change.model import Action
from chonai.systems.ipam.rules import REFUSED
from chonai.systems.postgresql import said
from chonai.text.messages import Message, message

_SAID = {
    "zones_name_taken": "ipam.name_taken",
    "sites_name_taken": "ipam.name_taken",
    "vrfs_name_taken": "ipam.name_taken",
    "devices_name_taken": "ipam.name_taken",
    "interfaces_name_taken": "ipam.name_taken",
    "vlans_taken": "ipam.vlan_taken",
    "vlans_vid_number": "ipam.vlan_number",
    "prefixes_overlap": "ipam.prefix_overlaps",
    "prefixes_not_empty": "ipam.prefix_not_empty",
    "prefixes_gateway_taken": "ipam.gateway_taken",
    "prefixes_gateway_inside": "ipam.gateway_outside",
    "ranges_outside": "ipam.range_outside",
    "ranges_order": "ipam.range_outside",
    "ranges_overlap": "ipam.range_overlaps",
    "ranges_cover": "ipam.range_covers",
    "addresses_taken": "ipam.address_taken",
    "addresses_outside": "ipam.address_outside",
    "addresses_not_for_hosts": "ipam.address_of_network",
    "addresses_gateway": "ipam.address_of_gateway",
    "addresses_blocked": "ipam.address_blocked",
    "vlans_until": "ipam.until",
    "prefixes_until": "ipam.until",
    "addresses_until": "ipam.until",
}
_SQLITE = re.compile(rf"(?:{re.escape(REFUSED)}|CHECK constraint failed: )(\w+)")


def refusal(name: str, action: Action, error: DBAPIError) -> Message:
    """The sentence for a refused row: which object, what stands against it, what to do."""
    rule = _rule(error)
    if rule.endswith("_exists"):
        code = "ipam.still_used" if action is Action.DELETE else "ipam.no_reference"
        return message(code, name=name, rule=rule)
    return message(_SAID.get(rule, "ipam.refused"), name=name, why=said(error))


def _rule(error: DBAPIError) -> str:
    if isinstance(error.orig, psycopg.Error):
        return error.orig.diag.constraint_name or ""
    found = _SQLITE.search(str(error.orig))
    return found[1] if found else ""
