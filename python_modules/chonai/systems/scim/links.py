"""Memberships that change because an object goes or comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chonai.change.model import Key, members
from chonai.systems.scim.connection import Call, Reply
from chonai.systems.scim.documents import Document
from chonai.systems.scim.edits import Amend, Edit, document, patch
from chonai.systems.scim.refusals import STALE
from chonai.systems.scim.sending import send
from chonai.systems.scim.session import Session, address
from chonai.systems.scim.types import GROUP, MEMBER, MEMBER_TYPES

TRIES = 4
"""How often a write is tried again that found the object changed at this very moment."""

Groups = Mapping[Key, Iterable[Key]]
"""Groups by the object that is, or is to be, their member."""


def leave(session: Session, groups: Groups) -> dict[Key, Reply]:
    """Take objects out of groups; the groups that refused, and how."""
    return _relink(session, groups, joining=False)


def join(session: Session, groups: Groups) -> dict[Key, Reply]:
    """Put objects into groups; the groups that refused, and how. A group that is gone has no members to speak of."""
    return _relink(session, groups, joining=True)


def _relink(session: Session, groups: Groups, *, joining: bool) -> dict[Key, Reply]:
    people: dict[Key, set[Key]] = {}
    for key, its in groups.items():
        for group in its:
            people.setdefault(group, set()).add(key)
    replies: dict[Key, Reply] = {}
    for _ in range(TRIES):
        calls = _calls(session, people, joining=joining)
        replies.update(zip(calls, send(session, list(calls.values())), strict=True))
        people = {group: people[group] for group in calls if replies[group].status == STALE}
        if not people:
            break
    return {group: reply for group, reply in replies.items() if not reply.ok}


def _calls(session: Session, people: Mapping[Key, set[Key]], *, joining: bool) -> dict[Key, Call]:
    path = session.settings.paths[GROUP][MEMBER]
    calls = {}
    for group, resource in session.fetched(people.keys()).items():
        there = members(session.record(GROUP, resource, [MEMBER])[MEMBER])
        keys = sorted(key for key in people[group] if (str(key) in there) is not joining)
        elements: tuple[tuple[str, Document], ...] = tuple((key.id, {"type": MEMBER_TYPES[key.type]}) for key in keys)
        edit = Amend(path, come=elements) if joining else Amend(path, gone=frozenset(key.id for key in keys))
        if keys:
            calls[group] = write_call(session, group, resource, [edit])
    return calls


def write_call(session: Session, key: Key, resource: Document, edits: Iterable[Edit]) -> Call:
    """The request that makes the edits: a PATCH, or the whole resource where the server knows none."""
    version = session.version(resource)
    if session.provider.patch:
        return Call("PATCH", address(key), data=patch(edits, resource), version=version)
    whole = {name: value for name, value in resource.items() if name.casefold() != "meta"}
    return Call("PUT", address(key), data=document(edits, whole), version=version)
