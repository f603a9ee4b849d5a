"""One value, one sequence of bytes: the JSON Canonicalization Scheme of RFC 8785, and SHA-256 over it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import rfc8785

# json.dumps writes what RFC 8785 asks for, many times faster, but for three things: a fraction or an
# exponent, an integer that a double cannot hold, and the order of keys outside the Basic Multilingual Plane.
# What may hold one of them goes the slow way.
_ODD = re.compile(
    rb"""(?:^|":|[,\[])-?[0-9]+(?:(?:\.[0-9]+)?[eE][+-]?[0-9]+|\.[0-9]+|(?<=[0-9]{16}))(?=[,\]}]|$)"""
    rb"""|[\xf0-\xf4](?:[^"\\]|\\.)*":""",
    re.DOTALL,
)


def canonical(value: object) -> bytes:
    """The canonical JSON of `value`: mappings with text keys, lists, sets (sorted), text, numbers, booleans.

    Anything else is written as its text. Raises ValueError for what JSON cannot hold: NaN, integers beyond
    2^53, lone surrogates.
    """
    raw = json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_plain
    ).encode("utf-8")
    return rfc8785.dumps(json.loads(raw)) if _ODD.search(raw) else raw


def sha256(data: bytes) -> str:
    """`sha256:` and the hexadecimal digest of `data`."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, AbstractSet):
        return sorted(value, key=str)
    return str(value)
