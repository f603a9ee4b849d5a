"""Gather the orders of each person: cancelled and corrected ones resolved, old and new numbers joined.

Nothing ambiguous is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from chonai.operations.personnel.kinds import Act, OrderType
from chonai.operations.personnel.names import identity
from chonai.operations.personnel.records import Order, Place, StaffKey
from chonai.text.messages import Message

_SUPERSEDES = frozenset({Act.CANCEL, Act.CORRECT})


@dataclass(frozen=True, slots=True)
class Case:
    """One person's orders under all the keys that they are known by, sorted; `keys` holds the older ones first."""

    keys: tuple[StaffKey, ...]
    orders: tuple[Order, ...]


class Known(Protocol):
    """What the same-person rule asks of a directory."""

    def has_account(self, key: StaffKey) -> bool:
        """Whether a key has an account."""

    def retired_as(self, key: StaffKey, name: str, kana: str) -> Collection[StaffKey]:
        """Retired people of the same body, name and reading."""

    def named(self, name: str) -> Collection[StaffKey]:
        """Everybody of a name."""


def gather(orders: Iterable[Order], known: Known) -> tuple[list[Case], list[Message], list[Message]]:
    """Cases sorted by key, problems, and warnings."""
    problems: list[Message] = []
    warnings: list[Message] = []
    live = _resolved(sorted(orders, key=lambda order: (order.key, order.date, order.id, order.place)), problems)
    links = _linked_by_column(live, problems)
    links |= _linked_by_name(live, links, known, problems, warnings)
    return _cases(live, links), problems, warnings


def _resolved(orders: Sequence[Order], problems: list[Message]) -> list[Order]:
    """Orders without those that a 取消 or 訂正 supersedes; a 訂正 takes the type of what it replaces."""
    by_id = {order.id: order for order in orders if order.id}
    by_person: dict[StaffKey, list[Order]] = defaultdict(list)
    for order in orders:
        by_person[order.key].append(order)
    void: dict[Place, Order] = {}
    standing = []
    for order in orders:
        if order.act not in _SUPERSEDES:
            standing.append(order)
            continue
        target = _target(order, by_id, by_person[order.key], problems)
        if target is not None and target.place in void:
            other = void[target.place].place.row
            problems.append(order.says("target", target.id, "personnel.target_twice", other=other))
        if target is not None:
            void[target.place] = order
        standing.append(_standing(order, target))
    return [order for order in standing if order.place not in void]


def _target(
    order: Order, by_id: Mapping[str, Order], same_person: Sequence[Order], problems: list[Message]
) -> Order | None:
    if order.target:
        target = by_id.get(order.target)
        if _comes_back(order, by_id):
            problems.append(order.says("target", order.target, "personnel.target_circle"))
            return None
        if target is not None and order.key not in (target.key, target.old_key):
            problems.append(order.says("target", order.target, "personnel.target_of_other", other=str(target.key)))
            return None
        return target
    candidates = [one for one in same_person if one.date == order.date and one.act not in _SUPERSEDES]
    if len(candidates) > 1:
        rows = ", ".join(str(one.place.row) for one in candidates)
        problems.append(order.says("target", order.target, "personnel.target_unclear", rows=rows))
    return candidates[0] if len(candidates) == 1 else None


def _comes_back(order: Order, by_id: Mapping[str, Order]) -> bool:
    """Whether an order supersedes itself, at once or by way of others."""
    at, seen = by_id.get(order.target), set[str]()
    while at is not None and at.act in _SUPERSEDES and at.id not in seen:
        if at.place == order.place:
            return True
        seen.add(at.id)
        at = by_id.get(at.target)
    return False


def _standing(order: Order, target: Order | None) -> Order:
    """The 取消 or 訂正 with what it supersedes.

    What a 訂正 corrects is a post when the file does not hold its target.
    """
    if order.act is Act.CANCEL:
        return replace(order, superseded=target)
    if target is None:
        return replace(order, type=OrderType(order.type.name, Act.MOVE), old_section="", old_title="")
    kind = replace(target.type, name=f"{target.type.name}({order.type.name})")
    return replace(order, type=kind, superseded=target, old_key=order.old_key or target.old_key)


