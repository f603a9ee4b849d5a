"""What the words of an item mean in the ledger: zones, sites, VRFs, prefixes, VLANs, and the rule of the policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chonai.change.holds import Held
from chonai.change.model import Key, Record
from chonai.operations.addressing.book import Book
from chonai.operations.addressing.claims import vlan_space
from chonai.operations.addressing.identity import identity
from chonai.operations.addressing.items import Item, Wrong, vlan_number
from chonai.operations.addressing.model import PREFIX, SITE, VALUES, VLAN, VRF, ZONE, text, zone_of
from chonai.operations.addressing.policy import AddressingPolicy, Rule
from chonai.operations.addressing.spaces import free_numbers
from chonai.text.messages import Message


def open_numbers(book: Book, policy: AddressingPolicy, prefix: Key, said: Mapping[str, str]) -> Iterator[int]:
    """The numbers of a prefix that are given next, for the purpose that is said, else for its own."""
    rule = _rule_in(book, policy, prefix, said)
    purpose = said.get("purpose") or text(book.objects[prefix], "purpose")
    taken, avoided = book.taken(prefix), book.avoided.get(prefix)
    return free_numbers(
        book.spans(prefix, purpose, rule.leave_free if rule else 0), taken.union(avoided) if avoided else taken
    )


def _rule_in(book: Book, policy: AddressingPolicy, prefix: Key, said: Mapping[str, str]) -> Rule | None:
    """The rule for addresses of a prefix: by the prefix's own purpose, else by the one that is said, in its zone and at
    its site. What is kept in it for network equipment is kept whatever for the address is.
    """
    record = book.objects[prefix]
    own = {ZONE: zone_of(book.objects, record), SITE: text(record, SITE)}
    places = [text(book.objects.get(Key.parse(key), {}), "name") or said.get(word, "") for word, key in own.items()]
    return policy.rule(text(record, "purpose"), *places) or policy.rule(said.get("purpose", ""), *places)


@dataclass(frozen=True, slots=True)
class Places:
    """`protected`: objects that nobody's plan may touch."""

    book: Book
    policy: AddressingPolicy
    protected: Mapping[Key, Message]

    def of(self, item: Item) -> tuple[str | None, str | None, Rule | None]:
        """Zone, site and rule of an item. Raises Wrong for a name that the ledger does not have."""
        zone = self.one(item, ZONE, "zone", item["zone"]) if item["zone"] else None
        site = self.one(item, SITE, "site", item["site"]) if item["site"] else None
        return zone, site, self.policy.rule(item["purpose"], item["zone"], item["site"])

    def rule(self, item: Item) -> Rule | None:
        """The rule that holds for an item, where there is one. Raises as `of` does."""
        return self.of(item)[2]

    def ruled(self, item: Item, rule: Rule | None, is_enough: bool) -> Rule:
        """The rule. Raises Wrong where there is none, or it does not say enough."""
        if rule is None or not is_enough:
            known = ", ".join(dict.fromkeys(rule.purpose for rule in self.policy.rules))
            raise Wrong(item.problem("purpose", "addressing.no_rule", type=item.type, known=known))
        return rule

    def one(self, item: Item, type_: str, word: str, name: str) -> str:
        """The object of this name, as others refer to it. Raises Wrong."""
        found = self.book.named(type_, name)
        if not found:
            raise Wrong(item.problem(word, "addressing.unknown_name", kind=type_, name=name))
        return str(found[0])

    # -- prefixes and VLANs

    def prefix(self, item: Item, rule: Rule | None) -> Key:
        """The prefix that an item names: one of its request, a network, or a name. Raises Wrong."""
        found = self.prefixes_named(item)
        if len(found) > 1 and rule is not None and rule.vrf:
            vrf = self.one(item, VRF, "prefix", rule.vrf)
            found = [key for key in found if self.book.objects[key].get("vrf") == vrf]
        found = [key for key in found if self.book.is_assignable(key)] or found
        if len(found) != 1:
            code = "addressing.ambiguous" if found else "addressing.unknown_prefix"
            raise Wrong(item.problem("prefix", code, where=self.shown(found)))
        if not self.book.is_assignable(found[0]):
            raise Wrong(item.problem("prefix", "addressing.not_assignable"))
        if found[0] in self.protected:
            raise Wrong(item.problem("prefix", "addressing.protected", why=self.protected[found[0]]))
        self.refuse_elsewhere(item, found[0], rule)
        return found[0]

    def prefixes_named(self, item: Item) -> list[Key]:
        """All prefixes that an item's word can mean."""
        own = self.book.known(identity(PREFIX, item.request, item["prefix"]))
        return [own] if own else self.book.prefixes(item["prefix"]) or self.book.named(PREFIX, item["prefix"])

    def prefixes_for(self, item: Item, rule: Rule | None) -> list[Key]:
        """Where an address may come from: the prefix that the item names, else those of its purpose in its place."""
        if item["prefix"]:
            return [self.prefix(item, rule)]
        zone, site, _ = self.of(item)
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

    def vlan(self, item: Item, rule: Rule, site: str | None) -> Key:
        """The VLAN of a prefix: one of its request, an id in its place, or a name. Raises Wrong."""
        found = [key for key in self.vlans_named(item, rule, site) if self.book.live(key)]
        if len(found) != 1:
            code = "addressing.ambiguous" if found else "addressing.unknown_vlan"
            where = ", ".join(text(self.book.objects[key], "vid") for key in found)
            raise Wrong(item.problem("vlan", code, where=where))
        self.refuse_held(item, "vlan", self.book.taking_away(found[0]))
        self.refuse_elsewhere(item, found[0], None)
        return found[0]

    def vlans_named(self, item: Item, rule: Rule | None, site: str | None) -> list[Key]:
        """All VLANs that the word of a prefix can mean."""
        own = self.book.known(identity(VLAN, item.request, item["vlan"]))
        space = vlan_space({"vlan_group": rule.vlan_group if rule else None, "site": site})
        vid = vlan_number(item["vlan"])
        by_id = self.book.vlan(space, vid) if vid is not None else None
        return [key for key in (own or by_id,) if key] or self.book.named(VLAN, item["vlan"])

    # -- what speaks against it

    def refuse_elsewhere(self, item: Item, key: Key, rule: Rule | None) -> None:
        """Return if an object lies where the item says, as far as both say it. Raises Wrong, naming both places."""
        record = self.book.objects[key]
        vrf = text(record, "vrf")
        zone = zone_of(self.book.objects, record)
        is_grouped = key.type == VLAN and bool(record.get("vlan_group"))
        there = {ZONE: zone, SITE: "" if is_grouped else text(record, "site")}
        for type_, found in there.items():
            if item[type_] and found and self.one(item, type_, type_, item[type_]) != found:
                raise Wrong(
                    item.problem(type_, "addressing.elsewhere", object=self.called(key), found=self.name(found))
                )
        if rule is not None and rule.vrf and vrf and self.one(item, VRF, "purpose", rule.vrf) != vrf:
            fields = {"object": self.called(key), "found": self.name(vrf), "vrf": rule.vrf}
            raise Wrong(item.problem("purpose", "addressing.other_vrf", **fields))

    def refuse_held(self, item: Item, word: str, held: Held | None) -> None:
        """Return if nobody else's undecided change set is in the way. Raises Wrong, naming it."""
        if held is not None:
            raise Wrong(item.problem(word, "addressing.held", change_set=held.change_set))

    # -- for people

    def name(self, key: str) -> str:
        """What people call an object that another one names."""
        record: Record = self.book.objects.get(Key.parse(key), {})
        return text(record, VALUES.get(Key.parse(key).type, "name")) or key

    def called(self, key: Key) -> str:
        """An object by its value and names."""
        record = self.book.objects[key]
        words = (text(record, name) for name in ("vid", "network", "address", "name", "hostname"))
        return " ".join(word for word in words if word)

    def all_called(self, keys: Iterable[Key]) -> str:
        """Objects by their values and names."""
        return ", ".join(self.called(key) for key in keys)

    def shown(self, prefixes: Sequence[Key]) -> str:
        """Prefixes with their VRFs."""
        found = (f"{self.book.network(key)} ({self.name(text(self.book.objects[key], 'vrf'))})" for key in prefixes)
        return ", ".join(found) or "-"
