"""One value, one sequence of bytes: the JSON Canonicalization Scheme of RFC 8785, and SHA-256 over it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import rfc8785

_LARGEST = 2**53 - 1
_SORTED_OTHERWISE = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
"""RFC 8785 3.2.3 sorts names by UTF-16 code units, Python by code points; without these that is the same."""
_compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: object) -> bytes:
    """The canonical JSON of plain JSON (text keys, lists, text, numbers, booleans, None).

    Raises ValueError for anything else, and for numbers and characters that JSON cannot hold.
    """
    try:
        text = _compact(value)
    except (TypeError, ValueError, RecursionError):
        text = ""
    if text and _is_written_alike(value):
        return text.encode()
    return rfc8785.dumps(value)  # type: ignore[arg-type]  # it checks what it is given


def _is_written_alike(value: object) -> bool:
    """Whether all of a value is of a kind that Python's own encoder, which is quick, writes as RFC 8785 does."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if not _sort_alike(one):
                return False
            waiting += [item for item in one.values() if type(item) is not str]
        elif isinstance(one, list):
            waiting += [item for item in one if type(item) is not str]
        elif not (one is None or isinstance(one, str) or _is_number_alike(one)):
            return False
    return True


def _is_number_alike(value: object) -> bool:
    """Fractions are written by their shortest digits in both; of what Python writes with an exponent, or with `.0`, the
    forms differ.
    """
    if isinstance(value, float):
        return not value.is_integer() and 1e-4 <= abs(value) < 1e16
    return isinstance(value, int) and abs(value) <= _LARGEST


def _sort_alike(names: Mapping[object, object]) -> bool:
    """Whether both put these names in the same order."""
    try:
        text = "".join(names)  # type: ignore[arg-type]  # it takes text alone
    except TypeError:
        return False
    return text.isascii() or not _SORTED_OTHERWISE.search(text)


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
