"""Reading folders: one walk for names and places, one batch of descriptors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from chonai.change.model import Change, Key, Record, Scope, State, Value
from chonai.change.system import Observation
from chonai.systems.folders import acl, wire
from chonai.systems.folders.descriptor import Descriptor, to_sddl
from chonai.systems.folders.protection import protected
from chonai.systems.folders.records import ACL, EMPTY, NAME, PARENT, record, referred
from chonai.systems.folders.session import Session
from chonai.systems.folders.tree import FOLDER, Tree
from chonai.systems.folders.trustees import GRANT, TRUSTEE
from chonai.text.messages import Message, message


def observe(session: Session, scope: Scope) -> Observation:
    """All folders down to the depth of the settings, and our trustees who have rights in them. What is odd about the
    folders is kept for the plan's warnings.
    """
    session.check(scope)
    tree = session.tree()
    found = session.descriptors(tree, tree.nodes.keys())
    session.found = tuple(_oddities(session, tree, found))
    there = {key for descriptor in found.values() for key in referred(descriptor)}
    state = {**_folders(session, tree, found, scope), **_named(session, there, scope)}
    return Observation(state, protected(tree, session.settings) if FOLDER in scope else {})


def read(session: Session, keys: Collection[Key], scope: Scope) -> State:
    """Those of the keys that exist. A trustee exists when it is ours, whether it has rights or not."""
    session.check(scope)
    state = _named(session, keys, scope)
    if any(key.type == FOLDER for key in keys):
        tree = session.tree()
        found = session.descriptors(tree, tree.nodes.keys() & set(keys))
        state |= _folders(session, tree, found, scope)
    return state


def preimage(session: Session, keys: Collection[Key]) -> Mapping[Key, Record]:
    """Name, place, rights, and the whole list of entries as SDDL, from which it comes back exactly."""
    tree = session.tree()
    found = session.descriptors(tree, tree.nodes.keys() & set(keys))
    folders = {
        key: {**record(tree.nodes[key], descriptor, session.trustees), **_whole(descriptor)}
        for key, descriptor in found.items()
    }
    return {**folders, **{key: {NAME: name} for key, name in session.trustees.known(_of(TRUSTEE, keys)).items()}}


def locate(session: Session, creates: Sequence[Change]) -> dict[Key, Key]:
    """Folders by place and name; places that were located themselves count.

    Never a trustee: the create of one looks its name up and changes nothing, so it can be made again. Found before the
    apply, the name may still be that of another, who gives it up in the same change set.
    """
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


def _folders(session: Session, tree: Tree, found: Mapping[Key, Descriptor], scope: Scope) -> dict[Key, Record]:
    if FOLDER not in scope:
        return {}
    names = scope[FOLDER].attributes
    empty = _empty(session, tree, found) if EMPTY in names else {}
    state: dict[Key, Record] = {}
    for key, descriptor in found.items():
        whole: dict[str, Value] = record(tree.nodes[key], descriptor, session.trustees)
        whole[EMPTY] = empty.get(key)
        state[key] = {name: whole.get(name) for name in names}
    return state


def _empty(session: Session, tree: Tree, keys: Collection[Key]) -> dict[Key, bool]:
    """Which folders hold nothing; only asked for where it matters, because all their names have to be listed."""
    wanted = sorted(keys)
    listings = session.share.listings([tree.path(key) for key in wanted])
    return {key: status == wire.OK and not entries for key, (status, entries) in zip(wanted, listings, strict=True)}


def _named(session: Session, keys: Collection[Key], scope: Scope) -> dict[Key, Record]:
    """Trustees and grants, by what they are called."""
    wanted = [key for type_ in (TRUSTEE, GRANT) if type_ in scope for key in _of(type_, keys)]
    return {key: {NAME: name} for key, name in session.trustees.known(wanted).items()}


def _of(type_: str, keys: Collection[Key]) -> list[Key]:
    return [key for key in keys if key.type == type_]


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
