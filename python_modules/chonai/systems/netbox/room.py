"""What NetBox has no room for."""

from __future__ import annotations

from chonai.change.model import Change
from chonai.systems.ipam.fields import PREFIX, SITE, VLAN, VRF, ZONE
from chonai.text.messages import Message, message

LONGEST = {(VLAN, "name"): 64, (PREFIX, "name"): 200, (ZONE, "name"): 100, (SITE, "name"): 100, (VRF, "name"): 100}
"""Characters that a text may have (NetBox 4.7, the models' `max_length`)."""


def lacking(change: Change) -> Message | None:
    """Why NetBox cannot hold an object as a change wants it; None where it can."""
    host = change.after.get("hostname")
    if isinstance(host, str) and host != host.lower():
        return message("netbox.capitals", hostname=host)
    for (type_, name), longest in LONGEST.items():
        value = change.after.get(name)
        if type_ == change.key.type and isinstance(value, str) and len(value) > longest:
            return message("netbox.too_long", attribute=name, value=value, longest=longest)
    return None
