"""The ledger as it will be: what a workbook says is written into it word by word, and held against what the workbook
says elsewhere and what the ledger has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from chonai.change.model import NEW, Key, Record, State, Value
from chonai.operations.addressing.model import (
    ADDRESS,
    ASSIGNABLE,
    DEVICE,
    HOST,
    IN_USE,
    INTERFACE,
    ISSUED,
    PREFIX,
    RANGE,
    RESERVED,
    RETIRED,
    SCOPE,
    VLAN,
    VRF,
    is_free,
    is_live,
    text,
)
from chonai.operations.addressing.policy import AddressingPolicy
from chonai.operations.addressing.sheet.rows import Cell, Row, problem_at
from chonai.operations.addressing.sheet.words import LEADS
from chonai.text.folding import search_key
from chonai.text.messages import Message

Name = tuple[str, ...]
"""What tells an object from all others, by the names of those that it belongs to: type, VRF, network, address."""

FIXED = frozenset({"status", "until", "request", "item", "ended_by", "kind", "gateway", "role", "last", "vrf"})
"""What an import never changes of an object that the ledger has; that is asked for, or done by hand."""
_DEFAULTS: Mapping[str, Record] = {
    PREFIX: {"kind": ASSIGNABLE},
    RANGE: {"issuable": True},
    ADDRESS: {"role": HOST},
    INTERFACE: {"management": False},
}


@dataclass(frozen=True, slots=True)
class Said:
    """A value that a workbook gives an attribute, and where."""

    value: Value
    cell: Cell


@dataclass(slots=True)
class Draft:
    """`overwrites`: where the ledger says something else, the workbook holds; but for what is `FIXED`.

    rows   where each object that the workbook speaks of has its row, or is mentioned first
    said   what the workbook says of it
    by_type   all objects; what comes is added at the end
    """

    file: str
    state: State
    day: date
    policy: AddressingPolicy
    overwrites: bool
    objects: dict[Key, dict[str, Value]] = field(default_factory=dict)
    rows: dict[Key, Row] = field(default_factory=dict)
    said: dict[Key, dict[str, Said]] = field(default_factory=dict)
    problems: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    by_type: dict[str, list[Key]] = field(default_factory=lambda: defaultdict(list))
    _own: dict[Key, Cell] = field(default_factory=dict)
    _keys: dict[Name, Key] = field(default_factory=dict)
    _folded: dict[Name, list[Key]] = field(default_factory=dict)
    _free: list[tuple[Name, Row]] = field(default_factory=list)
    _reissued: set[Key] = field(default_factory=set)

    def __post_init__(self) -> None:
        for key, record in self.state.items():
            self.objects[key] = dict(record)
        for key, record in self.state.items():
            self._index(name_of(self.state, key, record), key)

    def _index(self, name: Name, key: Key) -> None:
        self.by_type[key.type].append(key)
        self._keys[name] = key
        folded = (name[0], search_key(name[1])) if len(name) == 2 else name
        self._folded.setdefault(folded, []).append(key)

    def find(self, name: Name, *, is_own: bool = False) -> Key | None:
        """The object of this name; of things that people name, also in another width and case where there is one. With
        `is_own` the row is an object's own: then only the ledger's count so.
        """
        if name in self._keys or len(name) != 2:
            return self._keys.get(name)
        found = self._folded.get((name[0], search_key(name[1])), [])
        return found[0] if len(found) == 1 and not (is_own and self.is_new(found[0])) else None

    def put(self, name: Name, row: Row, identity: Record, values: Mapping[str, Said | None], *, is_own: bool) -> Key:
        """What a row says of the object of this name; its key. `identity` is what tells it, `is_own`: the row is the
        object's, and no other is.
        """
        key = self.find(name, is_own=is_own) or self._make(name, identity)
        told = {attribute: said for attribute, said in values.items() if said is not None}
        if is_own and key in self._own:
            first = self._own[key].at
            self.problems.append(row.problem(LEADS[row.type], "addressing.sheet_double", first=first))
            return key
        if is_own:
            self._own[key], self.rows[key] = row.cell(LEADS[row.type]), row
            self._end_of_life(key, told)
        self.rows.setdefault(key, row)
        for attribute, said in told.items():
            self.say(key, attribute, said)
        return key

    def _make(self, name: Name, identity: Record) -> Key:
        key = Key(name[0], NEW + "/".join(name[1:]))
        nothing: dict[str, Value] = dict.fromkeys(SCOPE[key.type].attributes)
        self.objects[key] = nothing | dict(_DEFAULTS.get(key.type, {})) | dict(identity)
        self._index(name, key)
        return key

    def is_new(self, key: Key) -> bool:
        """Whether the ledger has no such object."""
        return key not in self.state

    def changed(self) -> dict[Key, dict[str, Value]]:
        """Objects that are new or will be otherwise."""
        return {key: record for key, record in self.objects.items() if record != self.state.get(key)}

    def free(self, name: Name, row: Row) -> None:
        """A row says that nobody has the object of this name."""
        self._free.append((name, row))

    def finish(self) -> None:
        """Give the rest of its words to what is new, and look whether all is free that a row says is."""
        for name, row in self._free:
            self._must_be_free(name, row)
        for key in self.said.keys() | self.rows.keys():
            record = self.objects[key]
            if key.type in ISSUED and record["status"] is None:
                record["status"] = IN_USE
            if key.type in ISSUED and record["until"] is None and record["status"] in (RESERVED, RETIRED):
                days = self.policy.reservation_days if record["status"] == RESERVED else self.policy.quarantine_days
                record["until"] = (self.day + timedelta(days=days)).isoformat()

    def say(self, key: Key, attribute: str, said: Said) -> None:
        """A workbook gives an attribute a value. What holds for the whole import stands in no cell: it is for what is
        new, and says nothing else.
        """
        if not said.cell.at:
            if self.is_new(key) and self.objects[key][attribute] is None:
                self.objects[key][attribute] = said.value
            return
        before = self.said.setdefault(key, {}).setdefault(attribute, said)
        if before.value != said.value:
            fields = {"other": self.shown(before.value), "at": before.cell.at}
            self.problems.append(problem_at(self.file, said.cell, "addressing.sheet_contradiction", **fields))
            return
        now = self.state.get(key, {}).get(attribute)
        may_change = now is None or key in self._reissued or (self.overwrites and attribute not in FIXED)
        if self.is_new(key) or now == said.value or may_change:
            self.objects[key][attribute] = said.value
            return
        code = "addressing.sheet_fixed" if attribute in FIXED else "addressing.sheet_ledger_differs"
        self.problems.append(problem_at(self.file, said.cell, code, now=self.shown(now), owner=self.owner(key)))

    def _must_be_free(self, name: Name, row: Row) -> None:
        key = self.find(name)
        if key is None:
            return
        if not self.is_new(key) and is_live(self.state[key], self.day):
            fields = {"object": name[-1], "owner": self.owner(key)}
            self.problems.append(row.problem("status", "addressing.sheet_not_free", **fields))
        elif self.is_new(key) or key in self._own:
            self.problems.append(row.problem("status", "addressing.sheet_double", first=self.rows[key].first.at))

    def _end_of_life(self, key: Key, told: Mapping[str, Said]) -> None:
        """What nobody has any more is given anew by a row that says something else of it."""
        record = self.state.get(key, {})
        differs = any(one.value != record.get(attribute) for attribute, one in told.items())
        if key.type in ISSUED and record and differs and is_free(record, self.day):
            self._reissued.add(key)
            kept = {name: record[name] for name in ("ended_by",) if name in record}
            blank: dict[str, Value] = dict.fromkeys(record)
            names = [name for name in record if name in _IDENTITY[key.type]]
            self.objects[key] = blank | dict(_DEFAULTS.get(key.type, {})) | {n: record[n] for n in names} | kept

    def name(self, key: Key) -> Name:
        """What tells an object of the draft from all others."""
        return name_of(self.objects, key, self.objects[key])

    def owner(self, key: Key) -> str:
        """Whose an object of the ledger is, for people."""
        record = self.state.get(key, {})
        words = [text(record, name) for name in ("owner", "hostname", "name", "request")]
        return " ".join(word for word in words if word) or "-"

    def shown(self, value: Value) -> str:
        """A value as people know it; of a reference the name of its object."""
        if not isinstance(value, str):
            return str(value)
        key = Key.parse(value)
        return " ".join(self.name(key)[1:]) if key in self.objects else value


_IDENTITY = {
    VLAN: frozenset({"vid", "site", "vlan_group"}),
    PREFIX: frozenset({"network", "vrf"}),
    ADDRESS: frozenset({"address", "prefix"}),
}


def name_of(state: Mapping[Key, Record], key: Key, record: Record) -> Name:
    """What tells an object of a ledger from all others."""
    if key.type == VLAN:
        site = text(_at(state, record, "site"), "name")
        return vlan_name(text(record, "vlan_group"), site, text(record, "vid"))
    if key.type == PREFIX:
        return PREFIX, text(_at(state, record, VRF), "name"), text(record, "network")
    if key.type in (RANGE, ADDRESS):
        prefix = _at(state, record, PREFIX)
        place = text(_at(state, prefix, VRF), "name"), text(prefix, "network")
        return key.type, *place, text(record, "first" if key.type == RANGE else "address")
    if key.type == INTERFACE:
        return INTERFACE, text(_at(state, record, DEVICE), "name"), text(record, "name")
    return key.type, text(record, "name")


def vlan_name(group: str, site: str, vid: str) -> Name:
    """A VLAN in its group, or where it has none at its site."""
    return (VLAN, "group", group, vid) if group else (VLAN, "site", site, vid)


def _at(state: Mapping[Key, Record], record: Record, attribute: str) -> Record:
    return state.get(Key.parse(text(record, attribute)), {})
