"""What a name leads to in zones that others serve parts of: delegations (RFC 1034 section 4.2), whole trees that stand
elsewhere (DNAME, RFC 6672), and wildcards.
"""

from __future__ import annotations

from collections.abc import Iterator

from chonai.operations.dns.draft import ADDRESSES, Draft

NS, DNAME, DS = "NS", "DNAME", "DS"
AT_A_CUT = (NS, DS)
"""What the parent has at the name of a delegation (RFC 4035 section 2.4)."""


def cut_of(draft: Draft, name: str, zones: frozenset[str]) -> str | None:
    """The highest name, this one or one above it in its zone, from which on others serve; None when nobody does."""
    found = None
    for each in (name, *_parents(name, zones)):
        if each not in zones and (draft.data(each, NS) or (each != name and draft.data(each, DNAME))):
            found = each
    return found


def servers_of(draft: Draft, cut: str) -> str:
    """Who serves what is below a cut, or the tree that it leads to, as a sentence names them."""
    return ", ".join(sorted(draft.data(cut, NS) or draft.data(cut, DNAME)))


def exists(draft: Draft, name: str, zones: frozenset[str]) -> bool:
    """Whether a name of one of the zones is there: by itself, by a wildcard, or served by others, so that we cannot
    tell.
    """
    if draft.types(name) or cut_of(draft, name, zones):
        return True
    return any(draft.types(f"*.{parent}") for parent in _parents(name, zones))


def has_address(draft: Draft, name: str, zones: frozenset[str]) -> bool:
    """The same for a name that somebody has to reach."""
    if _addresses(draft, name) or cut_of(draft, name, zones):
        return True
    return not draft.types(name) and any(_addresses(draft, f"*.{parent}") for parent in _parents(name, zones))


def _addresses(draft: Draft, name: str) -> bool:
    return any(draft.data(name, type_) for type_ in ADDRESSES)


def _parents(name: str, zones: frozenset[str]) -> Iterator[str]:
    """The names above a name, up to its zone."""
    while name and name not in zones:
        name = name.partition(".")[2]
        yield name
