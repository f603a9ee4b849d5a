"""Changing folders, one after the other; each is looked at immediately before it is written. Trustees are only looked
up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chonai.change.model import Action, Change, Key
from chonai.change.system import Result
from chonai.systems.folders import acl, inherit, names, wire
from chonai.systems.folders.descriptor import DACL_AUTO_INHERITED, Ace, Descriptor, from_sddl, to_sddl
from chonai.systems.folders.inherit import marked
from chonai.systems.folders.introduce import introduced
from chonai.systems.folders.protection import path_reason, protected
from chonai.systems.folders.records import ACL, INHERITS, NAME, PARENT
from chonai.systems.folders.rights import Place, wanted
from chonai.systems.folders.session import Session
from chonai.systems.folders.tree import Node, joined
from chonai.systems.folders.trustees import TRUSTEE
from chonai.systems.refused import NotDone
from chonai.text.few import first_few
from chonai.text.messages import message


def apply(session: Session, changes: Sequence[Change]) -> list[Result]:
    """Make the changes; what became of each."""
    work = Work(session)
    return [work.result(change) for change in changes]


class Work:
    """One pass of an apply over the folders as they are when it begins."""

    def __init__(self, session: Session) -> None:
        self._session, self._share, self._settings = session, session.share, session.settings
        session.trustees.look_again()
        self._tree = session.tree()
        self._protected = protected(self._tree, session.settings)

    def result(self, change: Change) -> Result:
        """What became of one change."""
        try:
            return Result(self._made(change))
        except NotDone as refusal:
            return Result(change.key, refusal.message)

    def _made(self, change: Change) -> Key:
        if change.key.type == TRUSTEE:
            return introduced(change, self._session.trustees)
        if change.action is Action.CREATE:
            return self._create(change)
        if change.action is Action.DELETE:
            return self._delete(change.key)
        return self._update(change)

    # -- making

    def _create(self, change: Change) -> Key:
        parent, name = self._place(change)
        if change.key in self._tree.nodes:
            self._must_be_free(change.key)
            self._check_scalars(change)
            key = change.key
        else:
            key = self._at(change, parent, name)
        if text := change.after.get(ACL):
            self._restore(key, str(text))
        else:
            self._give_rights(key, change, parent)
        return key

    def _place(self, change: Change) -> tuple[Key, str]:
        """The place and name that a change wants; refused when it cannot be there."""
        node = self._tree.nodes.get(change.key)
        before = {PARENT: str(node.parent), NAME: node.name} if node else {}
        name, parent = change.after.get(NAME, before.get(NAME)), str(change.after.get(PARENT, before.get(PARENT)))
        if why := names.problem(name):
            raise NotDone(message("folders.bad_name", folder=str(name), why=why))
        place = Key.parse(parent)
        if place not in self._tree.nodes:
            raise NotDone(message("folders.no_place", folder=str(name), place=parent))
        if self._tree.depth(place) >= self._settings.depth:
            raise NotDone(message("folders.too_deep", folder=str(name), depth=self._settings.depth))
        self._must_be_open(place, str(name))
        return place, str(name)

    def _must_be_open(self, place: Key, name: str) -> None:
        """Nothing is made in, or moved into, what is protected, and nothing takes a protected name."""
        path, shown = joined(self._tree.below_base(place), name), joined(self._tree.shown(place), name)
        if why := path_reason(self._settings, path, shown):
            raise NotDone(message("folders.refused_protected", folder=shown, why=why))

    def _at(self, change: Change, parent: Key, name: str) -> Key:
        """A new folder. One that comes back is taken as made when it is there and empty: a killed apply made it."""
        path = joined(self._tree.path(parent), name)
        status, id_ = self._share.make(path)
        if status == wire.TAKEN and not change.key.is_new and self._contents(path) == []:
            status, id_ = self._share.identity(path)
        if status == wire.TAKEN:
            raise NotDone(message("folders.taken", folder=joined(self._tree.shown(parent), name)))
        self._must_be_ok(joined(self._tree.shown(parent), name), status)
        key = Key(change.key.type, id_)
        self._tree.nodes[key] = Node(key, name, parent)
        return key

    def _restore(self, key: Key, text: str) -> None:
        """The list of entries as it was, with owner and group."""
        kept = from_sddl(text)
        descriptor = marked(kept, kept.aces or ()) if kept.control & DACL_AUTO_INHERITED else kept
        [status] = self._share.write_rights([(self._tree.path(key), descriptor)], with_owner=True)
        self._must_be_ok(self._tree.shown(key), status)

    # -- changing

    def _update(self, change: Change) -> Key:
        if change.key not in self._tree.nodes:
            raise NotDone(message("folders.gone", folder=str(change.key)))
        self._must_be_free(change.key)
        self._check_scalars(change)
        node = self._tree.nodes[change.key]
        moves = {PARENT, NAME} & change.after.keys()
        parent, name = self._place(change) if moves or node.parent is None else (node.parent, node.name)
        self._must_not_be_inside(change.key, parent)
        status = self._share.keep_identity(self._tree.path(change.key), change.key.id)
        self._must_be_ok(self._tree.shown(change.key), status)
        self._give_rights(change.key, change, parent)
        self._rename(change.key, parent, name)
        return change.key

    def _give_rights(self, key: Key, change: Change, parent: Key) -> None:
        """All that is below first, the folder itself last: killed in between, the next apply sees that it is not
        done and begins again.
        """
        path, shown = self._tree.path(key), self._tree.shown(key)
        now = self._descriptor(key)
        place = Place(shown, now, self._descriptor(parent).aces or ())
        new = wanted(change, place, self._session.trustees)
        if new is now:
            return
        self._hand_down(path, now.aces or (), new.aces or ())
        if self._descriptor(key) != now:
            raise NotDone(message("folders.rights_moved", folder=shown))
        [status] = self._share.write_rights([(path, new)])
        self._must_be_ok(shown, status)

    def _hand_down(self, path: str, was: Sequence[Ace], now: Sequence[Ace]) -> None:
        if acl.hands_down_alike(was, now):
            return
        try:
            inherit.hand_down(self._share, path, was=was, now=now)
        except inherit.CannotHandDown as error:
            where = rf"{self._settings.url}\{error.path}"
            fields = {"folder": path, "inside": where, "status": f"{error.status:#010x}"}
            raise NotDone(message("folders.not_handed_down", **fields)) from error

    def _rename(self, key: Key, parent: Key, name: str) -> None:
        node = self._tree.nodes[key]
        if (node.parent, node.name) == (parent, name):
            return
        shown = self._tree.shown(key)
        status = self._share.rename(self._tree.path(key), joined(self._tree.path(parent), name))
        if status == wire.TAKEN:
            raise NotDone(message("folders.taken", folder=joined(self._tree.shown(parent), name)))
        if status in (wire.DENIED, wire.IN_USE):
            raise NotDone(message("folders.in_use", folder=shown, status=f"{status:#010x}"))
        self._must_be_ok(shown, status)
        node.parent, node.name = parent, name

    def _check_scalars(self, change: Change) -> None:
        """Place, name and inheritance have to be as planned or as wanted."""
        node = self._tree.nodes[change.key]
        inherits = not self._descriptor(change.key).protected
        now: Mapping[str, object] = {PARENT: str(node.parent), NAME: node.name, INHERITS: inherits}
        for name, value in now.items():
            if name in change.before and value not in (change.before[name], change.after.get(name)):
                fields = {"folder": self._tree.shown(change.key), "attribute": name, "now": str(value)}
                raise NotDone(message("folders.moved_meanwhile", **fields))

    def _must_not_be_inside(self, key: Key, parent: Key) -> None:
        if parent == key or any(node.key == parent for node in self._tree.below(key)):
            raise NotDone(message("folders.into_itself", folder=self._tree.shown(key)))

    # -- removing

    def _delete(self, key: Key) -> Key:
        if key not in self._tree.nodes:
            return key
        self._must_be_free(key)
        path, shown = self._tree.path(key), self._tree.shown(key)
        self._must_come_back(self._descriptor(key), shown)
        status = self._share.remove(path)
        if status == wire.NOT_EMPTY or (status != wire.OK and self._contents(path)):
            found = self._contents(path)
            some = first_few(found)
            raise NotDone(message("folders.not_empty", folder=shown, count=len(found), names=some))
        if status not in wire.NOT_FOUND:
            self._must_be_ok(shown, status)
        del self._tree.nodes[key]
        return key

    def _must_come_back(self, descriptor: Descriptor, shown: str) -> None:
        try:
            to_sddl(descriptor)
        except ValueError as error:
            raise NotDone(message("folders.no_way_back", folder=shown)) from error

    # -- looking

    def _contents(self, path: str) -> list[str]:
        status, entries = self._share.listings([path])[0]
        return sorted(entry.name for entry in entries) if status == wire.OK else ["?"]

    def _descriptor(self, key: Key) -> Descriptor:
        found = self._session.descriptors(self._tree, [key])
        if key not in found:
            raise NotDone(message("folders.gone", folder=self._tree.shown(key)))
        return found[key]

    def _must_be_free(self, key: Key) -> None:
        if why := self._protected.get(key):
            raise NotDone(message("folders.refused_protected", folder=self._tree.shown(key), why=why))

    def _must_be_ok(self, shown: str, status: int) -> None:
        if status != wire.OK:
            code = "folders.not_allowed" if status == wire.DENIED else "folders.refused"
            raise NotDone(message(code, folder=shown, status=f"{status:#010x}"))
