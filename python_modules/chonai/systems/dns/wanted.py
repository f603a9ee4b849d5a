"""What a change makes of an RRset, seen as it is at this moment; and why it must not be made."""

from __future__ import annotations

from collections.abc import Mapping

from chonai.change.model import Action, Change, Value, members
from chonai.systems.dns.protection import Guard
from chonai.systems.dns.records import DATA, TTL, rivals
from chonai.systems.dns.zone import RRset
from chonai.systems.refused import NotDone
from chonai.text.messages import message


def wanted(guard: Guard, change: Change, rrsets: Mapping[str, RRset], crowd: Mapping[str, list[str]]) -> RRset | None:
    """The RRset after the change, None for none; the same as now when there is nothing left to do. `crowd` is what
    `records.crowds` says. Raises NotDone.
    """
    id_ = change.key.id
    if why := guard.objection(id_):
        raise NotDone(message("dns.refused_protected", name=id_, why=why))
    now = rrsets.get(id_)
    if change.action is Action.DELETE:
        return _deleted(change, now)
    found = _created(change, now) if change.action is Action.CREATE else _updated(change, now)
    if others := rivals(id_, rrsets, crowd):
        raise NotDone(message("dns.beside_cname", name=id_, other=others[0]))
    return found


def _deleted(change: Change, now: RRset | None) -> RRset | None:
    """A whole RRset goes, so it has to be the one that was planned to go."""
    expected = members(change.before.get(DATA))
    if now is not None and expected and now.data != expected:
        raise _moved(change, DATA, now.data, expected, frozenset())
    return None


def _created(change: Change, now: RRset | None) -> RRset:
    ttl, data = change.after.get(TTL), members(change.after.get(DATA))
    if not data or not isinstance(ttl, int):
        raise NotDone(message("dns.bad_record", name=change.key.id))
    if now is not None and not now.data <= data:
        raise NotDone(message("dns.exists", name=change.key.id, now=_told(now.data)))
    return RRset(ttl, data)


def _updated(change: Change, now: RRset | None) -> RRset:
    if now is None:
        raise NotDone(message("dns.gone", name=change.key.id))
    data = (now.data - members(change.before.get(DATA))) | members(change.after.get(DATA))
    if not data:
        raise NotDone(message("dns.nothing_left", name=change.key.id))
    return RRset(_ttl(change, now), data)


def _ttl(change: Change, now: RRset) -> int:
    """Written only over the one that the plan saw."""
    before, after = change.before.get(TTL), change.after.get(TTL)
    if not isinstance(after, int):
        return now.ttl
    if now.ttl not in (before, after):
        raise _moved(change, TTL, now.ttl, before, after)
    return after


def _moved(change: Change, attribute: str, now: Value, before: Value, after: Value) -> NotDone:
    fields = {"now": _told(now), "before": _told(before), "after": _told(after)}
    return NotDone(message("dns.moved_meanwhile", name=change.key.id, attribute=attribute, **fields))


def _told(value: Value) -> str:
    text = ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
    return text or "-"
