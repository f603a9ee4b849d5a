"""Which name a request means: names without a domain get the server's."""

from __future__ import annotations

from chonai.text.hostnames import NotAName, is_whole, to_ascii

APEX = "@"


def zone_of(name: str, zones: frozenset[str]) -> str | None:
    """The zone that a name lies in, the longest one; all with a dot at the end. None when in none of these."""
    while name:
        if name in zones:
            return name
        name = name.partition(".")[2]
    return None


def absolute(text: str, domain: str, zones: frozenset[str]) -> str:
    """The name with a dot at the end. One that has a dot there, or ends in one of the zones, is whole already; `@` is
    the domain itself. Raises `NotAName`.
    """
    if text == APEX:
        return domain
    name = f"{to_ascii(text)}."
    if is_whole(text) or zone_of(name, zones):
        return name
    to_ascii(f"{name}{domain}")
    return f"{name}{domain}"


def absolute_target(text: str, domain: str, zones: frozenset[str]) -> str:
    """The same for a name that a record points to; no wildcard."""
    if text.startswith("*"):
        raise NotAName(text)
    return absolute(text, domain, zones)
