"""Giving back: released things keep their last owner until their quarantine ends. Renumbering gives first, then gives
back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from chonai.change.model import Key, Record
from chonai.operations.addressing.claims import item_mark, vlan_space
from chonai.operations.addressing.giving import Giver, Wrong
from chonai.operations.addressing.model import ADDRESS, PREFIX, RETIRED, SITE, VLAN, VRF, text
from chonai.operations.addressing.reading import Item


@dataclass(frozen=True, slots=True)
class Returner:
    """`released` gathers what is given back, `in_use` the prefixes among it that somebody has addresses in."""

    giver: Giver
    released: dict[Key, Item] = field(default_factory=dict)
    in_use: dict[Key, int] = field(default_factory=dict)

    def release(self, item: Item) -> None:
        """Retire what the item names; with a prefix, the addresses in it. What it gave back before stays. Raises
        Wrong.
        """
        key = self._target(item)
        if key is None:
            return
        self._refuse_other_owner(item, key)
        people = self.giver.book.people(key) if key.type == PREFIX else []
        if people:
            self.in_use[key] = len(people)
        for one in (*people, key):
            self._retire(one, item)

    def renumber(self, item: Item) -> None:
        """Give the holder of an address another one, and retire the old one. Raises Wrong."""
        book = self.giver.book
        if book.known(item.identity) is not None:
            return
        self.giver.refuse_asked(item)
        old = self._target(item)
        if old is None:
            return
        self._refuse_other_owner(item, old)
        record = book.objects[old]
        prefix = self.giver.prefix_of(item, None) if item["prefix"] else Key.parse(text(record, "prefix"))
        number, prefix = self.giver.next_address(item, self.giver.rule(item), "", prefix)
        kept = {name: text(record, name) for name in ("owner", "purpose")}
        moved: Record = {name: record.get(name) for name in ("hostname", "dns_zone", "interface")}
        new = self.giver.write_address(item, prefix, number, moved)
        given = book.objects[new]
        book.write(new, {**given, **{name: given.get(name) or value or None for name, value in kept.items()}})
        self._retire(old, item)

    def _target(self, item: Item) -> Key | None:
        """The one thing that somebody has and that the item means; None where the item has given it back before."""
        book, tag = self.giver.book, _tag(item)
        found = self._meant(item)
        live = [key for key in found if book.live(key)]
        if not live and any(book.objects[key].get("ended_by") == tag for key in found):
            return None
        if len(live) != 1:
            word = {VLAN: "vlan", PREFIX: "prefix", ADDRESS: "address" if item["address"] else "hostname"}[item.type]
            code = "addressing.ambiguous" if live else "addressing.not_there"
            where = ", ".join(self._called(key) for key in live)
            raise Wrong(item.problem(word, code, where=where))
        return live[0]

    def _meant(self, item: Item) -> list[Key]:
        book = self.giver.book
        if item.type == VLAN:
            word = item["vlan"] or item["name"]
            found = book.vlans(int(word)) if word.isdecimal() else book.named(VLAN, word)
        elif item.type == PREFIX:
            found = book.prefixes(item["prefix"]) if item["prefix"] else []
            found = found or book.named(PREFIX, item["prefix"] or item["name"])
        elif item["address"]:
            found = book.addresses_called(item["address"])
        else:
            found = book.named(ADDRESS, item["hostname"])
        return [key for key in found if self._is_there(item, key)]

    def _is_there(self, item: Item, key: Key) -> bool:
        """Whether an object is at the site and in the VRF that the item speaks of."""
        book, record = self.giver.book, self.giver.book.objects[key]
        rule = self.giver.rule(item)
        place = book.objects.get(Key.parse(text(record, "prefix")), record)
        sites = {str(one) for one in book.named(SITE, item["site"])}
        vrfs = {str(one) for one in book.named(VRF, rule.vrf or "")} if rule else set()
        in_group = key.type == VLAN and vlan_space(record).startswith("group ")
        if item["site"] and not in_group and text(place, "site") not in sites:
            return False
        return not (vrfs and key.type != VLAN) or text(place, "vrf") in vrfs

    def _refuse_other_owner(self, item: Item, key: Key) -> None:
        owner = text(self.giver.book.objects[key], "owner")
        if item["owner"] and owner and owner != item["owner"]:
            raise Wrong(item.problem("owner", "addressing.other_owner", owner=owner, object=self._called(key)))

    def _retire(self, key: Key, item: Item) -> None:
        self.giver.mine(item, key)
        book = self.giver.book
        until = book.day + timedelta(days=self.giver.policy.quarantine_days)
        ended: Record = {"status": RETIRED, "until": until.isoformat(), "ended_by": _tag(item)}
        book.write(key, {**book.objects[key], **ended})
        self.released[key] = item

    def _called(self, key: Key) -> str:
        record = self.giver.book.objects[key]
        words = (text(record, name) for name in ("vid", "network", "address", "name", "hostname"))
        return " ".join(word for word in words if word)


def _tag(item: Item) -> str:
    return item_mark(item.request, item.name)
