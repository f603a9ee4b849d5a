"""A person, and what a sequence of orders makes of them.

Section codes here are those of the new organisation, 課 or 部.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Protocol

from chonai.operations.personnel.kinds import Act, Status
from chonai.operations.personnel.names import may_be_same
from chonai.operations.personnel.records import Forward, Order, StaffKey
from chonai.operations.personnel.succession import ENDED
from chonai.text.messages import Message

# Of one date: a name first, then who goes before who comes, then where they work.
_SEQUENCE = (
    *(Act.RENAME, Act.RETIRE, Act.JOIN, Act.REHIRE, Act.CANCEL, Act.CORRECT),
    *(Act.RETURN, Act.MOVE, Act.REMOVE_POST, Act.ADD_POST, Act.LEAVE),
)
_RANK = {act: n for n, act in enumerate(_SEQUENCE)}
_MAIN_POST = frozenset({Act.JOIN, Act.REHIRE, Act.RETURN, Act.MOVE, Act.LEAVE})


@dataclass(frozen=True, slots=True)
class Person:
    """How a person stands. What is None is not known, or not said, and stays as the directory has it.

    shown   the name that the directory shows now; `name` and `kana` are what an order changes them to
    left_on the last day of work of who has left
    serving working or on leave, the latter kept by a yearly renewal during the leave
    forward where mail shall be sent as well
    """

    key: StaffKey
    status: Status
    main: str | None = None
    also: frozenset[str] = frozenset()
    title: str | None = None
    title_code: str | None = None
    shown: str = ""
    name: str | None = None
    kana: str | None = None
    kind: str | None = None
    left_on: date | None = None
    serving: Status = Status.WORKING
    forward: Forward | None = None


class Codes(Protocol):
    """How the section codes of orders are read."""

    def old(self, order: Order, code: str) -> frozenset[str]:
        """What an old code of an order can mean in the new organisation."""

    def new(self, order: Order, code: str) -> str:
        """The office of a new code of an order."""

    def targets(self, mark: str) -> frozenset[str]:
        """The targets of a split section, given its mark."""

    def is_old(self, order: Order, main: str) -> bool:
        """Whether the old section that an order names can be the section of a code."""

    def name(self, code: str | None) -> str:
        """What a section is called."""


@dataclass(slots=True)
class Findings:
    """What speaks against orders: `problems` in any case, `doubts` only when something is left to change; `late` are
    orders for somebody who had left.
    """

    problems: list[Message] = field(default_factory=list)
    doubts: list[Message] = field(default_factory=list)
    late: list[Order] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fold:
    """The outcome: the person, the orders in sequence, and what was found on the way."""

    person: Person
    orders: tuple[Order, ...]
    found: Findings


Step = Callable[[Person, Order, Codes, Findings], Person]
Cancel = Callable[[Person, Order, Order, Codes, Findings], Person]
"""With the order that is taken back."""


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
    explicit = {codes.new(order, code) for order in sequence for code in _explicit(order)}
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


_NEED_SOMEBODY = frozenset(Act) - {Act.JOIN, Act.REHIRE, Act.RETIRE, Act.CANCEL, Act.CORRECT}


def _before_joining(sequence: list[Order]) -> list[Message]:
    """Orders that move or rename somebody before they join: one of the two dates is wrong. Who leaves in between joins
    anew.
    """
    joins = [n for n, order in enumerate(sequence) if order.act is Act.JOIN and order.old_key is None]
    last = max((n for n, order in enumerate(sequence) if order.act is Act.RETIRE), default=-1)
    early = [order for order in sequence[: joins[0]] if order.act in _NEED_SOMEBODY] if joins and last < 0 else []
    return [order.says("number", order.key.number, "personnel.order_before_joining") for order in early]


def _explicit(order: Order) -> list[str]:
    return [code for code in (order.new_section, *order.also) if code]


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


def _posted(person: Person, order: Order, codes: Codes) -> Person:
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


def _join(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    here = {codes.new(each, each.new_section) for each in (order, order.superseded) if each is not None}
    if person.status is not Status.LEFT and order.old_key is None and person.main not in here:
        found.doubts.append(order.says("number", order.key.number, "personnel.joiner_exists", name=person.shown))
    renamed = bool(person.shown) and not may_be_same(person.shown, order.name)
    joined = _rehire(person, order, codes, found)
    if person.shown and not (renamed and order.superseded is not None):
        return joined
    return replace(joined, name=order.name, kana=order.kana or person.kana)


def _rehire(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    return replace(_posted(person, order, codes), status=person.serving, left_on=None)


def _move(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    if person.status is Status.LEFT:
        found.late.append(order)
        return person
    return _posted(person, order, codes)


def _add_post(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    also = {codes.new(order, code) for code in _explicit(order)}
    if order.superseded is not None:
        also |= person.also - {codes.new(order.superseded, code) for code in _explicit(order.superseded)}
    return replace(person, also=person.also | also if order.superseded is None else frozenset(also))


def _remove_post(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    gone = codes.old(order, order.old_section) if order.old_section else {codes.new(order, order.new_section)}
    return replace(person, also=person.also - gone)


def _leave(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    moved = _move(person, order, codes, found)
    return moved if person.status is Status.LEFT else replace(moved, status=Status.ON_LEAVE, serving=Status.ON_LEAVE)


def _return(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    return replace(_posted(person, order, codes), status=Status.WORKING, serving=Status.WORKING, left_on=None)


def _retire(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    return replace(person, status=Status.LEFT, left_on=order.date)


def _rename(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    return replace(person, name=order.name or person.name, kana=order.kana or person.kana)


def _cancel(person: Person, order: Order, codes: Codes, found: Findings) -> Person:
    """Take back what the superseded order did, if it was applied; what it never did stays undone."""
    void = order.superseded
    if void is None:
        if not order.new_section:
            found.problems.append(order.says("target", order.target, "personnel.cancel_unclear"))
        return replace(_posted(person, order, codes), status=person.serving, left_on=None)
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
    return replace(person, also=person.also - {codes.new(void, code) for code in _explicit(void)})


def _cancel_remove(person: Person, order: Order, void: Order, codes: Codes, found: Findings) -> Person:
    return replace(
        person, also=person.also | {code for code in codes.old(void, void.old_section) if not code.startswith(ENDED)}
    )


def _cancel_rename(person: Person, order: Order, void: Order, codes: Codes, found: Findings) -> Person:
    if person.shown == void.name:
        found.problems.append(order.says("name", void.name, "personnel.cancel_name"))
    return person


_CANCELS: dict[Act, Cancel] = {
    Act.JOIN: _cancel_join,
    Act.REHIRE: _cancel_rehire,
    Act.RETIRE: _cancel_retire,
    Act.ADD_POST: _cancel_add,
    Act.REMOVE_POST: _cancel_remove,
    Act.RENAME: _cancel_rename,
}
_STEPS: dict[Act, Step] = {
    Act.JOIN: _join,
    Act.MOVE: _move,
    Act.ADD_POST: _add_post,
    Act.REMOVE_POST: _remove_post,
    Act.LEAVE: _leave,
    Act.RETURN: _return,
    Act.RETIRE: _retire,
    Act.REHIRE: _rehire,
    Act.RENAME: _rename,
    Act.CANCEL: _cancel,
}
