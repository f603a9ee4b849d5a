"""What a plan wants for itself while it waits for a decision."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from chonai.change.holds import Hold
from chonai.change.model import Action, Change, Key, Plan, Record
from chonai.operations.addressing.model import ADDRESS, PREFIX, VLAN, text
from chonai.operations.addressing.spaces import sortable, span_of

OBJECT = "object"
"""The space of objects that are there already: two change sets cannot both want to change one."""
ITEM = "item"
"""The space of items of requests: two change sets cannot both give one."""


def claims(plan: Plan) -> tuple[Hold, ...]:
    """All that a plan wants: what it makes by its place and the item that it is for, what it changes by its key. What
    lies in a prefix that the plan makes itself is nobody else's anyway.
    """
    return tuple(hold for change in plan.changes for hold in _claims(plan, change))


def item_mark(request: str, item: str) -> str:
    """How an item of a request is told from all others."""
    return f"{request} {item}"


def vlan_space(record: Record) -> str:
    """Within what the id of a VLAN is its own."""
    group = text(record, "vlan_group")
    return f"group {group}" if group else f"site {text(record, 'site')}"


def _claims(plan: Plan, change: Change) -> Iterator[Hold]:
    if change.action is not Action.CREATE or not change.key.is_new:
        key = str(change.key)
        yield Hold(plan.system, change.key.type, plan.labels.get(change.key, key), OBJECT, key, key)
        return
    for type_, space, value, first, last in places(change.key.type, change.after):
        yield Hold(plan.system, type_, value, space, first, last)
    if not change.after.get("request"):
        return  # it is in the ledger for its own sake, and no item of a request
    mark = item_mark(text(change.after, "request"), text(change.after, "item"))
    yield Hold(plan.system, change.key.type, mark, ITEM, mark, mark)


def places(type_: str, after: Record) -> Iterator[tuple[str, str, str, str, str]]:
    """Where in a ledger a new object is: type, space, what people call it, first and last mark in the space."""
    if type_ == VLAN:
        vid = f"{int(text(after, 'vid')):04d}"
        yield type_, vlan_space(after), text(after, "vid"), vid, vid
    elif type_ == PREFIX:
        network = ip_network(text(after, "network"))
        first, last = (sortable(network, number) for number in span_of(network))
        yield type_, text(after, "vrf"), str(network), first, last
    elif type_ == ADDRESS and not Key.parse(text(after, "prefix")).is_new:
        address = ip_address(text(after, "address"))
        at = sortable(ip_network(address), int(address))
        yield type_, text(after, "prefix"), str(address), at, at