def _linked_by_column(orders: Sequence[Order], problems: list[Message]) -> dict[StaffKey, StaffKey]:
    """New key to old key, as the 旧職員番号 column says."""
    links: dict[StaffKey, StaffKey] = {}
    claimed: dict[StaffKey, Order] = {}
    for order in orders:
        old = order.old_key
        if old is None or old == order.key:
            continue
        other = claimed.setdefault(old, order)
        if other.key != order.key or links.get(order.key, old) != old:
            problems.append(order.says("old_number", str(old), "personnel.old_number_twice", other=str(other.key)))
            continue
        links[order.key] = old
    return links


def _linked_by_name(
    orders: Sequence[Order],
    links: Mapping[StaffKey, StaffKey],
    known: Known,
    problems: list[Message],
    warnings: list[Message],
) -> dict[StaffKey, StaffKey]:
    """New key to old key by the same-person rule.

    Somebody of that body, name and reading leaves in this file or has left lately, it is only one, and nobody else
    in the directory bears the name.
    """
    linked = {*links, *links.values()}
    leavers = [order for order in orders if order.act is Act.RETIRE]
    named: dict[str, set[StaffKey]] = defaultdict(set)
    for order in leavers:
        if order.key not in linked:
            named[_identity(order)].add(order.key)
    settled = {*links, *(order.key for order in leavers)}
    found: dict[StaffKey, StaffKey] = {}
    for order in orders:
        if order.act is Act.REHIRE and order.old_key is None and order.key not in settled and order.key not in found:
            _link(order, _candidates(order, named, known), found, problems, warnings)
    return found


def _candidates(order: Order, named: Mapping[str, set[StaffKey]], known: Known) -> list[StaffKey]:
    """Who can be the same person; with somebody else of the name, both."""
    leavers = named.get(_identity(order), set())
    if known.has_account(order.key):
        # The number stays, or the link was applied before: then only the old number's orders are to be joined.
        return sorted(key for key in leavers if not known.has_account(key))
    candidates = leavers or set(known.retired_as(order.key, order.name, order.kana))
    return sorted(candidates | set(known.named(order.name))) if candidates else []


def _link(
    order: Order,
    candidates: Sequence[StaffKey],
    found: dict[StaffKey, StaffKey],
    problems: list[Message],
    warnings: list[Message],
) -> None:
    names = ", ".join(map(str, candidates))
    if len(candidates) > 1 or (candidates and candidates[0] in found.values()):
        fields = {"name": order.name, "candidates": names}
        problems.append(order.says("old_number", "", "personnel.same_person_unclear", **fields))
    elif candidates:
        found[order.key] = candidates[0]
        warnings.append(order.says("old_number", "", "personnel.same_person", name=order.name, old=names))


def _identity(order: Order) -> str:
    return f"{order.key.body}/{identity(order.name, order.kana)}"


def _cases(orders: Sequence[Order], links: Mapping[StaffKey, StaffKey]) -> list[Case]:
    newest = {old: new for new, old in links.items()}
    grouped: dict[StaffKey, list[Order]] = defaultdict(list)
    for order in orders:
        grouped[_end(order.key, newest)].append(order)
    return [Case(_line(key, links), tuple(found)) for key, found in sorted(grouped.items())]


def _end(key: StaffKey, newest: Mapping[StaffKey, StaffKey]) -> StaffKey:
    seen = {key}
    while key in newest and newest[key] not in seen:
        key = newest[key]
        seen.add(key)
    return key


def _line(key: StaffKey, links: Mapping[StaffKey, StaffKey]) -> tuple[StaffKey, ...]:
    line = [key]
    while key in links and links[key] not in line:
        key = links[key]
        line.append(key)
    return tuple(reversed(line))
