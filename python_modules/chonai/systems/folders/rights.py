"""What a change makes of a folder's descriptor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chonai.change.model import Change, Record
from chonai.systems.folders import acl
from chonai.systems.folders.acl import Grant
from chonai.systems.folders.descriptor import DACL_PROTECTED, Ace, Descriptor
from chonai.systems.folders.inherit import inherited, marked
from chonai.systems.folders.records import INHERITS, PARENT, named_grants
from chonai.systems.folders.trustees import Trustees
from chonai.text.messages import Message, message


class NotDone(Exception):
    """The change is refused, and the folder left as it is."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.code)
        self.message = why


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
    try:
        named = list(named_grants(side))
    except ValueError as error:
        raise NotDone(message("folders.bad_grant", folder=place.shown, why=str(error))) from error
    found = [(_sid(name, place, trustees, new=new), mask, flags) for name, mask, flags in named]
    return [Grant(sid, mask, flags) for sid, mask, flags in found if sid]


def _sid(name: str, place: Place, trustees: Trustees, *, new: bool) -> str | None:
    """What is taken away need not exist any more; what is given has to, and has to be ours."""
    sid = trustees.sid(name)
    if not new:
        return sid
    if sid is None:
        raise NotDone(message("folders.unknown_trustee", folder=place.shown, trustee=name))
    if not trustees.owned(sid):
        raise NotDone(message("folders.not_ours", folder=place.shown, trustee=name))
    if trustees.name(sid) != name:
        raise NotDone(message("folders.spelt", folder=place.shown, trustee=name, name=trustees.name(sid)))
    return sid
