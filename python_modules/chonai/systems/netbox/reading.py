"""Reading: whole types, known keys, and what stands around changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network

from chonai.change.model import Action, Change, Key, Record, Value
from chonai.systems.ipam.fields import (
    ADDRESS,
    ASSIGNABLE,
    DEVICE,
    FIELDS,
    INTERFACE,
    PREFIX,
    RANGE,
    TYPES,
    VRF,
    references,
)
from chonai.systems.netbox.connection import Connection, Document
from chonai.systems.netbox.models import GLOBAL, MODELS
from chonai.systems.netbox.records import key_of, placed, record, vrf_of
from chonai.systems.netbox.strays import Stray
from chonai.systems.netbox.table import Places, Table

GLOBAL_VRF = Key(VRF, GLOBAL)
AT_ONCE = 100
"""Ids or networks in one query: an address of a request is not to be longer than servers take."""
PLACED = (RANGE, ADDRESS)


class Reader:
    """One look at NetBox. All prefixes are read once where something lies in them; `documents` keeps what was read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.documents: dict[Key, Document] = {}
        self._prefixes: dict[Key, dict[str, Value]] | None = None
        self._places = Places()

    def whole(self, types: Collection[str]) -> dict[Key, Record]:
        """All objects of these types. The VRF that is none is among them where something is in it. Of two that are told
        by the same, which NetBox may hold, the one that somebody has comes last: who looks it up finds that one.
        """
        found: dict[Key, Record] = {}
        for type_ in (one for one in TYPES if one in types):
            found.update(sorted(self._listed(type_), key=lambda each: _last_day(each[1])))
        if VRF in types and any(Key.parse(str(one["vrf"])) == GLOBAL_VRF for one in self._all_prefixes().values()):
            found[GLOBAL_VRF] = global_vrf()
        return found

    def keys(self, keys: Collection[Key]) -> dict[Key, Record]:
        """Those of the keys that exist."""
        wanted: dict[str, list[str]] = defaultdict(list)
        for key in sorted(keys):
            if key.type in MODELS and key.id.isdigit():
                wanted[key.type].append(key.id)
        found = {key: one for type_, ids in wanted.items() for key, one in self._narrowed(type_, "id", ids)}
        return found | ({GLOBAL_VRF: global_vrf()} if GLOBAL_VRF in keys else {})

    def around(self, changes: Sequence[Change], *, named: bool = True) -> Table:
        """What has to be known to judge changes: the objects themselves, what they name (unless that is not asked for),
        what is told by the same, what lies in them or around them, and what names what is deleted.
        """
        records: dict[Key, Record] = {}
        for type_ in sorted(_needed(changes)):
            records.update(self._neighbours(type_, changes))
        records.update(self._naming({change.key.type for change in changes if change.action is Action.DELETE}))
        own = {change.key for change in changes}
        records.update(self.keys(({*_named(changes), *own} if named else own) - records.keys()))
        table = Table(self._places)
        for key, one in records.items():
            table.put(key, one)
        return table

    def strays(self, networks: Collection[str]) -> set[Stray]:
        """What lies in these networks, and in no prefix that addresses are given from: a ledger does not know it."""
        self._all_prefixes()
        found: set[Stray] = set()
        for type_ in PLACED:
            for document in self._in_parts(type_, "parent", sorted(networks)):
                own = record(type_, document)
                if self._placed(document, own) is None:
                    first, last = (str(own.get("address", own.get(end))) for end in ("first", "last"))
                    found.add(Stray(vrf_of(document), first, last))
        return found

    def _neighbours(self, type_: str, changes: Sequence[Change]) -> Iterator[tuple[Key, dict[str, Value]]]:
        """All of a type; of addresses and interfaces, of which there are many, those of the prefixes and devices that
        are changed.
        """
        if type_ == ADDRESS:
            return self._narrowed(type_, "parent", sorted(self._networks(changes)))
        if type_ == INTERFACE:
            devices = {Key.parse(str(change.after.get(DEVICE))).id for change in changes}
            return self._narrowed(type_, "device_id", sorted(id_ for id_ in devices if id_.isdigit()))
        return self._listed(type_)

    def _networks(self, changes: Sequence[Change]) -> set[str]:
        """The networks of the prefixes that changes are about."""
        prefixes = self._all_prefixes()
        keys = {change.key for change in changes} | {Key.parse(str(change.after.get(PREFIX))) for change in changes}
        own = {str(prefixes[key]["network"]) for key in keys if key in prefixes}
        return own | {str(change.after["network"]) for change in changes if _is_network(change.after.get("network"))}

    def _naming(self, types: Collection[str]) -> dict[Key, Record]:
        """All that may name an object of these types."""
        inside = {ADDRESS, RANGE} if PREFIX in types else set()
        naming = {type_ for type_ in TYPES if set(references(type_).values()) & set(types)} - inside
        return {key: one for type_ in sorted(naming) for key, one in self._listed(type_)}

    def _all_prefixes(self) -> dict[Key, dict[str, Value]]:
        if self._prefixes is None:
            found = self._read(PREFIX, {})
            self._prefixes = {key_of(PREFIX, one): record(PREFIX, one) for one in found}
            for key, one in self._prefixes.items():
                self._places.put(key, str(one["vrf"]), ip_network(str(one["network"])))
        return self._prefixes

    def _listed(self, type_: str) -> Iterator[tuple[Key, dict[str, Value]]]:
        if type_ == PREFIX:
            return iter(self._all_prefixes().items())
        return self._records(type_, self._read(type_, {}))

    def _narrowed(self, type_: str, name: str, values: Sequence[str]) -> Iterator[tuple[Key, dict[str, Value]]]:
        return self._records(type_, self._in_parts(type_, name, values))

    def _in_parts(self, type_: str, name: str, values: Sequence[str]) -> Iterator[Document]:
        for start in range(0, len(values), AT_ONCE):
            yield from self._read(type_, {name: list(values[start : start + AT_ONCE])})

    def _read(self, type_: str, query: Mapping[str, object]) -> list[Document]:
        model = MODELS[type_]
        found = self._connection.listed(model.path, {**model.only, **query, "fields": model.asked})
        self.documents.update((key_of(type_, one), one) for one in found)
        return found

    def _records(self, type_: str, documents: Iterable[Document]) -> Iterator[tuple[Key, dict[str, Value]]]:
        for document in documents:
            found: dict[str, Value] | None = record(type_, document)
            if type_ in PLACED:
                found = self._placed(document, record(type_, document))
            if found is not None:
                yield key_of(type_, document), found

    def _placed(self, document: Document, found: dict[str, Value]) -> dict[str, Value] | None:
        """With its prefix; nothing where it lies in none that addresses are given from."""
        prefixes, at = self._all_prefixes(), ip_address(str(found.get("address", found.get("first"))))
        key = self._places.around(vrf_of(document), at)
        if key is None or prefixes[key]["kind"] != ASSIGNABLE:
            return None
        return placed(found, key, prefixes[key]["gateway"])


def _last_day(record: Record) -> str:
    """Until when an object is somebody's, or in quarantine; what has no end is beyond all days."""
    return str(record.get("until") or "9999-12-31")


def global_vrf() -> Record:
    """What stands for the VRF that is none."""
    return {"name": "Global", "description": None, "zone": None}


def _needed(changes: Sequence[Change]) -> set[str]:
    """The types whose objects may stand against changes. A prefix that is not there yet has nothing in it."""
    types = {change.key.type for change in changes} & FIELDS.keys()
    standing = {change.key.type for change in changes if not change.key.is_new}
    if types & set(PLACED):
        types |= {PREFIX, RANGE}
    return types | ({RANGE, ADDRESS} if RANGE in types or PREFIX in standing else set())


def _named(changes: Sequence[Change]) -> set[Key]:
    """What changes refer to."""
    return {
        Key.parse(str(change.after[name]))
        for change in changes
        if change.key.type in FIELDS
        for name in references(change.key.type)
        if change.after.get(name)
    }


def _is_network(value: Value) -> bool:
    try:
        ip_network(str(value))
    except ValueError:
        return False
    return isinstance(value, str)
