"""The ledger as tables of text, one for each type, that an import reads back without a difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address, ip_network

from chonai.change.model import Key, Record, State
from chonai.operations.addressing.model import (
    ADDRESS,
    DEVICE,
    IN_USE,
    INTERFACE,
    PREFIX,
    RANGE,
    RESERVED,
    RETIRED,
    SITE,
    VLAN,
    VRF,
    ZONE,
    text,
)
from chonai.operations.addressing.sheet.values import vlan_words
from chonai.operations.addressing.sheet.words import (
    COLUMNS,
    FLAGS_WRITTEN,
    FREE,
    KINDS,
    LEADS,
    ROLES,
    SHEETS,
    STATUSES,
    written,
)

_WORDS: Mapping[str, Mapping[str, str]] = {"status": STATUSES, "kind": KINDS, "role": ROLES}


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its title, headings, rows of text, and the words that may stand in a column, by its place."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    choices: Mapping[int, Sequence[str]]


def tables(state: State) -> list[Table]:
    """All of a ledger, each type in the order of its values."""
    exporter = _Exporter(state, Counter(text(record, "vid") for key, record in state.items() if key.type == VLAN))
    return [exporter.table(type_) for type_ in SHEETS]


@dataclass(frozen=True, slots=True)
class _Exporter:
    """`vids`: how many VLANs have an id."""

    state: State
    vids: Counter[str]

    def table(self, type_: str) -> Table:
        title, columns = SHEETS[type_]
        found = [(key, record) for key, record in self.state.items() if key.type == type_]
        found.sort(key=lambda each: self._rank(*each))
        special = self._special(type_)
        writers = [special.get(column) or partial(self._text, column) for column in columns]
        rows = [[write(record) for write in writers] for _, record in found]
        words = {place: _choices(type_, column) for place, column in enumerate(columns)}
        choices = {place: own for place, own in words.items() if own}
        return Table(title, [COLUMNS[column][0] for column in columns], rows, choices)

    def _text(self, column: str, record: Record) -> str:
        value = record.get(column)
        if column in _WORDS:
            return written(_WORDS[column], str(value))
        if column in FLAGS_WRITTEN:
            return FLAGS_WRITTEN[column][bool(value)]
        if column in (VRF, SITE, ZONE):
            return text(self._at(record, column), "name")
        return text(record, column)

    def _special(self, type_: str) -> Mapping[str, Callable[[Record], str]]:
        """Columns that are not the attribute of their name."""
        own: dict[str, Callable[[Record], str]] = {"vlan": self._vlan}
        if type_ in (ZONE, SITE, VRF, DEVICE):
            own[LEADS[type_]] = lambda record: text(record, "name")
        elif type_ == VLAN:
            own["vlan"] = lambda record: text(record, "vid")
        elif type_ == PREFIX:
            own["prefix"] = lambda record: text(record, "network")
        elif type_ == INTERFACE:
            own |= {
                "device": lambda one: text(self._at(one, DEVICE), "name"),
                "interface": lambda one: text(one, "name"),
            }
        if type_ in (RANGE, ADDRESS):
            own |= {
                "prefix": lambda record: text(self._at(record, PREFIX), "network"),
                "vrf": lambda record: text(self._at(self._at(record, PREFIX), VRF), "name"),
            }
        if type_ == ADDRESS:
            own |= {
                "device": lambda record: text(self._at(self._at(record, INTERFACE), DEVICE), "name"),
                "interface": lambda record: text(self._at(record, INTERFACE), "name"),
            }
        return own

    def _vlan(self, record: Record) -> str:
        """Its id, and where others have that too its place."""
        vlan = self._at(record, VLAN)
        vid = text(vlan, "vid")
        if not vid or self.vids[vid] == 1:
            return vid
        return vlan_words(vid, text(self._at(vlan, SITE), "name"), text(vlan, "vlan_group"))

    def _at(self, record: Record, attribute: str) -> Record:
        return self.state.get(Key.parse(text(record, attribute)), {})

    def _rank(self, key: Key, record: Record) -> tuple[object, ...]:
        if key.type == VLAN:
            return int(text(record, "vid")), text(record, "vlan_group"), text(self._at(record, SITE), "name")
        if key.type == INTERFACE:
            return text(self._at(record, DEVICE), "name"), text(record, "name")
        if key.type == PREFIX:
            network = ip_network(text(record, "network"))
            vrf = text(self._at(record, VRF), "name")
            return vrf, network.version, int(network.network_address), network.prefixlen
        if key.type in (RANGE, ADDRESS):
            place = Key.parse(text(record, PREFIX))
            number = int(ip_address(text(record, "first" if key.type == RANGE else "address")))
            return (*self._rank(place, self._at(record, PREFIX)), number)
        return (text(record, "name"),)


def _choices(type_: str, column: str) -> Sequence[str]:
    """The words that a column has."""
    if column in FLAGS_WRITTEN:
        return FLAGS_WRITTEN[column]
    if column == "status":
        lives = [written(STATUSES, status) for status in (IN_USE, RESERVED, RETIRED)]
        return [*lives, written(STATUSES, FREE), "DHCP"] if type_ == ADDRESS else lives
    return [written(_WORDS[column], meaning) for meaning in dict.fromkeys(_WORDS.get(column, {}).values())]
