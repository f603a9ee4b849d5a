"""Changes of trustees. They write nothing: who there is, is the directory's business.

A create makes a trustee known under the SID that its name has now, so that folders can refer to it; a delete forgets
it.
"""

from __future__ import annotations

from chonai.change.model import Action, Change, Key
from chonai.systems.folders.records import INSTEAD_OF, NAME
from chonai.systems.folders.trustees import Trustees, sid_of, trustee_key
from chonai.systems.refused import NotDone
from chonai.text.messages import message


def introduced(change: Change, trustees: Trustees) -> Key:
    """The key that the trustee has after the change. Raises NotDone when nobody can be meant by it."""
    if change.action is Action.CREATE:
        sid = _found(change, trustees)
        trustees.remember(sid)
        return trustee_key(sid)
    if change.action is not Action.DELETE:
        raise NotDone(message("folders.not_of_the_share", trustee=str(change.key)))
    trustees.forget(change.key.id)
    return change.key


def _found(change: Change, trustees: Trustees) -> str:
    name = str(change.after.get(NAME))
    sid = trustees.find(name) if change.key.is_new else _again(change.key, trustees)
    if sid is None:
        raise NotDone(message("folders.no_trustee", trustee=name))
    if change.after.get(INSTEAD_OF) == str(trustee_key(sid)):
        raise NotDone(message("folders.still_another", trustee=name))
    if not trustees.owned(sid):
        raise NotDone(message("folders.trustee_not_ours", trustee=name))
    if trustees.name(sid) != name:
        raise NotDone(message("folders.trustee_spelt", trustee=name, name=trustees.name(sid)))
    return sid


def _again(key: Key, trustees: Trustees) -> str | None:
    """One that comes back by an undo, under the SID that it had."""
    sid = sid_of(key)
    trustees.learn([sid])
    return sid if trustees.has_name(sid) else None
