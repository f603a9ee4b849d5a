"""Trustees by name and by SID, and which of them are ours."""

from __future__ import annotations

from collections.abc import Collection

from chonai.change.errors import Fault
from chonai.systems.folders.lsa import LookupFailed, Lsa
from chonai.systems.folders.settings import first_match
from chonai.systems.folders.wire import Wire


class Trustees:
    """What the file server calls them. A SID without a name is shown as it is."""

    def __init__(self, connection: Wire) -> None:
        self._wire, self._settings = connection, connection.settings
        self._names: dict[str, str] = {}
        self._nameless: set[str] = set()

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

    def sid(self, name: str) -> str | None:
        """The SID of a name, or of the text of a SID; None when nobody is called so."""
        if name.startswith("S-1-"):
            return name
        known = next((sid for sid, text in self._names.items() if text.casefold() == name.casefold()), None)
        return known or self._look_up(name)

    def owned(self, sid: str) -> bool:
        """Whether the settings say that the explicit entries of this one are ours."""
        return first_match(self._settings.owned, self.name(sid)) is not None

    def kept(self, sid: str) -> bool:
        """Whether the settings say that this one keeps its rights when a folder stops inheriting."""
        return first_match(self._settings.kept, self.name(sid)) is not None

    def _look_up(self, name: str) -> str | None:
        try:
            with Lsa.open(self._wire) as lsa:
                sid = lsa.sids([name]).get(name)
        except (LookupFailed, ValueError) as error:
            raise self._fault(error) from error
        if sid:
            self.learn([sid])
        return sid

    def _fault(self, error: Exception) -> Fault:
        return Fault("folders.lookup_failed", system=self._settings.name, share=self._settings.url, why=str(error))
