"""An item that comes again: what it was given before stays, other words about it are written, and a word that does not
fit what was given is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from ipaddress import ip_network

from chonai.change.model import Key, Record, Value
from chonai.operations.addressing.identity import tags
from chonai.operations.addressing.items import RESERVE, WORDS, Item, Wrong, vlan_number
from chonai.operations.addressing.model import (
    ADDRESS,
    IN_USE,
    PREFIX,
    RESERVED,
    RETIRED,
    SITE,
    VALUES,
    VLAN,
    ZONE,
    is_free,
    text,
)
from chonai.operations.addressing.places import Places

SAID = ("owner", "purpose", "name", "hostname", "dns_zone", "note")
"""Words that are written into the object as they are, also when the item comes again."""


def given_again(places: Places, item: Item, key: Key) -> Record:
    """The record of what the item was given before, as it shall be now. Raises Wrong."""
    record = places.book.objects[key]
    if record.get("status") == RETIRED:
        by = tags(text(record, "ended_by"))[-1:]
        raise Wrong(item.problem("item", "addressing.ended", by="".join(by) or "-", until=text(record, "until")))
    refuse_edited(places, item, key)
    _refuse_ended_place(places, item, key)
    said: dict[str, Value] = {name: item[name] for name in SAID if item[name] and name in record}
    return {**record, **said, **_standing(places, item, record)}


def _refuse_ended_place(places: Places, item: Item, key: Key) -> None:
    """Return if an address whose reservation is over still lies where addresses are given. Raises Wrong."""
    record = places.book.objects[key]
    prefix = Key.parse(text(record, "prefix"))
    if item.type == ADDRESS and not places.book.live(key) and not places.book.is_assignable(prefix):
        raise Wrong(item.problem("prefix", "addressing.place_ended", prefix=places.name(text(record, "prefix"))))


def refuse_edited(places: Places, item: Item, key: Key) -> None:
    """Return if all words of an item fit what it was given. Raises Wrong for one that does not."""
    for word, given in _differing(places, item, key):
        raise Wrong(item.problem(word, "addressing.given_otherwise", given=given))


def last_day(places: Places, item: Item) -> date:
    """The last day of what an item reserves. Raises Wrong."""
    day = places.book.day
    if item.until is not None and item.until < day:
        raise Wrong(item.problem("until", "addressing.over", day=day.isoformat()))
    return item.until or day + timedelta(days=places.policy.reservation_days)


def fits(type_: str, word: str, record: Record) -> bool:
    """Whether a word for a value means that of a record; numbers are compared as numbers."""
    if type_ == VLAN and vlan_number(word) is not None:
        return vlan_number(word) == record.get("vid")
    return word == text(record, VALUES[type_])


def _standing(places: Places, item: Item, record: Record) -> dict[str, Value]:
    """Use stays use; a reservation stays until its day unless the item says another, or that day has passed."""
    if item.action != RESERVE or record.get("status") == IN_USE:
        return {"status": IN_USE, "until": None}
    keeps = item.until is None and not is_free(record, places.book.day)
    return {"status": RESERVED, "until": record["until"] if keeps else last_day(places, item).isoformat()}


def _differing(places: Places, item: Item, key: Key) -> Iterator[tuple[str, str]]:
    """Words that say something else than was given, each with that."""
    record, word = places.book.objects[key], WORDS[item.type]
    if item[word] and not fits(item.type, item[word], record):
        yield word, text(record, VALUES[item.type])
    around = record if item.type != ADDRESS else places.book.objects.get(Key.parse(text(record, "prefix")), {})
    for type_ in (ZONE, SITE):
        found = text(around, type_)
        is_said = bool(item[type_]) and (bool(found) or item.type != ADDRESS)
        if is_said and places.one(item, type_, type_, item[type_]) != found:
            yield type_, places.name(found) if found else "-"
    if item.type == ADDRESS and item["prefix"] and not _is_in(places, item, record):
        yield "prefix", places.name(text(record, "prefix"))
    if item.type == PREFIX:
        yield from _differing_prefix(places, item, record)


def _differing_prefix(places: Places, item: Item, record: Record) -> Iterator[tuple[str, str]]:
    network = ip_network(text(record, "network"))
    if item.length is not None and item.length != network.prefixlen:
        yield "length", str(network.prefixlen)
    if item["vlan"]:
        meant = places.vlans_named(item, places.rule(item), text(record, SITE) or None)
        if text(record, "vlan") not in map(str, meant):
            yield "vlan", places.name(text(record, "vlan")) if record.get("vlan") else "-"


def _is_in(places: Places, item: Item, record: Record) -> bool:
    """Whether an address lies in the prefix that its item names."""
    return text(record, "prefix") in map(str, places.prefixes_named(item))
