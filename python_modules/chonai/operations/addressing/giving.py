"""Giving: the next free VLAN, prefix or address for an item, or the one that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from chonai.change.holds import Held
from chonai.change.model import Key, Record, Value
from chonai.operations.addressing.again import given_again, last_day
from chonai.operations.addressing.book import Book
from chonai.operations.addressing.claims import ITEM, vlan_mark, vlan_space
from chonai.operations.addressing.identity import new_key
from chonai.operations.addressing.items import RESERVE, Item, Wrong, vlan_number
from chonai.operations.addressing.model import (
    ADDRESS,
    ASSIGNABLE,
    HOST,
    IN_USE,
    PREFIX,
    RESERVED,
    VLAN,
    VRF,
    text,
)
from chonai.operations.addressing.places import Places, open_numbers
from chonai.operations.addressing.policy import Gateway, Rule
from chonai.operations.addressing.spaces import (
    Network,
    free_block,
    host_span,
    is_special,
    numbered,
    sortable,
    span_of,
    within,
)
from chonai.text.few import first_few
from chonai.text.messages import Message

Forbids = Callable[[Record], Message | None]
"""Why an object with this record may not be made, by name or place; None when it may."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Writes what items get into the book."""

    book: Book
    places: Places
    forbids: Forbids

    def give(self, item: Item) -> Key:
        """Write what the item gets into the book; its key. Raises Wrong."""
        own = self.book.known(item.identity)
        if own is not None:
            return self._again(item, own)
        self.refuse_asked(item)
        make = {VLAN: self._vlan, PREFIX: self._prefix, ADDRESS: self._address}[item.type]
        return make(item)

    def refuse_asked(self, item: Item) -> None:
        """Return if no undecided change set gives the item. Raises Wrong."""
        if (held := self.book.held_at(item.type, ITEM, item.mark, item.mark)) is not None:
            raise Wrong(item.problem("item", "addressing.asked_already", change_set=held.change_set))

    def _again(self, item: Item, key: Key) -> Key:
        record = given_again(self.places, item, key)
        if record != self.book.objects[key]:
            self.mine(item, key)
            self.put(item, key, record)
        return key

    # -- VLANs

    def _vlan(self, item: Item) -> Key:
        zone, site, rule = self.places.of(item)
        group = rule.vlan_group if rule else None
        space = vlan_space({"vlan_group": group, "site": site})
        vid = self._named_vlan(item, space) if item["vlan"] else self._next_vlan(item, space, rule)
        record: dict[str, Value] = {"vid": vid, "name": item["name"] or item.name, "vlan_group": group}
        return self._write(item, self.book.vlan(space, vid), {**record, "site": site, "zone": zone})

    def _named_vlan(self, item: Item, space: str) -> int:
        vid = vlan_number(item["vlan"])
        if vid is None or not 1 <= vid <= 4094:
            raise Wrong(item.problem("vlan", "addressing.no_vlan_id"))
        key = self.book.vlan(space, vid)
        if not self.book.vlan_is_free(space, vid) and not self._is_theirs(item, key):
            if key is not None and self.book.may_take(key) and (prefixes := self.book.on_vlan(key)):
                where = self.places.all_called(prefixes)
                raise Wrong(item.problem("vlan", "addressing.vlan_of_prefix", prefix=where))
            mark = vlan_mark(vid)
            raise Wrong(self._taken(item, "vlan", key, self.book.held_at(VLAN, space, mark, mark)))
        return vid

    def _next_vlan(self, item: Item, space: str, rule: Rule | None) -> int:
        rule = self.places.ruled(item, rule, bool(rule and rule.vlans))
        for vid in rule.vlan_ids():
            if self.book.vlan_is_free(space, vid):
                return vid
        raise Wrong(item.problem("purpose", "addressing.no_vlan_left", where=", ".join(rule.vlans)))

    # -- prefixes

    def _prefix(self, item: Item) -> Key:
        zone, site, rule = self.places.of(item)
        rule = self.places.ruled(item, rule, bool(rule and rule.vrf))
        vrf = self.places.one(item, VRF, "purpose", str(rule.vrf))
        self.places.refuse_elsewhere(item, Key.parse(vrf), None)
        network = self._named_network(item, vrf, rule) if item["prefix"] else self._next_network(item, vrf, rule)
        known = self.book.prefixes(str(network), vrf)
        record: dict[str, Value] = {
            "network": str(network),
            "name": item["name"] or item.name,
            "vrf": vrf,
            "kind": ASSIGNABLE,
            "gateway": _gateway(network, rule.gateway),
            "vlan": str(self.places.vlan(item, rule, site)) if item["vlan"] else None,
        }
        return self._write(item, known[0] if known else None, {**record, "site": site, "zone": zone})

    def _named_network(self, item: Item, vrf: str, rule: Rule) -> Network:
        network = ip_network(item["prefix"])
        if is_special(network):
            raise Wrong(item.problem("prefix", "addressing.special_network"))
        if not any(within(network, each) for each in rule.networks()):
            where = ", ".join(rule.containers)
            raise Wrong(item.problem("prefix", "addressing.outside_containers", where=where or "-"))
        if item.length is not None and item.length != network.prefixlen:
            raise Wrong(item.problem("length", "addressing.length_contradicts", network=str(network)))
        self._refuse_closed(item, "prefix", network)
        known = self.book.prefixes(str(network), vrf)
        theirs = known[0] if known else None
        blocked = self.book.blocked(vrf, network.prefixlen, network.version)
        first, last = span_of(network)
        if any(start <= last and first <= end for start, end in blocked) and not self._is_theirs(item, theirs):
            held = self.book.held_at(PREFIX, vrf, sortable(network, first), sortable(network, last))
            raise Wrong(self._taken(item, "prefix", theirs, held))
        return network

    def _next_network(self, item: Item, vrf: str, rule: Rule) -> Network:
        length = item.length or rule.length
        for container in rule.networks():
            if container.prefixlen <= length <= container.max_prefixlen:
                blocked = self.book.blocked(vrf, length, container.version)
                if found := free_block(container, length, blocked):
                    return found
        where = ", ".join(rule.containers)
        raise Wrong(item.problem("purpose", "addressing.no_prefix_left", length=length, where=where))

    # -- addresses

    def _address(self, item: Item) -> Key:
        prefixes = self.open_prefixes(item, self.places.prefixes_for(item, self.places.rule(item)))
        number, prefix = (
            self._named_address(item, prefixes) if item["address"] else self.next_free(item, prefixes, item.cells)
        )
        return self.write_address(item, prefix, number, {"hostname": item["hostname"], "dns_zone": item["dns_zone"]})

    def next_free(self, item: Item, prefixes: Sequence[Key], said: Mapping[str, str]) -> tuple[int, Key]:
        """The first number in any of the prefixes that is free for the purpose that is said, and its prefix. Raises
        Wrong where there is none.
        """
        for prefix in prefixes:
            number = next(open_numbers(self.book, self.places.policy, prefix, said), None)
            if number is not None:
                return number, prefix
        where = ", ".join(str(self.book.network(prefix)) for prefix in prefixes)
        raise Wrong(item.problem("prefix", "addressing.no_address_left", where=where or "-"))

    def write_address(self, item: Item, prefix: Key, number: int, more: Record) -> Key:
        """Give a number of a prefix to an item."""
        record: dict[str, Value] = {"address": numbered(self.book.network(prefix), number), "prefix": str(prefix)}
        usual: dict[str, Value] = {"role": HOST, "interface": None}
        more = {name: value or None for name, value in more.items()}
        return self._write(item, self.book.addresses(prefix).get(number), {**record, **usual, **more})

    def open_prefixes(self, item: Item, prefixes: Sequence[Key]) -> Sequence[Key]:
        """Those of the prefixes that no undecided change set takes away. Raises Wrong where that is each of them."""
        left = [prefix for prefix in prefixes if self.book.taking_away(prefix) is None]
        if prefixes and not left:
            self.places.refuse_held(item, "prefix", self.book.taking_away(prefixes[0]))
        return left

    def _named_address(self, item: Item, candidates: Sequence[Key]) -> tuple[int, Key]:
        named = item["address"]
        address = ip_address(named)
        around = [prefix for prefix in candidates if address in self.book.network(prefix)]
        if len(around) > 1:
            raise Wrong(item.problem("address", "addressing.ambiguous", where=self.places.shown(around)))
        if not around:
            raise Wrong(self._outside(item, candidates))
        prefix, number = around[0], int(address)
        key = self.book.addresses(prefix).get(number)
        self._refuse_closed(item, "address", ip_network(address))
        if self.book.is_closed(prefix, number) or named == self.book.objects[prefix].get("gateway"):
            raise Wrong(item.problem("address", "addressing.not_issued", prefix=str(self.book.network(prefix))))
        if number in self.book.taken(prefix) and not self._is_theirs(item, key):
            at = sortable(self.book.network(prefix), number)
            raise Wrong(self._taken(item, "address", key, self.book.held_at(ADDRESS, str(prefix), at, at)))
        return number, prefix

    def _outside(self, item: Item, candidates: Sequence[Key]) -> Message:
        """Why an address lies in none of the prefixes that are meant: it may lie in another one."""
        address = ip_address(item["address"])
        others = [key for key in self.book.prefixes() if self.book.is_assignable(key)]
        if found := [key for key in others if key not in candidates and address in self.book.network(key)]:
            return item.problem("address", "addressing.in_other_prefix", where=self.places.shown(found))
        where = first_few([str(self.book.network(key)) for key in candidates]) or "-"
        return item.problem("address", "addressing.outside", where=where)

    # -- what all have in common

    def _refuse_closed(self, item: Item, word: str, network: Network) -> None:
        first, last = span_of(network)
        for each in self.book.closed:
            start, end = span_of(each)
            if each.version == network.version and start <= last and first <= end:
                raise Wrong(item.problem(word, "addressing.closed", network=str(each)))

    def _is_theirs(self, item: Item, key: Key | None) -> bool:
        """Whether it is reserved for the item's owner, and nobody else's change set wants it."""
        return key is not None and self.book.is_reserved_for(key, item["owner"]) and self.book.holder(key) is None

    def _taken(self, item: Item, word: str, key: Key | None, held: Held | None) -> Message:
        """Why something that an item names cannot be had."""
        held = held or (self.book.holder(key) or self.book.coming_into(key) if key else None)
        if held is not None:
            return item.problem(word, "addressing.held", change_set=held.change_set)
        if key is None:
            return item.problem(word, "addressing.overlaps")
        record = self.book.objects[key]
        fields = {name: text(record, name) or "-" for name in ("status", "owner", "request", "until")}
        return item.problem(word, "addressing.taken", **fields)

    def mine(self, item: Item, key: Key) -> None:
        """Return if nobody else's undecided change set wants to change the object. Raises Wrong."""
        self.places.refuse_held(item, "item", self.book.holder(key))

    def _write(self, item: Item, known: Key | None, record: Mapping[str, Value]) -> Key:
        is_reserved = item.action == RESERVE
        before = self.book.objects[known] if known is not None else {}
        theirs = before if self._is_theirs(item, known) else {}
        life: dict[str, Value] = {
            "status": RESERVED if is_reserved else IN_USE,
            "until": last_day(self.places, item).isoformat() if is_reserved else None,
            "owner": item["owner"] or None,
            "purpose": item["purpose"] or theirs.get("purpose"),
            "request": item.request,
            "item": item.name,
            "ended_by": before.get("ended_by"),
            "note": item["note"] or theirs.get("note"),
        }
        key = known or new_key(item.type, item.request, item.name)
        self.put(item, key, {**record, **life})
        return key

    def put(self, item: Item, key: Key, record: Record) -> None:
        """Write an object as it shall be. Raises Wrong for what nobody's plan may make."""
        if (why := self.forbids(record)) is not None:
            raise Wrong(item.problem("item", "addressing.protected", why=why))
        self.book.write(key, record)


def _gateway(network: Network, where: Gateway) -> str | None:
    first, last = host_span(network)
    if where is Gateway.NONE or last - first < 1:
        return None
    return numbered(network, first if where is Gateway.FIRST else last)
