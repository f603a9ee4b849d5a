"""Domain names as people write them and as name servers keep them: Japanese labels and their ASCII form (RFC 3490), and
what a host may be called (RFC 1123 section 2.1).
"""

from __future__ import annotations

import re
from encodings import idna

LONGEST_LABEL, LONGEST_NAME = 63, 253
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
_HOST_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
DOTS = ".。．｡"
"""What people write between labels (RFC 3490 section 3.1)."""
_DOTS = re.compile(f"[{DOTS}]")


class NotAName(ValueError):
    """This text is no domain name."""


def to_ascii(name: str) -> str:
    """The name in small ASCII letters, without a dot at the end. A first label `*` (wildcard) stays.

    Raises `NotAName` for an empty or too long label, and for characters that no name has.
    """
    labels = [_to_ascii(label, n) for n, label in enumerate(_DOTS.split(re.sub(f"[{DOTS}]$", "", name)))]
    joined = ".".join(labels)
    if len(joined) > LONGEST_NAME:
        raise NotAName(name)
    return joined


def pattern_to_ascii(pattern: str) -> str:
    """A pattern of names, with wildcards as `fnmatch` has them: its labels in the form that name servers keep, without
    a dot at the end. Raises `NotAName` for a label with both a wildcard and Japanese: its ASCII form has no pattern.
    """
    labels = _DOTS.split(re.sub(f"[{DOTS}]$", "", pattern))
    return ".".join(label.lower() if label.isascii() else _to_ascii(label, n) for n, label in enumerate(labels))


def is_whole(name: str) -> bool:
    """Whether a name ends with a dot, of whatever width: nothing is to be added to it."""
    return name.endswith(tuple(DOTS))


def to_unicode(name: str) -> str:
    """The name as people read it: `xn--` labels in their own script, everything else as it is."""
    if "xn--" not in name:
        return name
    return ".".join(_to_unicode(label) for label in name.split("."))


def joined(host: str, zone: str) -> str:
    """A host name with the zone that it is in behind it, unless it ends in it already; in small letters, without a dot
    at the end.
    """
    host, zone = (name.rstrip(DOTS).lower() for name in (host, zone))
    return host if not zone or f".{host}".endswith(f".{zone}") else f"{host}.{zone}"


def may_be_called(name: str) -> bool:
    """Whether a host may be called so (RFC 1123); Japanese names have an ASCII form (RFC 3490)."""
    try:
        return is_host_name(to_ascii(name))
    except NotAName:
        return False


def is_host_name(name: str) -> bool:
    """Whether a host may be called so: letters, digits and hyphens; no underscore and no wildcard."""
    return all(_HOST_LABEL.fullmatch(label) for label in name.split("."))


def _to_ascii(label: str, place: int) -> str:
    if label == "*" and place == 0:
        return label
    folded = label.lower()
    if not folded.isascii():
        try:
            folded = idna.ToASCII(idna.nameprep(label)).decode("ascii")
        except UnicodeError as error:
            raise NotAName(label) from error
    if len(folded) > LONGEST_LABEL or not _LABEL.fullmatch(folded):
        raise NotAName(label)
    return folded


def _to_unicode(label: str) -> str:
    try:
        return idna.ToUnicode(label)
    except UnicodeError:
        return label
