"""What a plan wants for itself while it waits for a decision.

Objects by their keys, places by what is unique in them, items of requests by their names. What lies in an object is a
space of its own: who comes into it holds a point there, who takes the object away holds all of it, so that the two meet
and two who come in do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address, ip_network

from chonai.change.holds import Hold
from chonai.change.model import Action, Change, Key, Plan, Record
from chonai.operations.addressing.identity import item_mark
from chonai.operations.addressing.model import ADDRESS, PREFIX, RETIRED, VALUES, VLAN, text
from chonai.operations.addressing.spaces import sortable, span_of

OBJECT = "object"
"""The space of objects that are there already: two change sets cannot both want to change one."""
ITEM = "item"
"""The space of items of requests: two change sets cannot both give one."""
INSIDE = {VLAN: PREFIX, PREFIX: ADDRESS}
"""What lies in objects of a type."""
AS_OF = "addressing.as_of"
"""The code of the warning that tells the day of a plan."""
LOWEST, HIGHEST = "", "\U0010ffff"
"""From where to where a hold reaches that leaves nothing out."""


def claims(plan: Plan) -> tuple[Hold, ...]:
    """All that a plan wants. What lies in a prefix or VLAN that the plan makes itself is nobody else's anyway."""
    return tuple(hold for change in plan.changes for hold in _claims(plan, change))


def earliest(plan: Plan) -> date | None:
    """The day that a plan was made for: before it, what the plan gives may be somebody's yet."""
    days = (one.fields.get("date") for one in plan.warnings if one.code == AS_OF)
    return next((date.fromisoformat(str(day)) for day in days), None)


def is_whole(hold: Hold) -> bool:
    """Whether a hold leaves nothing in its space to anybody."""
    return (hold.first, hold.last) == (LOWEST, HIGHEST)


def vlan_space(record: Record) -> str:
    """Within what the id of a VLAN is its own."""
    group = text(record, "vlan_group")
    return f"group {group}" if group else f"site {text(record, 'site')}"


def vlan_mark(vid: int) -> str:
    """The id of a VLAN as text that compares as ids do."""
    return f"{vid:04d}"


def _claims(plan: Plan, change: Change) -> Iterator[Hold]:
    type_, key = change.key.type, str(change.key)
    label = plan.labels.get(change.key, key)
    is_passed = change.action is Action.CREATE or _differs(change, "request") or _differs(change, "item")
    is_ended = change.action is Action.DELETE or change.after.get("status") == RETIRED
    if not change.key.is_new:
        yield Hold(plan.system, type_, label, OBJECT, key, key)
        if type_ in INSIDE and (is_passed or is_ended):
            yield Hold(plan.system, INSIDE[type_], label, key, LOWEST, HIGHEST)
    if is_ended:
        return
    for of, value, space, first, last in places(type_, change.after, is_passed=is_passed):
        yield Hold(plan.system, of, value, space, first, last)
    request, item = text(change.after, "request"), text(change.after, "item")
    if is_passed and request:
        mark = item_mark(request, item)
        yield Hold(plan.system, type_, f"{request} {item}", ITEM, mark, mark)


def _differs(change: Change, name: str) -> bool:
    return change.before.get(name) != change.after.get(name)


def places(type_: str, after: Record, *, is_passed: bool = True) -> Iterator[tuple[str, str, str, str, str]]:
    """Where in a ledger an object is: type, what people call it, space, first and last mark in the space. What is not
    passed on, because its holder has it already, takes no place of its own anew.
    """
    if not text(after, VALUES.get(type_, "")):  # an undo of what was sealed before changes told it
        return
    if type_ == VLAN and is_passed:
        vid = vlan_mark(int(text(after, "vid")))
        yield type_, text(after, "vid"), vlan_space(after), vid, vid
    elif type_ == PREFIX:
        yield from _places_of_prefix(after, is_passed)
    elif type_ == ADDRESS and not Key.parse(text(after, "prefix")).is_new:
        address = ip_address(text(after, "address"))
        at = sortable(ip_network(address), int(address))
        yield type_, str(address), text(after, "prefix"), at, at


def _places_of_prefix(after: Record, is_passed: bool) -> Iterator[tuple[str, str, str, str, str]]:
    """Its numbers in its VRF, and a point in its VLAN."""
    network, vlan = ip_network(text(after, "network")), text(after, "vlan")
    first, last = (sortable(network, number) for number in span_of(network))
    if is_passed:
        yield PREFIX, str(network), text(after, "vrf"), first, last
    if vlan and not Key.parse(vlan).is_new:
        at = f"{text(after, 'vrf')} {first}/{network.prefixlen}"
        yield PREFIX, str(network), vlan, at, at
