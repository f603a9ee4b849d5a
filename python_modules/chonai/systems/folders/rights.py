"""What a change makes of a folder's descriptor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chonai.change.model import Change, Record
from chonai.systems.folders import acl
from chonai.systems.folders.acl import Grant
from chonai.systems.folders.descriptor import DACL_PROTECTED, Ace, Descriptor
from chonai.systems.folders.inherit import inherited, marked
from chonai.systems.folders.records import INHERITS, PARENT, grants_in
from chonai.systems.folders.trustees import Trustees
from chonai.systems.refused import NotDone
from chonai.text.messages import message


@dataclass(frozen=True, slots=True)
class Place:
    """A folder as people write it, its descriptor, and the entries of the folder it is to be in."""

    shown: str
    descriptor: Descriptor
    above: Sequence[Ace]


def wanted(change: Change, place: Place, trustees: Trustees) -> Descriptor:
    """The descriptor as the change wants it. Raises NotDone when it cannot be made."""
    now = place.descriptor
    if now.aces is None:
        raise NotDone(message("folders.no_list", folder=place.shown))
    if not acl.is_canonical(now.aces):
        raise NotDone(message("folders.order", folder=place.shown))
    take = set(_grants(change.before, place, trustees, new=False))
    give = set(_grants(change.after, place, trustees, new=True))
    base = _inheritance(change, place, trustees)
    result = replace(base, aces=acl.merged(base.aces or (), take=take, give=give))
    same = (result.aces, result.protected) == (now.aces, now.protected)
    return now if same else marked(result, result.aces or ())


def _inheritance(change: Change, place: Place, trustees: Trustees) -> Descriptor:
    """Begin or end to inherit, or inherit from another place."""
    now = place.descriptor
    aces = now.aces or ()
    from_above = inherited(now, place.above, is_folder=True)
    inherits = change.after.get(INHERITS, not now.protected)
    if inherits and now.protected:
        return replace(now, aces=acl.joined(aces, from_above), control=now.control & ~DACL_PROTECTED)
    if not inherits and not now.protected:
        return replace(now, aces=acl.cut(aces, trustees.kept), control=now.control | DACL_PROTECTED)
    moves = PARENT in change.before and not now.protected
    return replace(now, aces=acl.inheriting(aces, from_above)) if moves else now


def _grants(side: Record, place: Place, trustees: Trustees, *, new: bool) -> list[Grant]:
    """What is taken away need not be anybody's any more; what is given has to be one of ours."""
    try:
        found = list(grants_in(side))
    except ValueError as error:
        raise NotDone(message("folders.bad_grant", folder=place.shown, why=str(error))) from error
    if new:
        trustees.learn({grant.sid for grant in found})
        for sid in sorted({grant.sid for grant in found}):
            _must_be_ours(sid, place, trustees)
    return found


def _must_be_ours(sid: str, place: Place, trustees: Trustees) -> None:
    if not trustees.owned(sid):
        code = "folders.not_ours" if trustees.has_name(sid) else "folders.unknown_trustee"
        raise NotDone(message(code, folder=place.shown, trustee=trustees.name(sid)))
