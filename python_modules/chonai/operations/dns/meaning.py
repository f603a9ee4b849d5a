"""What the rows of a request mean on one server: which RRsets shall hold what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from chonai.change.model import Key
from chonai.operations.dns.draft import ADDRESSES, Draft, key_of, split
from chonai.operations.dns.names import absolute, zone_of
from chonai.operations.dns.policy import DnsPolicy
from chonai.operations.dns.request import Action, Row
from chonai.operations.dns.values import TYPES, BadValue, canonical
from chonai.text.messages import Message

SERVERS_OWN = "NS"
"""What an apex keeps whatever a request says of all its types."""


class Borne(NamedTuple):
    """An address, whose it is, and the type of its record."""

    owner: str
    type: str
    address: str


@dataclass
class Meaning:
    """Rows put into a draft, and which row is behind each RRset.

    rows       the last row for each RRset
    pointed    addresses that a PTR shall follow, each with its row
    unpointed  addresses that go and leave their PTR as it is
    """

    draft: Draft
    domain: str
    zones: frozenset[str]
    policy: DnsPolicy
    rows: dict[Key, Row] = field(default_factory=dict)
    pointed: list[tuple[Borne, Row]] = field(default_factory=list)
    unpointed: set[Borne] = field(default_factory=set)
    problems: list[Message] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)

    def take(self, row: Row) -> None:
        """Put one row into the draft."""
        owner = self._owner(row)
        if owner is None:
            return
        if row.type:
            self._put(owner, row.type, row)
            return
        types = [type_ for type_ in TYPES if self.draft.data(owner, type_)]
        for type_ in types:
            if owner not in self.zones or type_ != SERVERS_OWN:
                self._put(owner, type_, row)
        if others := self.draft.foreign(owner):
            self.warnings.append(
                row.place.says("name", "dns_request.foreign_stays", owner=owner, types=", ".join(others))
            )
        elif not types:
            self.warnings.append(row.place.says("name", "dns_request.gone_already"))

    def _owner(self, row: Row) -> str | None:
        try:
            owner = absolute(row.name, self.domain, self.zones)
        except ValueError:
            self.problems.append(row.place.says("name", "dns_request.wanted_name"))
            return None
        if zone_of(owner, self.zones) is None:
            zones = ", ".join(sorted(self.zones))
            self.problems.append(row.place.says("name", "dns_request.not_our_zone", zones=zones))
            return None
        return owner

    def _put(self, owner: str, type_: str, row: Row) -> None:
        values = self._values(type_, row)
        key = key_of(owner, type_)
        if values is None or not self._agrees(key, row):
            return
        now, first = self.draft.data(owner, type_), key not in self.rows
        if row.action is Action.REMOVE:
            if not now or values - now:
                self.warnings.append(row.place.says("name", "dns_request.gone_already"))
            then = now - values if values else frozenset[str]()
        else:
            then = values if row.action is Action.CHANGE and first else now | values
            self._point(owner, type_, values, row)
        if type_ in ADDRESSES and not row.reverse:
            self.unpointed.update(Borne(owner, type_, address) for address in now - then)
        self.rows[key] = row
        self.draft.put(key, then, row.ttl, self.policy.ttl.default, row.reason)

    def _values(self, type_: str, row: Row) -> frozenset[str] | None:
        try:
            return frozenset(canonical(type_, text, self.domain, self.zones) for text in row.values)
        except BadValue as error:
            self.problems.append(row.place.says("value", error.code))
            return None

    def _agrees(self, key: Key, row: Row) -> bool:
        """Whoever says what an RRset shall be cannot also say what comes or goes."""
        earlier = self.rows.get(key)
        if earlier is None or (earlier.action is Action.CHANGE) is (row.action is Action.CHANGE):
            return True
        self.problems.append(
            row.place.says("action", "dns_request.mixed", name=split(key)[0], earlier=earlier.place.number)
        )
        return False

    def _point(self, owner: str, type_: str, values: frozenset[str], row: Row) -> None:
        if type_ in ADDRESSES and self.policy.reverse and row.reverse and not owner.startswith("*."):
            self.pointed += [(Borne(owner, type_, address), row) for address in sorted(values)]
