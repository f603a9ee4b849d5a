"""Giving: the next free VLAN, prefix or address for an item, or the one that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import ip_address, ip_network

from chonai.change.holds import Held
from chonai.change.model import NEW, Key, Record, Value
from chonai.operations.addressing.book import Book
from chonai.operations.addressing.claims import ITEM, item_mark, vlan_space
from chonai.operations.addressing.model import (
    ADDRESS,
    ASSIGNABLE,
    HOST,
    IN_USE,
    PREFIX,
    RESERVED,
    RETIRED,
    SITE,
    VLAN,
    VRF,
    ZONE,
    is_free,
    text,
)
from chonai.operations.addressing.policy import AddressingPolicy, Gateway, Rule
from chonai.operations.addressing.reading import RESERVE, Item
from chonai.operations.addressing.spaces import (
    Network,
    free_block,
    free_numbers,
    host_span,
    numbered,
    sortable,
    span_of,
)
from chonai.text.messages import Message

SAID = ("owner", "purpose", "name", "hostname", "dns_zone")
"""Words that are written into the object as they are, also when the item comes again."""


class Wrong(Exception):
    """An item cannot be had; the message says why."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.code)
        self.message = why


@dataclass(frozen=True, slots=True)
class Giver:
    """`protected`: objects that nobody's plan may touch."""

    book: Book
    policy: AddressingPolicy
    protected: Mapping[Key, Message]

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
        mark = item_mark(item.request, item.name)
        if (held := self.book.held_at(item.type, ITEM, mark, mark)) is not None:
            raise Wrong(item.problem("item", "addressing.asked_already", change_set=held.change_set))

    # the same item again
    # -----------------------------------------------------------------------------------------------

    def _again(self, item: Item, key: Key) -> Key:
        """What was given before stays; other words about it are written, and a reservation may become use."""
        record = self.book.objects[key]
        if record.get("status") == RETIRED:
            by = text(record, "ended_by")
            raise Wrong(item.problem("item", "addressing.ended", by=by, until=text(record, "until")))
        own = {VLAN: "vid", PREFIX: "network", ADDRESS: "address"}[item.type]
        word = {VLAN: "vlan", PREFIX: "prefix", ADDRESS: "address"}[item.type]
        if item[word] and item[word] != text(record, own):
            raise Wrong(item.problem(word, "addressing.given_otherwise", given=text(record, own)))
        said: dict[str, Value] = {name: item[name] for name in SAID if item[name] and name in record}
        said |= self._standing(item, record)
        if any(record.get(name) != value for name, value in said.items()):
            self.mine(item, key)
            self.book.write(key, {**record, **said})
        return key

    def _standing(self, item: Item, record: Record) -> dict[str, Value]:
        """Use stays use; a reservation stays until its day unless the item says another, or that day has passed."""
        if item.action != RESERVE or record.get("status") == IN_USE:
            return {"status": IN_USE, "until": None}
        keeps = item.until is None and not is_free(record, self.book.day)
        return {"status": RESERVED, "until": record["until"] if keeps else self._last_day(item).isoformat()}

    # what is new
    # -------------------------------------------------------------------------------------------------------

    def _vlan(self, item: Item) -> Key:
        zone, site, rule = self._place(item)
        group = rule.vlan_group if rule else None
        space = vlan_space({"vlan_group": group, "site": site})
        vid = self._named_vlan(item, space) if item["vlan"] else self._next_vlan(item, space, rule)
        record: dict[str, Value] = {"vid": vid, "name": item["name"] or item.name, "vlan_group": group}
        return self._write(item, self.book.vlan(space, vid), {**record, "site": site, "zone": zone})

    def _named_vlan(self, item: Item, space: str) -> int:
        vid = int(item["vlan"])
        key = self.book.vlan(space, vid)
        if not 1 <= vid <= 4094:
            raise Wrong(item.problem("vlan", "addressing.no_vlan_id"))
        if not self.book.vlan_is_free(space, vid) and not self._is_theirs(item, key):
            raise Wrong(self._taken(item, "vlan", key, self.book.held_at(VLAN, space, f"{vid:04d}", f"{vid:04d}")))
        return vid

    def _next_vlan(self, item: Item, space: str, rule: Rule | None) -> int:
        rule = self._ruled(item, rule, bool(rule and rule.vlans))
        for vid in rule.vlan_ids():
            if self.book.vlan_is_free(space, vid):
                return vid
        raise Wrong(item.problem("purpose", "addressing.no_vlan_left", where=", ".join(rule.vlans)))

    def _prefix(self, item: Item) -> Key:
        zone, site, rule = self._place(item)
        rule = self._ruled(item, rule, bool(rule and rule.vrf))
        vrf = self._one(item, VRF, "purpose", str(rule.vrf))
        network = self._named_network(item, vrf) if item["prefix"] else self._next_network(item, vrf, rule)
        known = self.book.prefixes(str(network), vrf)
        record: dict[str, Value] = {
            "network": str(network),
            "name": item["name"] or item.name,
            "vrf": vrf,
            "kind": ASSIGNABLE,
            "gateway": _gateway(network, rule.gateway),
            "vlan": str(self._vlan_of(item, rule, site)) if item["vlan"] else None,
        }
        return self._write(item, known[0] if known else None, {**record, "site": site, "zone": zone})

    def _named_network(self, item: Item, vrf: str) -> Network:
        network = ip_network(item["prefix"])
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

    def _address(self, item: Item) -> Key:
        _zone, _site, rule = self._place(item)
        number, prefix = self.next_address(item, rule, item["address"])
        return self.write_address(item, prefix, number, {"hostname": item["hostname"], "dns_zone": item["dns_zone"]})

    def next_address(self, item: Item, rule: Rule | None, named: str, within: Key | None = None) -> tuple[int, Key]:
        """The number and prefix of an address: the named one, else the first that is free. Raises Wrong."""
        candidates = [within] if within is not None else self._prefixes_for(item, rule)
        if named:
            return self._named_address(item, candidates, named)
        leave_free = rule.leave_free if rule else 0
        for prefix in candidates:
            spans = self.book.spans(prefix, item["purpose"], leave_free)
            number = next(free_numbers(spans, self.book.taken(prefix)), None)
            if number is not None:
                return number, prefix
        where = ", ".join(str(self.book.network(prefix)) for prefix in candidates)
        raise Wrong(item.problem("prefix", "addressing.no_address_left", where=where or "-"))

    def write_address(self, item: Item, prefix: Key, number: int, more: Record) -> Key:
        """Give a number of a prefix to an item."""
        record: dict[str, Value] = {"address": numbered(self.book.network(prefix), number), "prefix": str(prefix)}
        usual: dict[str, Value] = {"role": HOST, "interface": None}
        more = {name: value or None for name, value in more.items()}
        return self._write(item, self.book.addresses(prefix).get(number), {**record, **usual, **more})

    def _named_address(self, item: Item, candidates: Sequence[Key], named: str) -> tuple[int, Key]:
        address = ip_address(named)
        around = [prefix for prefix in candidates if address in self.book.network(prefix)]
        if len(around) != 1:
            code = "addressing.ambiguous" if around else "addressing.outside"
            raise Wrong(item.problem("address", code, where=self._shown(around or candidates)))
        prefix, number = around[0], int(address)
        key = self.book.addresses(prefix).get(number)
        if self.book.is_closed(prefix, number) or named == self.book.objects[prefix].get("gateway"):
            raise Wrong(item.problem("address", "addressing.not_issued", prefix=str(self.book.network(prefix))))
        if number in self.book.taken(prefix) and not self._is_theirs(item, key):
            at = sortable(self.book.network(prefix), number)
            raise Wrong(self._taken(item, "address", key, self.book.held_at(ADDRESS, str(prefix), at, at)))
        return number, prefix

    def _prefixes_for(self, item: Item, rule: Rule | None) -> list[Key]:
        """Where an address may come from: the prefix that the item names, else those of its purpose in its place."""
        if item["prefix"]:
            return [self.prefix_of(item, rule)]
        zone, site, _ = self._place(item)
        if not item["purpose"] and not item["address"]:
            raise Wrong(item.problem("prefix", "addressing.no_prefix_named"))
        wanted = {"purpose": item["purpose"], "site": site, "zone": zone}
        return [
            key
            for key in self.book.prefixes()
            if self.book.is_assignable(key)
            and key not in self.protected
            and all(not value or self.book.objects[key].get(name) == value for name, value in wanted.items())
        ]

    def prefix_of(self, item: Item, rule: Rule | None) -> Key:
        """The prefix that an item names: one of its request, a network, or a name. Raises Wrong."""
        own = self.book.known((PREFIX, item.request, item["prefix"]))
        found = [own] if own else self.book.prefixes(item["prefix"]) or self.book.named(PREFIX, item["prefix"])
        if len(found) > 1 and rule is not None and rule.vrf:
            vrf = self._one(item, VRF, "prefix", rule.vrf)
            found = [key for key in found if self.book.objects[key].get("vrf") == vrf]
        found = [key for key in found if self.book.is_assignable(key)] or found
        if len(found) != 1:
            code = "addressing.ambiguous" if found else "addressing.unknown_prefix"
            raise Wrong(item.problem("prefix", code, where=self._shown(found)))
        if not self.book.is_assignable(found[0]):
            raise Wrong(item.problem("prefix", "addressing.not_assignable"))
        if found[0] in self.protected:
            raise Wrong(item.problem("prefix", "addressing.protected", why=self.protected[found[0]]))
        return found[0]

    def _vlan_of(self, item: Item, rule: Rule, site: str | None) -> Key:
        """The VLAN of a prefix: one of its request, an id in its place, or a name."""
        own = self.book.known((VLAN, item.request, item["vlan"]))
        space = vlan_space({"vlan_group": rule.vlan_group, "site": site})
        by_id = self.book.vlan(space, int(item["vlan"])) if item["vlan"].isdecimal() else None
        found = [key for key in (own or by_id,) if key] or self.book.named(VLAN, item["vlan"])
        found = [key for key in found if self.book.live(key)]
        if len(found) != 1:
            code = "addressing.ambiguous" if found else "addressing.unknown_vlan"
            raise Wrong(
                item.problem("vlan", code, where=", ".join(text(self.book.objects[key], "vid") for key in found))
            )
        return found[0]

    # what all have in common
    # -------------------------------------------------------------------------------------------

    def _place(self, item: Item) -> tuple[str | None, str | None, Rule | None]:
        """Zone, site and rule of an item."""
        zone = self._one(item, ZONE, "zone", item["zone"]) if item["zone"] else None
        site = self._one(item, SITE, "site", item["site"]) if item["site"] else None
        return zone, site, self.policy.rule(item["purpose"], item["zone"], item["site"])

    def rule(self, item: Item) -> Rule | None:
        """The rule that holds for an item, where there is one."""
        return self._place(item)[2]

    def _one(self, item: Item, type_: str, word: str, name: str) -> str:
        found = self.book.named(type_, name)
        if not found:
            raise Wrong(item.problem(word, "addressing.unknown_name", kind=type_, name=name))
        return str(found[0])

    def _ruled(self, item: Item, rule: Rule | None, is_enough: bool) -> Rule:
        if rule is None or not is_enough:
            known = ", ".join(dict.fromkeys(rule.purpose for rule in self.policy.rules))
            raise Wrong(item.problem("purpose", "addressing.no_rule", type=item.type, known=known))
        return rule

    def _is_theirs(self, item: Item, key: Key | None) -> bool:
        """Whether it is reserved for the item's owner, and nobody else's change set wants it."""
        return key is not None and self.book.is_reserved_for(key, item["owner"]) and self.book.holder(key) is None

    def _taken(self, item: Item, word: str, key: Key | None, held: Held | None) -> Message:
        """Why something that an item names cannot be had."""
        held = held or (self.book.holder(key) if key else None)
        if held is not None:
            return item.problem(word, "addressing.held", change_set=held.change_set)
        if key is None:
            return item.problem(word, "addressing.overlaps")
        record = self.book.objects[key]
        fields = {name: text(record, name) or "-" for name in ("status", "owner", "request", "until")}
        return item.problem(word, "addressing.taken", **fields)

    def mine(self, item: Item, key: Key) -> None:
        """Return if nobody else's undecided change set wants to change the object. Raises Wrong."""
        if (held := self.book.holder(key)) is not None:
            raise Wrong(item.problem("item", "addressing.held", change_set=held.change_set))

    def _write(self, item: Item, known: Key | None, record: Mapping[str, Value]) -> Key:
        is_reserved = item.action == RESERVE
        before = self.book.objects[known] if known is not None else {}
        life: dict[str, Value] = {
            "status": RESERVED if is_reserved else IN_USE,
            "until": self._last_day(item).isoformat() if is_reserved else None,
            "owner": item["owner"] or None,
            "purpose": item["purpose"] or None,
            "request": item.request,
            "item": item.name,
            "ended_by": before.get("ended_by"),
        }
        key = known or Key(item.type, f"{NEW}{item.request}/{item.name}")
        self.book.write(key, {**record, **life})
        return key

    def _last_day(self, item: Item) -> date:
        if item.until is not None and item.until < self.book.day:
            raise Wrong(item.problem("until", "addressing.over", day=self.book.day.isoformat()))
        return item.until or self.book.day + timedelta(days=self.policy.reservation_days)

    def _shown(self, prefixes: Sequence[Key]) -> str:
        return ", ".join(f"{self.book.network(key)} ({self._called(key)})" for key in prefixes) or "-"

    def _called(self, prefix: Key) -> str:
        vrf = Key.parse(text(self.book.objects[prefix], "vrf"))
        return text(self.book.objects.get(vrf, {}), "name") or str(vrf)


def _gateway(network: Network, where: Gateway) -> str | None:
    first, last = host_span(network)
    if where is Gateway.NONE or last - first < 1:
        return None
    return numbered(network, first if where is Gateway.FIRST else last)
