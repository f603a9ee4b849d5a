"""Trustees: what the file server calls them, which of them are ours, and their keys.

A trustee is an object of the type `trustee` whose key is its SID and whose only attribute is its name; whoever gives it
another name changes no folder. Any other mixture of rights than the usual levels is referred to as a `grant`: the SID,
the flags and the mask are its key.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from chonai.change.errors import Fault
from chonai.change.model import Key
from chonai.systems.folders.acl import Grant
from chonai.systems.folders.descriptor import flags_of, flags_text
from chonai.systems.folders.lsa import LookupFailed, Lsa
from chonai.systems.folders.wire import Wire
from chonai.systems.patterns import first_match

TRUSTEE, GRANT = "trustee", "grant"
_SID = re.compile(r"S-1-\d+(?:-\d+){1,15}")


def trustee_key(sid: str) -> Key:
    """The key of a trustee."""
    return Key(TRUSTEE, sid)


def grant_key(grant: Grant) -> Key:
    """The key of a mixture of rights: who has it, what is below it, and which."""
    return Key(GRANT, f"{grant.sid};{flags_text(grant.flags)};{grant.mask:#x}")


def sid_of(key: Key) -> str:
    """Whose SID a key of a trustee is. Raises ValueError for any other key."""
    if key.type != TRUSTEE or not _SID.fullmatch(key.id):
        raise ValueError(f"not a trustee: {key}")
    return key.id


def grant_of(key: Key) -> Grant:
    """The mixture of rights that a key names. Raises ValueError for any other key."""
    sid, flags, mask = key.id.split(";") if key.type == GRANT and key.id.count(";") == 2 else ("", "", "")
    if not _SID.fullmatch(sid):
        raise ValueError(f"not a grant: {key}")
    return Grant(sid, int(mask, 16), flags_of(flags))


class Trustees:
    """What the file server calls them. A SID without a name is shown as it is."""

    def __init__(self, connection: Wire) -> None:
        self._wire, self._settings = connection, connection.settings
        self._names: dict[str, str] = {}
        self._nameless: set[str] = set()
        self._forgotten: set[str] = set()

    def look_again(self) -> None:
        """A new pass: a SID that had no name may have one by now."""
        self._nameless.clear()

    def learn(self, sids: Collection[str]) -> None:
        """Ask for the names of those not known yet, in one go. Raises Fault when the server does not tell."""
        unknown = sorted(set(sids) - self._names.keys() - self._nameless)
        if not unknown:
            return
        try:
            with Lsa.open(self._wire) as lsa:
                self._names |= lsa.names(unknown)
        except (LookupFailed, ValueError) as error:
            raise self._fault(error) from error
        self._nameless |= set(unknown) - self._names.keys()

    def name(self, sid: str) -> str:
        """The name of a SID that was learnt, or the SID."""
        return self._names.get(sid, sid)

    def has_name(self, sid: str) -> bool:
        """Whether anybody is known by this SID, which was learnt."""
        return sid in self._names

    def find(self, name: str) -> str | None:
        """Whose name this is now; None when nobody is called so.

        What was learnt before does not count: the same apply may have given the name to somebody else.
        """
        try:
            with Lsa.open(self._wire) as lsa:
                sid = lsa.sids([name]).get(name)
        except (LookupFailed, ValueError) as error:
            raise self._fault(error) from error
        if sid is None:
            return None
        self._names.pop(sid, None)
        self._nameless.discard(sid)
        self.learn([sid])
        return sid

    def owned(self, sid: str) -> bool:
        """Whether the settings say that the explicit entries of this one are ours."""
        return first_match(self._settings.owned, self.name(sid)) is not None

    def kept(self, sid: str) -> bool:
        """Whether the settings say that this one keeps its rights when a folder stops inheriting."""
        return first_match(self._settings.kept, self.name(sid)) is not None

    def known(self, keys: Collection[Key]) -> dict[Key, str]:
        """Those of the keys of trustees and grants that are ours and were not forgotten, with their names."""
        sids: dict[Key, str] = {}
        for key in keys:
            try:
                sids[key] = grant_of(key).sid if key.type == GRANT else sid_of(key)
            except ValueError:
                continue
        self.learn(set(sids.values()))
        return {key: self._called(key, sid) for key, sid in sids.items() if self.owned(sid) and not self._is_gone(key)}

    def forget(self, sid: str) -> None:
        """Nobody refers to this trustee any more: it is not known until somebody asks for it by name."""
        self._forgotten.add(sid)

    def remember(self, sid: str) -> None:
        """Somebody refers to this trustee."""
        self._forgotten.discard(sid)

    def _is_gone(self, key: Key) -> bool:
        return key.type == TRUSTEE and key.id in self._forgotten

    def _called(self, key: Key, sid: str) -> str:
        return f"{self.name(sid)}{key.id.removeprefix(sid)}"

    def _fault(self, error: Exception) -> Fault:
        return Fault("folders.lookup_failed", system=self._settings.name, share=self._settings.url, why=str(error))
