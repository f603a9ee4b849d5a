"""Reading folders: one walk for names and places, one batch of descriptors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from chonai.change.model import Change, Key, Record, Scope, State
from chonai.change.system import Observation
from chonai.systems.folders import acl
from chonai.systems.folders.descriptor import Descriptor, to_sddl
from chonai.systems.folders.protection import protected
from chonai.systems.folders.records import ACL, NAME, PARENT, record
from chonai.systems.folders.session import Session
from chonai.systems.folders.tree import FOLDER, Tree
from chonai.text.messages import Message, message


def observe(session: Session, scope: Scope) -> Observation:
    """All folders down to the depth of the settings. What is odd about them is kept for the plan's warnings."""
    if not session.check(scope):
        return Observation({})
    tree = session.tree()
    found = session.descriptors(tree, tree.nodes.keys())
    session.found = tuple(_oddities(session, tree, found))
    return Observation(_state(session, tree, found, scope), protected(tree, session.settings))


def read(session: Session, keys: Collection[Key], scope: Scope) -> State:
    """Those of the keys that exist."""
    if not session.check(scope):
        return {}
    tree = session.tree()
    return _state(session, tree, session.descriptors(tree, tree.nodes.keys() & set(keys)), scope)


def preimage(session: Session, keys: Collection[Key]) -> Mapping[Key, Record]:
    """Name, place, rights, and the whole list of entries as SDDL, from which it comes back exactly."""
    tree = session.tree()
    found = session.descriptors(tree, tree.nodes.keys() & set(keys))
    return {
        key: {**record(tree.nodes[key], descriptor, session.trustees), **_whole(descriptor)}
        for key, descriptor in found.items()
    }


def locate(session: Session, creates: Sequence[Change]) -> dict[Key, Key]:
    """By place and name; places that were located themselves count."""
    tree = session.tree()
    found: dict[Key, Key] = {}
    left = [change for change in creates if change.key.type == FOLDER]
    while more := {change.key: key for change in left if (key := _at_its_place(tree, change, found))}:
        found |= more
        left = [change for change in left if change.key not in found]
    return found


def _at_its_place(tree: Tree, change: Change, found: Mapping[Key, Key]) -> Key | None:
    parent = Key.parse(str(change.after.get(PARENT)))
    return tree.child(found.get(parent, parent), str(change.after.get(NAME)))


def _state(session: Session, tree: Tree, found: Mapping[Key, Descriptor], scope: Scope) -> State:
    names = scope[FOLDER].attributes
    records = {key: record(tree.nodes[key], descriptor, session.trustees) for key, descriptor in found.items()}
    return {key: {name: whole.get(name) for name in names} for key, whole in records.items()}


def _whole(descriptor: Descriptor) -> Record:
    """Empty where the text cannot hold it; such a folder is not deleted."""
    try:
        return {ACL: to_sddl(descriptor)}
    except ValueError:
        return {}


def _oddities(session: Session, tree: Tree, found: Mapping[Key, Descriptor]) -> Iterator[Message]:
    for key, descriptor in found.items():
        folder = tree.shown(key)
        if descriptor.aces is None:
            yield message("folders.no_list", folder=folder)
            continue
        if not acl.is_canonical(descriptor.aces):
            yield message("folders.order", folder=folder)
        for sid in sorted(set(acl.denied(descriptor.aces))):
            yield message("folders.denied", folder=folder, trustee=session.trustees.name(sid))
