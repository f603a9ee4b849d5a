"""What a server's refusal of one change means to the person who reads it (RFC 7644 section 3.12)."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.systems.scim.connection import Reply
from chonai.text.messages import Message

CONFLICT, STALE = 409, 412

_CODES: Mapping[int, str] = {
    400: "scim.bad_value",
    403: "scim.not_allowed",
    404: "scim.gone_meanwhile",
    CONFLICT: "scim.taken",
    STALE: "scim.stale",
    413: "scim.too_large",
}


def refusal(name: str, reply: Reply) -> Message:
    """The sentence for a refusal; `name` is what people call the object."""
    code = "scim.server_error" if reply.status >= 500 else _CODES.get(reply.status, "scim.refused")
    return Message(code, {"name": name, "status": reply.status, "text": reply.detail})
