"""Giving back: released things keep their last owner until their quarantine ends. Renumbering gives first, then gives
back.

What an item has given back, it has given back for good: it ends nothing that somebody was given since, however often it
comes again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from chonai.change.model import Key, Record
from chonai.operations.addressing.again import fits
from chonai.operations.addressing.claims import vlan_space
from chonai.operations.addressing.giving import Giver
from chonai.operations.addressing.identity import mark_of, tag, tags, with_tag
from chonai.operations.addressing.items import RELEASE, WORDS, Item, Wrong, is_network, vlan_number
from chonai.operations.addressing.model import (
    ADDRESS,
    GATEWAY,
    PREFIX,
    RETIRED,
    SITE,
    VLAN,
    VRF,
    ZONE,
    text,
    zone_of,
)
from chonai.text.folding import search_key


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
        if before := self.giver.book.ended(item.type, item.mark):
            self._refuse_edited(item, before)
            self._finish(item, before)
            return
        key = self._target(item)
        self._refuse_other_owner(item, key)
        self._refuse_gateway(item, key)
        called = text(self.giver.book.objects[key], "hostname")
        if item["address"] and item["hostname"] and search_key(item["hostname"]) != search_key(called):
            raise Wrong(item.problem("hostname", "addressing.other_host", hostname=called or "-"))
        self._retire_with_people(key, item)

    def renumber(self, item: Item) -> None:
        """Give the holder of an address another one, and retire the old one. The new one lasts as long as the old one
        would have. Raises Wrong.
        """
        book, places = self.giver.book, self.giver.places
        if self._was_renumbered(item):
            return
        self.giver.refuse_asked(item)
        old = self._target(item)
        self._refuse_other_owner(item, old)
        record = book.objects[old]
        if old.is_new:
            raise Wrong(item.problem("item", "addressing.renumbered_twice", address=text(record, "address")))
        self._refuse_gateway(item, old)
        prefix = places.prefix(item, None) if item["prefix"] else Key.parse(text(record, "prefix"))
        said = {**item.cells, "purpose": item["purpose"] or text(record, "purpose")}
        number, prefix = self.giver.next_free(item, self.giver.open_prefixes(item, [prefix]), said)
        new = self.giver.write_address(item, prefix, number, _moved(record))
        names = ("owner", "purpose", "hostname", "dns_zone", "note")
        kept = {name: item[name] or text(record, name) or None for name in names}
        lasts: Record = {"status": record.get("status"), "until": record.get("until")}
        self.giver.put(item, new, {**book.objects[new], **kept, **lasts})
        self._retire(old, item)

    # -- what is meant

    def _target(self, item: Item) -> Key:
        """The one thing that somebody has and that the item means. Raises Wrong."""
        book, places = self.giver.book, self.giver.places
        found = self._meant(item)
        here = [key for key in found if self._is_there(item, key)]
        live = [key for key in here if book.live(key)]
        if len(live) == 1:
            return live[0]
        word = "hostname" if item.type == ADDRESS and not item["address"] else WORDS[item.type]
        elsewhere = [key for key in found if key not in here and book.live(key)]
        if not live and elsewhere:
            where = ", ".join(f"{places.called(key)} ({self._place(key)})" for key in elsewhere)
            raise Wrong(item.problem(word, "addressing.not_in_place", where=where))
        raise Wrong(
            item.problem(
                word, "addressing.ambiguous" if live else "addressing.not_there", where=places.all_called(live)
            )
        )

    def _meant(self, item: Item) -> list[Key]:
        book = self.giver.book
        if item.type == VLAN:
            word = item["vlan"] or item["name"]
            vid = vlan_number(word)
            return book.vlans(vid) if vid is not None else book.named(VLAN, word)
        if item.type == PREFIX:
            found = book.prefixes(item["prefix"]) if item["prefix"] else []
            return found or book.named(PREFIX, item["prefix"] or item["name"])
        return book.addresses_called(item["address"]) if item["address"] else book.named(ADDRESS, item["hostname"])

    def _is_there(self, item: Item, key: Key) -> bool:
        """Whether an object is at the site, in the zone, the VRF and the prefix that the item speaks of; of something
        that is renumbered the item's prefix is where it goes.
        """
        book, places, record = self.giver.book, self.giver.places, self.giver.book.objects[key]
        _, _, rule = places.of(item)
        place = book.objects.get(Key.parse(text(record, "prefix")), record)
        in_group = key.type == VLAN and vlan_space(record).startswith("group ")
        if item["site"] and not in_group and text(place, "site") not in map(str, book.named(SITE, item["site"])):
            return False
        zone = zone_of(book.objects, place)
        if item["zone"] and zone and zone not in map(str, book.named(ZONE, item["zone"])):
            return False
        is_within = item.type == ADDRESS and item.action == RELEASE and item["prefix"]
        if is_within and text(record, "prefix") not in map(str, places.prefixes_named(item)):
            return False
        vrfs = set(map(str, book.named(VRF, rule.vrf or ""))) if rule else set()
        return not (vrfs and key.type != VLAN) or text(place, "vrf") in vrfs

    def _place(self, key: Key) -> str:
        """Where an object lies, in names."""
        book, places = self.giver.book, self.giver.places
        record = book.objects[key]
        place = book.objects.get(Key.parse(text(record, "prefix")), record)
        names = [text(record, "prefix"), *(text(place, name) for name in ("vrf", "site", "zone"))]
        return ", ".join(places.name(name) for name in names if name) or "-"

    # -- what speaks against it

    def _refuse_edited(self, item: Item, before: Sequence[Key]) -> None:
        """Return if the item means what it gave back before, as far as that can be told by its value."""
        word = item[WORDS[item.type]]
        is_value = {VLAN: vlan_number(word) is not None, PREFIX: is_network(word), ADDRESS: True}[item.type]
        book, places = self.giver.book, self.giver.places
        if before and word and is_value and not any(fits(item.type, word, book.objects[key]) for key in before):
            given = places.all_called(before)
            raise Wrong(item.problem(WORDS[item.type], "addressing.ended_otherwise", given=given))
        if before and not word:
            self._refuse_renamed(item, before)

    def _refuse_renamed(self, item: Item, before: Sequence[Key]) -> None:
        """Return if what the item gave back was called so, as far as nobody else has had it since."""
        objects, named = self.giver.book.objects, "hostname" if item.type == ADDRESS else "name"
        names = {search_key(text(objects[key], named)) for key in before}
        is_kept = all(_is_ended_by(objects[key], item) for key in before)
        if item[named] and is_kept and search_key(item[named]) not in names:
            given = self.giver.places.all_called(before)
            raise Wrong(item.problem(named, "addressing.ended_otherwise", given=given))

    def _was_renumbered(self, item: Item) -> bool:
        """Whether the item was renumbered before, whoever has the old and the new address since. Raises Wrong where it
        was given or meant something else then.
        """
        own, before = self.giver.book.known(item.identity), self.giver.book.ended(ADDRESS, item.mark)
        if own is not None and not before:
            given = self.giver.places.called(own)
            raise Wrong(item.problem("action", "addressing.given_otherwise", given=given))
        self._refuse_edited(item, before)
        return bool(before)

    def _refuse_gateway(self, item: Item, key: Key) -> None:
        """Return if an address is not the gateway of its prefix. That goes with the prefix."""
        record = self.giver.book.objects[key]
        if key.type == ADDRESS and record.get("role") == GATEWAY:
            prefix = self.giver.places.name(text(record, "prefix"))
            raise Wrong(item.problem("address", "addressing.gateway_stays", prefix=prefix))

    def _refuse_other_owner(self, item: Item, key: Key) -> None:
        owner = text(self.giver.book.objects[key], "owner")
        if item["owner"] and owner and owner != item["owner"]:
            called = self.giver.places.called(key)
            raise Wrong(item.problem("owner", "addressing.other_owner", owner=owner, object=called))

    # -- what becomes of it

    def _finish(self, item: Item, before: Iterable[Key]) -> None:
        """Give back what a broken apply left in a prefix that the item gave back and nobody else has had since."""
        for key in before:
            if key.type == PREFIX and _is_ended_by(self.giver.book.objects[key], item):
                for one in self.giver.book.people(key):
                    self._retire(one, item)

    def _retire_with_people(self, key: Key, item: Item) -> None:
        people = self.giver.book.people(key) if key.type == PREFIX else []
        if people:
            self.in_use[key] = len(people)
        for one in (*people, key):
            self._retire(one, item)

    def _retire(self, key: Key, item: Item) -> None:
        book, places = self.giver.book, self.giver.places
        self.giver.mine(item, key)
        places.refuse_held(item, "item", book.coming_into(key))
        until = book.day + timedelta(days=places.policy.quarantine_days)
        ended_by = with_tag(text(book.objects[key], "ended_by"), tag(item.request, item.name))
        ended: Record = {"status": RETIRED, "until": until.isoformat(), "ended_by": ended_by}
        book.write(key, {**book.objects[key], **ended})
        self.released[key] = item


def _moved(record: Record) -> Record:
    """What goes with an address to another one."""
    return {name: record.get(name) for name in ("hostname", "dns_zone", "interface")}


def _is_ended_by(record: Record, item: Item) -> bool:
    """Whether an object is given back, and this item was the last to do it: nobody else has had it since."""
    last = [mark_of(each) for each in tags(text(record, "ended_by"))[-1:]]
    return record.get("status") == RETIRED and last == [item.mark]
