"""What is confidential until its announcement (公表): who can read it before, with which keys, and from when on all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from chonai.change.approval import NAMESPACE
from chonai.change.errors import Refused, SealBroken, UsageError
from chonai.change.model import ApprovalKind, ChangeSet, Plan
from chonai.change.secrets import Recipients, can_receive, recipient_of
from chonai.change.signature import public_keys, read_signers
from chonai.change.signers import Entry
from chonai.site.settings import SiteSettings
from chonai.store.change_sets import Sealed
from chonai.store.closed import Closed, Readers
from chonai.store.plans import Shelved

T = TypeVar("T")
KEYS = ("age1", "ssh-")
"""How a public key begins; anything else is a name."""
_LONGEST = 30


class Secrecy:
    """The site's rules about it."""

    def __init__(self, settings: SiteSettings, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now

    @property
    def key(self) -> Path | None:
        """With which key this machine opens what it seals, and what has been announced."""
        return self._settings.opening_key or self._settings.key

    def is_announced(self, change_set: ChangeSet) -> bool:
        """True if everybody may see it: it was never confidential, or its moment has come."""
        return change_set.announced_at is None or change_set.announced_at <= self._now()

    def refuse_unannounced(self, change_set: ChangeSet) -> None:
        """Return if it has been announced; raise `Refused` if not."""
        if not self.is_announced(change_set):
            at, now = change_set.announced_at, self._now()
            raise Refused("site.not_announced", id=change_set.id, announced_at=at, now=now)

    def readers(self, operation: str) -> Readers:
        """To whom plans of an operation are closed. This machine is always among them, or it could not seal.

        Raises `UsageError` where this machine has no key that opens, `Refused` for a reader who is unknown or has no
        key that can be encrypted to.
        """
        found = self._own()
        for reader in self._listed(operation):
            keys = [key for key in self._keys(reader) if can_receive(key)]
            if self._settings.readers and not keys:
                raise Refused("site.reader_without_key", reader=_short(reader))
            for key in keys:
                found.setdefault(key, _short(reader))
        return Readers(tuple(dict.fromkeys(found.values())), Recipients(found))

    def _own(self) -> dict[str, str]:
        """The public half of this machine's key, with the name that it goes under."""
        if self.key is None:
            raise UsageError("site.no_opening_key")
        try:
            return {recipient_of(self.key): self._settings.author or self.key.name}
        except UsageError as error:
            raise UsageError("site.no_opening_key", details=[error.message]) from error

    def plan(self, shelved: Shelved, key: Path | None) -> Plan:
        """A plan of the shelf, opened where it is closed. Raises as `change_set` does."""
        if isinstance(shelved.content, Plan):
            return shelved.content
        return self._opened(shelved.plan, key, shelved.content, shelved.id)

    def change_set(self, sealed: Sealed, key: Path | None) -> Sealed:
        """A change set with its content, opened where it is closed.

        Raises `Refused` for a key that does not open it, `UsageError` for one that can open nothing, `SealBroken` if it
        was damaged or is not what its cover says.
        """
        if sealed.closed is None:
            return sealed
        return self._opened(sealed.opened, key, sealed.closed, sealed.change_set.id)

    def announced(self, sealed: Sealed) -> Sealed:
        """The same as everybody may see it now: with its content once it is announced, if this machine can open it."""
        if sealed.closed is None or not self.is_announced(sealed.change_set):
            return sealed
        try:
            return self.change_set(sealed, self.key)
        except SealBroken:
            raise
        except (Refused, UsageError):
            return sealed

    def refuse_stranger(self, key: Path, operation: str) -> None:
        """Return if this is the key of somebody who is a reader now, or this machine's own; raise `Refused` if not.

        Whoever is no reader any more still holds what the key opened once; only a new plan keeps it from them.
        """
        line, listed = recipient_of(key), self._listed(operation)
        names = {name for entry in self._valid() if entry.key.line == line for name in entry.names}
        is_listed = line in map(_bare, listed) or not names.isdisjoint(listed)
        if not (is_listed or self._is_own(key)):
            raise Refused("site.not_a_reader", key=key)

    def _is_own(self, key: Path) -> bool:
        return self.key is not None and self.key.exists() and key.samefile(self.key)

    def _opened(self, open_it: Callable[[Path], T], key: Path | None, closed: Closed, id_: str) -> T:
        if key is None:
            raise UsageError("site.no_opening_key")
        try:
            return open_it(key)
        except SealBroken:
            raise
        except Refused:
            raise Refused("site.not_opened", key=key, id=id_, readers=", ".join(closed.readers)) from None

    def _listed(self, operation: str) -> Sequence[str]:
        """Readers as the site names them: by name or key."""
        return self._settings.readers or self._approvers(operation)

    def _approvers(self, operation: str) -> list[str]:
        """All who may approve now: who has to agree has to see."""
        able = (entry for entry in self._valid() if entry.is_for((NAMESPACE,)))
        names = dict.fromkeys(name for entry in able for name in entry.names)
        is_city = self._settings.rule(operation).kind is ApprovalKind.CITY
        return [name for name in names if name in self._settings.city or not is_city]

    def _valid(self) -> list[Entry]:
        now = self._now()
        return [entry for entry in read_signers(self._settings.allowed_signers).entries if entry.holds_at(now)]

    def _keys(self, reader: str) -> list[str]:
        if reader.startswith(KEYS):
            return [_bare(reader)]
        return list(public_keys(self._settings.allowed_signers, reader, self._now()))


def _bare(key: str) -> str:
    """A public key without comment."""
    return " ".join(key.split()[:2])


def _short(reader: str) -> str:
    """A name, or the beginning of a key, for people."""
    return reader if len(reader) <= _LONGEST else f"{reader[:_LONGEST]}…"
