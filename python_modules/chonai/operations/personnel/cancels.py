"""What taking an order back (取消) makes of a person, by what the order had done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from chonai.operations.personnel.acts import posted
from chonai.operations.personnel.kinds import Act, Status
from chonai.operations.personnel.people import Codes, Findings, Person
from chonai.operations.personnel.records import Order
from chonai.operations.personnel.succession import ENDED


def cancel(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """Take back what the superseded order did, if it was applied; what it never did stays undone."""
    void = order.superseded
    if void is None:
        if not order.new_section:
            found.problems.append(order.says("target", order.target, "personnel.cancel_unclear"))
        return replace(posted(person, order, codes), status=person.serving, left_on=None)
    return _CANCELS.get(void.act, _cancel_main)(person, order, void, codes, found)


def _cancel_main(person: Person, order: Order, void: Order, codes: Codes, found: Findings) -> Person:
    serving = {Act.LEAVE: Status.WORKING, Act.RETURN: Status.ON_LEAVE}.get(void.act, person.serving)
    if void.new_section and person.main == codes.new(void, void.new_section):
        person = replace(person, main=_former_main(order, void, codes, found) or person.main)
    if void.title and person.title == void.title:
        person = replace(
            person, title=order.title or void.old_title or person.title, title_code=order.title_code or None
        )
    status = person.status if person.status is Status.LEFT else serving
    return replace(
        person, status=status, serving=serving, also=person.also - {codes.new(void, code) for code in void.also}
    )


def _former_main(order: Order, void: Order, codes: Codes, found: Findings) -> str | None:
    if order.new_section:
        return codes.new(order, order.new_section)
    former = codes.old(void, void.old_section) if void.old_section else frozenset()
    if len(former) != 1:
        found.problems.append(order.says("target", void.id, "personnel.cancel_unclear"))
        return None
    return next(iter(former))


def _cancel_join(person: Person, order: Order, void: Order, codes: Codes, found: Findings) -> Person:
    if void.old_key is not None and person.status is not Status.LEFT:
        found.problems.append(order.says("target", void.id, "personnel.cancel_unclear"))
    return replace(person, status=Status.LEFT, left_on=person.left_on or order.date)


def _cancel_rehire(person: Person, order: Order, void: Order, codes: Codes, found: Findings) -> Person:
    if person.status is not Status.LEFT:
        found.problems.append(order.says("target", void.id, "personnel.cancel_unclear"))
    return person


def _cancel_retire(person: Person, order: Order, void: Order, codes: Codes, found: Findings) -> Person:
    if person.status is not Status.LEFT:
        return person
    return replace(person, status=person.serving, left_on=None, main=_former_main(order, void, codes, found))


def _cancel_add(person: Person, order: Order, void: Order, codes: Codes, found: Findings) -> Person:
    return replace(person, also=person.also - {codes.new(void, code) for code in void.posts})


def _cancel_remove(person: Person, order: Order, void: Order, codes: Codes, found: Findings) -> Person:
    return replace(
        person, also=person.also | {code for code in codes.old(void, void.old_section) if not code.startswith(ENDED)}
    )


def _cancel_rename(person: Person, order: Order, void: Order, codes: Codes, found: Findings) -> Person:
    if person.shown == void.name:
        found.problems.append(order.says("name", void.name, "personnel.cancel_name"))
    return person


_CANCELS: Mapping[Act, Callable[[Person, Order, Order, Codes, Findings], Person]] = {
    Act.JOIN: _cancel_join,
    Act.REHIRE: _cancel_rehire,
    Act.RETIRE: _cancel_retire,
    Act.ADD_POST: _cancel_add,
    Act.REMOVE_POST: _cancel_remove,
    Act.RENAME: _cancel_rename,
}
