"""MAC addresses (EUI-48, IEEE 802-2014 8.1) in the forms in which devices write them."""

from __future__ import annotations

import re

_FORMS = (
    re.compile("[0-9a-f]{1,2}(?:([:-])[0-9a-f]{1,2})(?:\\1[0-9a-f]{1,2}){4}"),
    re.compile("[0-9a-f]{4}([.:-])[0-9a-f]{4}\\1[0-9a-f]{4}"),
    re.compile("[0-9a-f]{6}-[0-9a-f]{6}"),
    re.compile("[0-9a-f]{12}"),
)
_BREAKS = re.compile("[.:-]")
_SHARED = re.compile(
    "00:00:5e:00:0[12]:"  # VRRP: RFC 9568 7.3
    "|00:00:0c:07:ac:|00:00:0c:9f:f|00:05:73:a0:0"  # HSRP 1, 2, and for IPv6
    "|00:07:b4:00:"  # GLBP
)


def mac_address(text: str) -> str | None:
    """`00:11:22:aa:bb:cc`, from that form or `0:11:22:AA:BB:CC`, `00-11-22-…`, `0011.22aa.bbcc`, `001122-aabbcc`; None
    for what is no MAC address.
    """
    folded = text.strip().lower()
    if not any(form.fullmatch(folded) for form in _FORMS):
        return None
    parts = _BREAKS.split(folded)
    digits = "".join(part.zfill(2) for part in parts)
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def is_group(mac: str) -> bool:
    """Whether a MAC address (as `mac_address` gives it) is that of many: multicast, broadcast; no device has it."""
    return int(mac[:2], 16) % 2 == 1


def is_shared(mac: str) -> bool:
    """Whether several routers answer with it in turn: that of a virtual router, which says nothing of a device."""
    return _SHARED.match(mac) is not None
