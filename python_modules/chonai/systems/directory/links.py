"""Memberships follow what moves.

Active Directory sees to that itself, since its links are no names. On OpenLDAP it is done here where no overlay
did: the overlay memberof follows at once, but not what moves along inside of a place; the overlay refint follows
everything, but some time later.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

from chonai.systems.directory import dn as dns
from chonai.systems.directory import filters
from chonai.systems.directory.flavour import GROUP, MEMBER, OU
from chonai.systems.directory.protocol import Entry, Mod, Modify, Search
from chonai.systems.directory.session import TERMS, Session, chunks
from chonai.systems.directory.work import Work
from chonai.text.messages import message

ATTEMPTS = 20
PAUSE = 0.1
"""Seconds between attempts: an overlay that is at work on the same groups has to finish first."""


def follow(session: Session, works: Iterable[Work]) -> None:
    """Have no group name an object by a DN that it has left.

    A group that cannot be written is the error of the move.
    """
    if session.flavour.links_follow:
        return
    left = {
        work.left: work for work in works if work.left is not None and work.error is None and not _only_respelt(work)
    }
    behind: list[Entry] = []
    for attempt in range(ATTEMPTS):
        behind = _behind(session, left)
        if not behind:
            return
        if attempt:
            time.sleep(PAUSE)
        session.connection.send([_corrected(group, left) for group in behind])
    _blame(left, behind)


def _only_respelt(work: Work) -> bool:
    return work.at is not None and dns.fold(work.at) == dns.fold(work.left or "")


def _behind(session: Session, left: Mapping[str, Work]) -> list[Entry]:
    """Groups that still name an old DN."""
    leaves = [filters.equals(MEMBER, dn) for dn, work in left.items() if work.key.type != OU]
    places = [filters.below(MEMBER, dn) for dn, work in left.items() if work.key.type == OU and work.at is not None]
    groups = session.flavour.filter_of((GROUP,))
    terms = [*map(filters.any_of, chunks(leaves, TERMS)), *places]
    searches = [Search(session.root, filters.all_of((groups, filter_)), (MEMBER,)) for filter_ in terms]
    found = (entry for entries in session.connection.searches(searches) for entry in entries)
    return list({entry.dn: entry for entry in found}.values())


def _corrected(group: Entry, left: Mapping[str, Work]) -> Modify:
    gone, come = [], []
    folded = {dns.fold(old): work for old, work in left.items()}
    for raw in group.values.get(MEMBER, ()):
        work, below = _owner(raw.decode(), folded)
        if work is not None:
            gone.append(raw)
            come += [(below + work.at).encode()] if work.at is not None else []
    present = {dns.fold(raw.decode()) for raw in group.values.get(MEMBER, ())}
    missing = [raw for raw in come if dns.fold(raw.decode()) not in present]
    return Modify(group.dn, [(Mod.DELETE, MEMBER, gone), *([(Mod.ADD, MEMBER, missing)] if missing else [])])


def _owner(member: str, left: Mapping[str, Work]) -> tuple[Work | None, str]:
    """The move that left this DN behind, and what stands before the DN that was left (a member inside of a moved
    place).
    """
    before: list[str] = []
    rest = member
    while rest:
        work = left.get(dns.fold(rest))
        if work is not None and (not before or work.key.type == OU):
            return work, "".join(f"{rdn}," for rdn in before)
        first, rest = dns.split(rest)
        before.append(first)
    return None, ""


def _blame(left: Mapping[str, Work], behind: Sequence[Entry]) -> None:
    folded = {dns.fold(old): work for old, work in left.items()}
    for group in behind:
        for raw in group.values.get(MEMBER, ()):
            work = _owner(raw.decode(), folded)[0]
            if work is not None:
                work.fail(message("directory.link_left_behind", name=work.name, group=group.dn))
