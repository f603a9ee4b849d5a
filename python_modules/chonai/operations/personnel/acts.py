"""What one order makes of a person, by what it does (発令区分)."""

from __future__ import annotations

from dataclasses import replace

from chonai.operations.personnel.kinds import Status
from chonai.operations.personnel.names import may_be_same
from chonai.operations.personnel.people import Codes, Findings, Person
from chonai.operations.personnel.records import Order


def posted(person: Person, order: Order, codes: Codes) -> Person:
    """The main post and title that the order gives, each if given, and the concurrent posts that it adds."""
    main = codes.new(order, order.new_section) if order.new_section else person.main
    also = person.also | {codes.new(order, code) for code in order.also}
    titled = bool(order.title or order.title_code)
    return replace(
        person,
        main=main,
        also=also,
        title=order.title if titled else person.title,
        title_code=order.title_code if titled else person.title_code,
    )


def join(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """Who comes, or goes on under a new key. Somebody who is here already, elsewhere, is a doubt."""
    here = {codes.new(each, each.new_section) for each in (order, order.superseded) if each is not None}
    if person.status is not Status.LEFT and order.old_key is None and person.main not in here:
        found.doubts.append(order.says("number", order.key.number, "personnel.joiner_exists", name=person.shown))
    renamed = bool(person.shown) and not may_be_same(person.shown, order.name)
    joined = rehire(person, order, codes, found)
    if person.shown and not (renamed and order.superseded is not None):
        return joined
    return replace(joined, name=order.name, kana=order.kana or person.kana)


def rehire(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """Who goes on, or comes back, as they served before."""
    return replace(posted(person, order, codes), status=person.serving, left_on=None)


def move(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """A post and title elsewhere; nothing for who has left."""
    if person.status is Status.LEFT:
        found.late.append(order)
        return person
    return posted(person, order, codes)


def add_post(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """Concurrent posts more; those of the order that this one corrects are gone."""
    also = {codes.new(order, code) for code in order.posts}
    if order.superseded is not None:
        also |= person.also - {codes.new(order.superseded, code) for code in order.superseded.posts}
    return replace(person, also=person.also | also if order.superseded is None else frozenset(also))


def remove_post(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """Concurrent posts less."""
    gone = codes.old(order, order.old_section) if order.old_section else {codes.new(order, order.new_section)}
    return replace(person, also=person.also - gone)


def leave(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """Away for a time, at the post that the order names if it names one."""
    moved = move(person, order, codes, found)
    return moved if person.status is Status.LEFT else replace(moved, status=Status.ON_LEAVE, serving=Status.ON_LEAVE)


def come_back(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """At work again."""
    return replace(posted(person, order, codes), status=Status.WORKING, serving=Status.WORKING, left_on=None)


def retire(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """Gone after this last day."""
    return replace(person, status=Status.LEFT, left_on=order.date)


def rename(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """Another name or reading."""
    return replace(person, name=order.name or person.name, kana=order.kana or person.kana)
