"""What a server's refusal means to a person."""

from __future__ import annotations

from chonai.systems.directory.protocol import Reply, ResultCode
from chonai.text.messages import Message, message

STALE = frozenset({ResultCode.NO_SUCH_ATTRIBUTE, ResultCode.VALUE_EXISTS})
"""The server's answers to a compare-and-set that came too late."""
_CODES = {
    ResultCode.ALREADY_EXISTS: "directory.already_exists",
    ResultCode.NOT_LEAF: "directory.not_leaf",
    ResultCode.ACCESS: "directory.not_allowed",
    ResultCode.CONSTRAINT: "directory.constraint",
    **dict.fromkeys(STALE, "directory.stale"),
    ResultCode.NO_SUCH_OBJECT: "directory.unknown_object",
}


def refusal(name: str, reply: Reply) -> Message:
    """The sentence for a refused request: which object, what the server said, what to do."""
    code = next((code for result, code in _CODES.items() if result == reply.code), "directory.refused")
    return message(code, name=name, code=reply.code, text=reply.text.strip() or "-")
