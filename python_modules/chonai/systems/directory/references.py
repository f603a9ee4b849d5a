"""From names to keys: DNs, and links that carry an id, become the texts of keys."""

from __future__ import annotations

from collections.abc import Iterable

from chonai.change.model import Key
from chonai.systems.directory import dn as dns
from chonai.systems.directory.flavour import TYPES
from chonai.systems.directory.protocol import Entry, Search
from chonai.systems.directory.session import Session

FEW = 300
"""Up to so many names are looked up one by one; above it, one search over everything is quicker."""


class References:
    """What the names in readings below `below` (default: the base) stand for. Objects elsewhere have no key here.

    Made for one reading or kept by the session for all of them. Kept, it has to be told what this connection moves
    and deletes; a name that somebody else gives to another object in the same seconds is not noticed. What it does
    not find is asked for again in every reading.
    """

    def __init__(self, session: Session, below: str | None = None) -> None:
        self._session, self._below = session, session.base if below is None else below
        self._folded: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def learn(self, dn: str, key: Key) -> None:
        """Remember that `dn` is the object `key`."""
        self._keys[self._fold(dn)] = str(key)

    def forget(self, dn: str, *, is_place: bool) -> None:
        """This name stands for nothing any more; with a place, neither do those below it."""
        gone = self._fold(dn)
        self._keys.pop(gone, None)
        if is_place:
            self._keys = {name: key for name, key in self._keys.items() if not name.endswith(f",{gone}")}

    def key_of(self, value: str) -> str | None:
        """The text of the key that a DN or link stands for; None for what is elsewhere or none of ours."""
        return self._by_link(value) if value.startswith("<GUID=") else self._keys.get(self._fold(value))

    def look_up(self, values: Iterable[str]) -> None:
        """Ask the server about those of the DNs and links that are not known yet."""
        unknown = {value for value in values if value.startswith("<GUID=") or self._fold(value) not in self._keys}
        linked = {value for value in unknown if value.startswith("<GUID=")}
        self._look_up_ids({id_ for value in linked if (id_ := self._link(value)) not in self._session.types})
        self._look_up_dns(sorted(unknown - linked))

    def _link(self, value: str) -> str:
        return self._session.flavour.link(value)

    def _by_link(self, value: str) -> str | None:
        id_ = self._link(value)
        type_ = self._session.types.get(id_)
        inside = type_ is not None and dns.is_under(self._session.flavour.plain(value), self._below)
        return f"{type_}:{id_}" if inside else None

    def _fold(self, dn: str) -> str:
        folded = self._folded.get(dn)
        if folded is None:
            folded = self._folded[dn] = dns.fold(dn)
        return folded

    def _look_up_ids(self, ids: Iterable[str]) -> None:
        flavour = self._session.flavour
        wanted = (flavour.identity, flavour.kind)
        for entry in self._session.entries_of(sorted(ids), wanted, below=self._below):
            self._session.key_of(entry.values)

    def _look_up_dns(self, unknown: list[str]) -> None:
        session = self._session
        wanted = (session.flavour.identity, session.flavour.kind)
        if len(unknown) > FEW:
            everything = Search(self._below, session.flavour.filter_of(TYPES), wanted)
            session.connection.search(everything, self._learn_entry)
            return
        inside = [session.base_search(dn, wanted) for dn in unknown if dns.is_under(dn, self._below)]
        for entries in session.connection.searches(inside):
            for entry in entries:
                self._learn_entry(entry)

    def _learn_entry(self, entry: Entry) -> None:
        if key := self._session.key_of(entry.values):
            self.learn(entry.dn, key)
