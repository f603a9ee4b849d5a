"""Distinguished names as text (RFC 4514): take apart, put together, compare."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r'([,+"\\<>;=])')
_ESCAPED = re.compile(r"\\([0-9A-Fa-f]{2})|\\(.)", re.DOTALL)
_SPACES = re.compile(" +")
_SEPARATOR = re.compile(r'\\.|"(?:\\.|[^"\\])*"|[,;]', re.DOTALL)


def rdn(attribute: str, value: str) -> str:
    """`attribute=value` with everything escaped that needs it."""
    text = _SPECIAL.sub(r"\\\1", value).replace("\0", r"\00")
    if text[:1] in ("#", " "):
        text = "\\" + text
    if text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1] + "\\ "
    return f"{attribute}={text}"


def split(dn: str) -> tuple[str, str]:
    """The first RDN and the DN of the parent (empty at the top)."""
    if "\\" not in dn and '"' not in dn:
        first, _, rest = dn.partition(",")
        return first, rest.lstrip(" ")
    for match in _SEPARATOR.finditer(dn):
        if match[0] in (",", ";"):
            return dn[: match.start()], dn[match.end() :].lstrip(" ")
    return dn, ""


def rdn_parts(text: str) -> tuple[str, str]:
    """Attribute and unescaped value of an RDN.

    One of several values (`a=1+b=2`) counts as `a` with the value `1+b=2`.
    """
    attribute, _, value = text.partition("=")
    return attribute.strip(), unescape(value)


def unescape(value: str) -> str:
    """The value that an escaped or quoted text stands for."""
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        value = value[1:-1]
    if "\\" not in value:
        return value
    return _unescape_bytes(value).decode("utf-8", "replace")


def _unescape_bytes(value: str) -> bytes:
    parts, last = [], 0
    for match in _ESCAPED.finditer(value):
        parts.append(value[last : match.start()].encode())
        parts.append(bytes.fromhex(match[1]) if match[1] else match[2].encode())
        last = match.end()
    return b"".join([*parts, value[last:].encode()])


def fold(dn: str) -> str:
    """A form in which two DNs of one object are equal: case, spaces and ways of escaping do not count."""
    if "\\" not in dn and '"' not in dn and ", " not in dn and " =" not in dn and "= " not in dn and "  " not in dn:
        return dn.casefold()
    return ",".join(map(_fold_rdn, rdns(dn)))


def rdns(dn: str) -> list[str]:
    """All RDNs, the object's own first."""
    found = []
    while dn:
        first, dn = split(dn)
        found.append(first)
    return found


def _fold_rdn(text: str) -> str:
    attribute, value = rdn_parts(text.strip())
    return rdn(attribute.casefold(), _SPACES.sub(" ", value).strip(" ").casefold())


def is_under(dn: str, base: str) -> bool:
    """Whether `dn` is `base` or anywhere below it."""
    inner, outer = fold(dn), fold(base)
    return inner == outer or inner.endswith("," + outer)
