"""From entries to records, as the scope wants them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from chonai.change.model import Key, Scope, TypeScope, Value
from chonai.systems.directory import dn as dns
from chonai.systems.directory.flavour import ENABLED, MEMBER, MEMBER_OF, NAME, PARENT, USER, Flavour, Values
from chonai.systems.directory.session import Session

KeyOf: TypeAlias = Callable[[str], str | None]
Reader: TypeAlias = Callable[[Values, str, KeyOf], Value]
SEPARATOR = "\n"
"""Between the values of an attribute that counts as one value but has several in the directory."""


class Records:
    """Makes records of the entries of one scope."""

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session, self._flavour = session, session.flavour
        self._columns = {type_: _columns(type_, owned, session) for type_, owned in scope.items()}
        self._readers = {
            type_: [(column.name, column.read) for column in columns if column.read]
            for type_, columns in self._columns.items()
        }
        self._scalars = {
            type_: [(column.name, column.source) for column in columns if column.read is None]
            for type_, columns in self._columns.items()
        }

    def requested(self, types: Sequence[str]) -> tuple[str, ...]:
        """The attributes to ask the server for, for objects of these types:
        identity, kind, guards, and what the scope owns.
        """
        flavour = self._flavour
        names = dict.fromkeys((flavour.identity, flavour.kind, *flavour.guards, *flavour.account.values()))
        for type_ in types:
            names.update(dict.fromkeys(column.request for column in self._columns.get(type_, ()) if column.request))
        return tuple(names)

    def links(self, type_: str, values: Values) -> list[str]:
        """The values that name other objects, except the place."""
        found = []
        for column in self._columns[type_]:
            if column.is_link:
                found += [raw.decode() for raw in values.get(column.source, ())]
        return found

    def record(self, key: Key, dn: str, values: Values, key_of: KeyOf) -> dict[str, Value]:
        """The record of one object."""
        record: dict[str, Value] = {}
        for name, source in self._scalars[key.type]:
            raws = values.get(source)
            if raws and len(raws) == 1:
                record[name] = raws[0].decode("utf-8", "backslashreplace")
            else:
                record[name] = one_value(raws or ())
        for name, read in self._readers[key.type]:
            record[name] = read(values, dn, key_of)
        return record


class _Column:
    """One attribute of a type: where it comes from and what form it has."""

    __slots__ = ("_flavour", "is_link", "name", "read", "request", "source")

    def __init__(self, name: str, *, flavour: Flavour, is_set: bool) -> None:
        self.name, self.source, self._flavour = name, name.lower(), flavour
        self.is_link = name in flavour.references and name != PARENT
        special = {MEMBER: flavour.member_request, ENABLED: flavour.enabled_from, PARENT: "", NAME: ""}
        self.request = special.get(name, name)
        self.read = self._reader(is_set)

    def _reader(self, is_set: bool) -> Reader | None:
        """What makes the value out of the entry; None for a plain scalar, which is read in line."""
        special: dict[str, Reader] = {ENABLED: self._enabled, PARENT: self._parent, NAME: self._name}
        if self.name in special:
            return special[self.name]
        if self.is_link:
            return self._linked_set if is_set else self._linked
        return self._set if is_set else None

    def _enabled(self, values: Values, dn: str, key_of: KeyOf) -> Value:
        return self._flavour.is_enabled(values)

    def _parent(self, values: Values, dn: str, key_of: KeyOf) -> Value:
        return key_of(dns.split(dn)[1])

    def _name(self, values: Values, dn: str, key_of: KeyOf) -> Value:
        return dns.rdn_parts(dns.split(dn)[0])[1]

    def _set(self, values: Values, dn: str, key_of: KeyOf) -> Value:
        return frozenset(map(text, values.get(self.source, ())))

    def _linked(self, values: Values, dn: str, key_of: KeyOf) -> Value:
        found = values.get(self.source)
        return key_of(found[0].decode()) if found else None

    def _linked_set(self, values: Values, dn: str, key_of: KeyOf) -> Value:
        keys = (key_of(raw.decode()) for raw in values.get(self.source, ()))
        return frozenset(key for key in keys if key is not None)


def one_value(raws: Sequence[bytes]) -> str | None:
    """The one value of an attribute. When the directory holds several, all of them, sorted:
    so that a plan shows what it takes away.
    """
    if not raws:
        return None
    return text(raws[0]) if len(raws) == 1 else SEPARATOR.join(sorted(map(text, raws)))


def text(raw: bytes) -> str:
    """The text of a value; what is no UTF-8 shows as escapes and never equals anything wanted."""
    return raw.decode("utf-8", "backslashreplace")


def is_set(type_: str, name: str, multi_valued: Mapping[str, frozenset[str]]) -> bool:
    """Whether an attribute counts as a set of values."""
    return name in (MEMBER, MEMBER_OF) or name in multi_valued.get(type_, ())


def _columns(type_: str, owned: TypeScope, session: Session) -> list[_Column]:
    multi_valued = session.settings.multi_valued
    names = sorted(name for name in owned.attributes if name != ENABLED or type_ == USER)
    return [_Column(name, flavour=session.flavour, is_set=is_set(type_, name, multi_valued)) for name in names]
