"""Handing new rights down to all that is in a folder.

A file server keeps with each file what it inherits, and leaves it to the client to write it anew ([MS-DTYP] 2.5.3.4);
without that, a file that is there keeps the rights of the old list. Names are all that is read of the contents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chonai.systems.folders import acl, wire
from chonai.systems.folders.descriptor import (
    DACL_AUTO_INHERIT_REQUIRED,
    DACL_AUTO_INHERITED,
    Ace,
    Descriptor,
)
from chonai.systems.folders.share import Entry, Share
from chonai.systems.folders.tree import joined


class CannotHandDown(Exception):
    """One of the things in the folder cannot be read or written; `path` says which."""

    def __init__(self, path: str, status: int) -> None:
        super().__init__(path)
        self.path, self.status = path, status


@dataclass(frozen=True, slots=True)
class Above:
    """A folder whose entries change: what they were and what they are to be."""

    path: str
    was: Sequence[Ace]
    now: Sequence[Ace]


def hand_down(share: Share, path: str, *, was: Sequence[Ace], now: Sequence[Ace]) -> None:
    """Write the inherited entries of all below the folder anew, from above to below; what needs none is not written.

    Raises CannotHandDown. What was written until then is no harm: the next attempt begins again at the top.
    """
    level = [Above(path, was, now)]
    while level:
        level = _next_level(share, level)


def inherited(descriptor: Descriptor, aces: Sequence[Ace], *, is_folder: bool) -> tuple[Ace, ...]:
    """What the object with this descriptor inherits from a folder with these entries."""
    return acl.inherited_from(aces, owner=descriptor.owner, group=descriptor.group, is_folder=is_folder)


def marked(descriptor: Descriptor, aces: tuple[Ace, ...]) -> Descriptor:
    """The descriptor with other entries, marked as one whose inherited entries are told apart."""
    control = descriptor.control | DACL_AUTO_INHERITED | DACL_AUTO_INHERIT_REQUIRED
    return replace(descriptor, aces=aces, control=control)


def _next_level(share: Share, level: Sequence[Above]) -> list[Above]:
    below: list[Above] = []
    for above, (status, entries) in zip(level, share.listings([above.path for above in level]), strict=True):
        _must_be_ok(above.path, status)
        below += _renewed(share, above, entries)
    return below


def _renewed(share: Share, above: Above, entries: Sequence[Entry]) -> Iterator[Above]:
    """Write what is directly in the folder; those of the folders in it that go on inheriting."""
    paths = [joined(above.path, entry.name) for entry in entries]
    writes: list[tuple[str, Descriptor]] = []
    folders: list[Above] = []
    for path, entry, (status, descriptor) in zip(paths, entries, share.descriptors(paths), strict=True):
        _must_be_ok(path, status)
        if descriptor is None or descriptor.aces is None or descriptor.protected:
            continue
        aces = _aces(descriptor, above, is_folder=entry.is_folder)
        if aces != descriptor.aces:
            writes.append((path, marked(descriptor, aces)))
        if entry.is_folder:
            folders.append(Above(path, descriptor.aces, aces))
    for (path, _), status in zip(writes, share.write_rights(writes), strict=True):
        _must_be_ok(path, status)
    yield from folders


def _aces(descriptor: Descriptor, above: Above, *, is_folder: bool) -> tuple[Ace, ...]:
    was, now = (inherited(descriptor, aces, is_folder=is_folder) for aces in (above.was, above.now))
    automatic = bool(descriptor.control & DACL_AUTO_INHERITED)
    return acl.renewed(descriptor.aces or (), automatic=automatic, was=was, now=now)


def _must_be_ok(path: str, status: int) -> None:
    if status != wire.OK and status not in wire.NOT_FOUND:
        raise CannotHandDown(path, status)
