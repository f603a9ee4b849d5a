"""What NetBox has no room for."""

from __future__ import annotations

from chonai.change.model import Action, Change
from chonai.systems.ipam.fields import DEVICE, INTERFACE, PREFIX, SITE, VLAN, VRF, ZONE
from chonai.text.messages import Message, message

LONGEST = {(VLAN, "name"): 64, (PREFIX, "name"): 200, (ZONE, "name"): 100, (SITE, "name"): 100, (VRF, "name"): 100}
"""Characters that a text may have (NetBox 4.7, the models' `max_length`)."""


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
