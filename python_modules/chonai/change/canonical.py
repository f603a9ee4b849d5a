"""One value, one sequence of bytes: the JSON Canonicalization Scheme of RFC 8785, and SHA-256 over it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import rfc8785

_LARGEST = 2**53 - 1


def canonical(value: object) -> bytes:
    """The canonical JSON of plain JSON (text keys, lists, text, numbers, booleans, None).

    Raises ValueError for anything else, and for numbers and characters that JSON cannot hold.
    """
    return rfc8785.dumps(value)  # type: ignore[arg-type]  # it checks what it is given


def sha256(data: bytes) -> str:
    """`sha256:` and the hexadecimal digest of `data`."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def plain(value: object) -> object:
    """`value` as plain JSON: sets as sorted lists, and what JSON cannot hold as its text."""
    if isinstance(value, Mapping):
        return {_text(name): plain(item) for name, item in value.items()}
    if isinstance(value, AbstractSet):
        return [plain(item) for item in sorted(value, key=str)]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or (isinstance(value, int) and abs(value) <= _LARGEST):
        return value
    return value if isinstance(value, float) and abs(value) <= _LARGEST else _text(value)


def _text(value: object) -> str:
    return str(value).encode("utf-8", "backslashreplace").decode("utf-8")
