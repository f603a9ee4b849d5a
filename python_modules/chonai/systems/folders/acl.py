"""What becomes of a folder's entries when rights are given and taken. Pure functions of entries and grants.

Order of entries: explicit denials, explicit grants, then inherited ones ([MS-DTYP] 2.4.4.1, "canonical"). Entries
that are not ours keep their order and their place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from chonai.systems.folders.descriptor import (
    ALLOW,
    CONTAINER_INHERIT,
    DENY,
    INHERIT_ONLY,
    INHERITED,
    NO_PROPAGATE,
    OBJECT_INHERIT,
    Ace,
)

WHOLE_TREE = OBJECT_INHERIT | CONTAINER_INHERIT
CREATOR_OWNER, CREATOR_GROUP = "S-1-3-0", "S-1-3-1"
_GENERIC = {0x80000000: 0x120089, 0x40000000: 0x120116, 0x20000000: 0x1200A0, 0x10000000: 0x1F01FF}
"""Generic read, write, execute and all, as a file server understands them ([MS-FSA] 2.1.5.1)."""
_ANY_GENERIC = 0xF0000000


class Level(StrEnum):
    """What a trustee may do in a folder and all that is in it: the boxes of the Explorer's page."""

    READ = "read"
    WRITE = "write"
    MANAGE = "manage"


MASKS: Mapping[Level, int] = {Level.READ: 0x1200A9, Level.WRITE: 0x1301BF, Level.MANAGE: 0x1F01FF}
"""Read and execute, modify, full control."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One explicit entry that allows something."""

    sid: str
    mask: int
    flags: int = WHOLE_TREE

    @property
    def level(self) -> Level | None:
        """The level that it is exactly, None for any other mixture."""
        return next((level for level, mask in MASKS.items() if (mask, WHOLE_TREE) == (self.mask, self.flags)), None)


def grants(aces: Iterable[Ace]) -> list[Grant]:
    """The explicit entries that allow something."""
    return [Grant(ace.sid, ace.mask, ace.flags) for ace in aces if _is_grant(ace)]


def denied(aces: Iterable[Ace]) -> list[str]:
    """SIDs that an explicit entry denies something."""
    return [ace.sid for ace in aces if ace.kind == DENY and not ace.inherited]


def is_canonical(aces: Sequence[Ace]) -> bool:
    """Whether the entries stand in the order that Windows keeps them in."""
    ranks = [_rank(ace) for ace in aces]
    return ranks == sorted(ranks)


def merged(aces: Sequence[Ace], *, take: Collection[Grant], give: Collection[Grant]) -> tuple[Ace, ...]:
    """The entries without the grants to take and with those to give; all others stay as and where they are.

    A grant in both stays. What is given comes behind the other explicit ones, sorted, so that the result does not
    depend on any order of ours.
    """
    gone = set(take) - set(give)
    kept = [ace for ace in aces if not (_is_grant(ace) and Grant(ace.sid, ace.mask, ace.flags) in gone)]
    there = set(grants(kept))
    new = sorted(set(give) - there, key=lambda grant: (grant.sid, grant.mask, grant.flags))
    explicit = [ace for ace in kept if not ace.inherited]
    inherited = [ace for ace in kept if ace.inherited]
    return (*explicit, *(Ace(ALLOW, grant.flags, grant.mask, grant.sid) for grant in new), *inherited)


def inheriting(aces: Sequence[Ace], inherited: Sequence[Ace]) -> tuple[Ace, ...]:
    """The explicit entries, followed by these inherited ones instead of those that were there."""
    return (*(ace for ace in aces if not ace.inherited), *inherited)


def renewed(aces: Sequence[Ace], *, automatic: bool, was: Sequence[Ace], now: Sequence[Ace]) -> tuple[Ace, ...]:
    """The entries of something below a folder, when what it inherits from there was `was` and is now `now`.

    automatic   whether inherited entries are marked as such; where they are not, those that say what was inherited
                count as inherited
    """
    unmarked = frozenset() if automatic else frozenset(_explicit(ace) for ace in was)
    return inheriting([ace for ace in aces if ace not in unmarked], now)


def joined(aces: Sequence[Ace], inherited: Sequence[Ace]) -> tuple[Ace, ...]:
    """Inherit again: explicit entries that say what an inherited one says are given up."""
    said = set(map(_explicit, inherited))
    return (*(ace for ace in aces if not ace.inherited and ace not in said), *inherited)


def cut(aces: Sequence[Ace], keeps: Callable[[str], bool]) -> tuple[Ace, ...]:
    """Inherit no longer: inherited entries of those that are kept become explicit, the others end."""
    own = [ace for ace in aces if not ace.inherited]
    copies = [_explicit(ace) for ace in aces if ace.inherited and keeps(ace.sid)]
    together = own + [ace for ace in copies if ace not in own]
    return tuple(sorted(together, key=_rank))


def hands_down_alike(one: Iterable[Ace], other: Iterable[Ace]) -> bool:
    """Whether what is below inherits the same from both."""
    lists = ([_explicit(ace) for ace in aces if ace.flags & WHOLE_TREE] for aces in (one, other))
    return next(lists) == next(lists)


def inherited_from(aces: Iterable[Ace], *, owner: str, group: str, is_folder: bool) -> tuple[Ace, ...]:
    """The entries that something below inherits from a folder with these ([MS-DTYP] 2.5.3.4.1).

    owner, group   those of what inherits: they take the place of CREATOR OWNER and CREATOR GROUP
    """
    creators = {CREATOR_OWNER: owner, CREATOR_GROUP: group}
    return tuple(new for ace in aces for new in _handed_down(ace, creators, is_folder))


def _handed_down(ace: Ace, creators: Mapping[str, str], is_folder: bool) -> list[Ace]:
    wanted = CONTAINER_INHERIT if is_folder else OBJECT_INHERIT
    goes_on = is_folder and not ace.flags & NO_PROPAGATE
    passing = (ace.flags & WHOLE_TREE) | INHERITED
    if not ace.flags & wanted:
        only_files = goes_on and ace.flags & OBJECT_INHERIT
        return [replace(ace, flags=passing | INHERIT_ONLY)] if only_files else []
    effective = replace(ace, sid=creators.get(ace.sid, ace.sid), mask=_specific(ace.mask))
    if not goes_on:
        return [replace(effective, flags=INHERITED)]
    if (effective.sid, effective.mask) == (ace.sid, ace.mask):
        return [replace(ace, flags=passing)]
    return [replace(effective, flags=INHERITED), replace(ace, flags=passing | INHERIT_ONLY)]


def _specific(mask: int) -> int:
    result = mask & ~_ANY_GENERIC
    for generic, specific in _GENERIC.items():
        result |= specific if mask & generic else 0
    return result


def _is_grant(ace: Ace) -> bool:
    return ace.kind == ALLOW and ace.is_plain and not ace.inherited


def _explicit(ace: Ace) -> Ace:
    return replace(ace, flags=ace.flags & ~INHERITED)


def _rank(ace: Ace) -> int:
    return 2 if ace.inherited else int(ace.kind != DENY)
