"""What a sequence of orders makes of a person, and what in the sequence speaks against itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from chonai.operations.personnel import acts
from chonai.operations.personnel.cancels import cancel
from chonai.operations.personnel.kinds import Act, Status
from chonai.operations.personnel.people import Codes, Findings, Person
from chonai.operations.personnel.records import Order
from chonai.operations.personnel.succession import ENDED
from chonai.text.messages import Message

_STEPS: Mapping[Act, Callable[[Person, Order, Codes, Findings], Person]] = {
    Act.JOIN: acts.join,
    Act.MOVE: acts.move,
    Act.ADD_POST: acts.add_post,
    Act.REMOVE_POST: acts.remove_post,
    Act.LEAVE: acts.leave,
    Act.RETURN: acts.come_back,
    Act.RETIRE: acts.retire,
    Act.REHIRE: acts.rehire,
    Act.RENAME: acts.rename,
    Act.CANCEL: cancel,
}
# Of one date: a name first, then who goes before who comes, then where they work.
_SEQUENCE = (
    *(Act.RENAME, Act.RETIRE, Act.JOIN, Act.REHIRE, Act.CANCEL, Act.CORRECT),
    *(Act.RETURN, Act.MOVE, Act.REMOVE_POST, Act.ADD_POST, Act.LEAVE),
)
_RANK = {act: n for n, act in enumerate(_SEQUENCE)}
_MAIN_POST = frozenset({Act.JOIN, Act.REHIRE, Act.RETURN, Act.MOVE, Act.LEAVE})
_NEED_SOMEBODY = frozenset(Act) - {Act.JOIN, Act.REHIRE, Act.RETIRE, Act.CANCEL, Act.CORRECT}


@dataclass(frozen=True, slots=True)
class Fold:
    """The outcome: the person, the orders in sequence, and what was found on the way."""

    person: Person
    orders: tuple[Order, ...]
    found: Findings


def effective_from(order: Order) -> date:
    """The first day on which the order shows: a leaver works through the last day, unless the type is immediate."""
    if order.act is Act.RETIRE and not order.type.immediate:
        return order.date + timedelta(days=1)
    return order.date


def in_sequence(orders: Iterable[Order]) -> list[Order]:
    """Orders as they take effect, whatever their order in the file."""
    return sorted(
        orders,
        key=lambda order: (
            effective_from(order),
            _RANK[order.act],
            order.key,
            order.new_section,
            order.old_section,
            order.id,
        ),
    )


def sets_main_post(order: Order) -> bool:
    """Whether the order says where the main post is."""
    return order.act in _MAIN_POST and bool(order.new_section)


def fold(start: Person | None, orders: Iterable[Order], codes: Codes) -> Fold:
    """Apply `orders` to `start` (None: no account here) in sequence."""
    sequence = in_sequence(orders)
    person = start or Person(sequence[0].key, Status.LEFT)
    found = Findings()
    arrivals = {codes.new(order, order.new_section) for order in sequence if sets_main_post(order)}
    for _, day in groupby(sequence, key=effective_from):
        main = person.main
        for order in day:
            _check_old_section(main, order, arrivals, codes, found)
            person = _rekeyed(_STEPS[order.act](person, order, codes, found), order)
    if start is not None:
        found.problems += _for_leavers(sequence, found.late)
    found.problems += _before_joining(sequence)
    explicit = {codes.new(order, code) for order in sequence for code in order.posts}
    also = frozenset(code for code in person.also if not (code.startswith(ENDED) and codes.targets(code) & explicit))
    also -= {person.main or ""}
    return Fold(person if also == person.also else replace(person, also=also), tuple(sequence), found)


def _for_leavers(sequence: list[Order], late: list[Order]) -> list[Message]:
    """Orders for somebody who has left, unless they are of a time before that."""
    ends = [n for n, order in enumerate(sequence) if order.act is Act.RETIRE]
    return [
        order.says("number", order.key.number, "personnel.order_for_leaver")
        for order in late
        if not ends or sequence.index(order) > ends[-1]
    ]


def _before_joining(sequence: list[Order]) -> list[Message]:
    """Orders that move or rename somebody before they join: one of the two dates is wrong. Who leaves in between joins
    anew.
    """
    joins = [n for n, order in enumerate(sequence) if order.act is Act.JOIN and order.old_key is None]
    last = max((n for n, order in enumerate(sequence) if order.act is Act.RETIRE), default=-1)
    early = [order for order in sequence[: joins[0]] if order.act in _NEED_SOMEBODY] if joins and last < 0 else []
    return [order.says("number", order.key.number, "personnel.order_before_joining") for order in early]


def _check_old_section(main: str | None, order: Order, arrivals: set[str], codes: Codes, found: Findings) -> None:
    """Where the order says that the person comes from, by code or else by name, against where they are."""
    if main is None or order.act in (Act.REMOVE_POST, Act.CANCEL) or not (order.old_section or order.old_name):
        return
    allowed = set(arrivals)
    if order.superseded is not None and order.superseded.new_section:
        allowed.add(codes.new(order.superseded, order.superseded.new_section))
    fits = codes.is_old(order, main)
    if not fits and main not in allowed:
        column, value = ("old_section", order.old_section) if order.old_section else ("old_name", order.old_name)
        found.doubts.append(order.says(column, value, "personnel.old_section_differs", found=codes.name(main)))


def _rekeyed(person: Person, order: Order) -> Person:
    """What any order can say besides what it does: key, employment kind, forwarding."""
    key = order.key if order.old_key or order.act in (Act.JOIN, Act.REHIRE) else person.key
    kind = order.kind or person.kind
    forward = person.forward if order.act is Act.CANCEL else order.forward or person.forward
    if (key, kind, forward) == (person.key, person.kind, person.forward):
        return person
    return replace(person, key=key, kind=kind, forward=forward)
