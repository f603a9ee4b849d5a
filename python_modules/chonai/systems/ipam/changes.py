"""What is asked of a change before a ledger makes it, whatever keeps the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chonai.change.model import Action, Change, Key, Record, Scope
from chonai.systems.ipam import waiting
from chonai.systems.ipam.fields import FIELDS, TYPES, UNIQUE
from chonai.systems.ipam.protection import protection
from chonai.systems.ipam.shield import Shield
from chonai.systems.refused import NotDone
from chonai.text.messages import Message, message

Records = Mapping[Key, Record]


def shown(change: Change, found: Records) -> str:
    """What people call the object that a change is about. `found`: the objects that are changed, as they are."""
    record = {**change.after, **found.get(change.key, {})}
    names = UNIQUE.get(change.key.type, ())
    words = [str(record[name]) for name in names if record.get(name) and ":" not in str(record[name])]
    words += [str(record[name]) for name in ("network", "address") if ":" in str(record.get(name))]
    return f"{' '.join(words)} ({change.key})" if words else str(change.key)


def must_be_ours(system: str, shield: Shield, change: Change, found: Records) -> None:
    """Return if a ledger has what the change is about, and nothing protects it. Raises NotDone."""
    type_ = change.key.type
    if type_ not in FIELDS:
        raise NotDone(message("ipam.unknown_type", system=system, type=type_, known=", ".join(TYPES)))
    for name in sorted((change.before.keys() | change.after.keys()) - FIELDS[type_].keys()):
        raise NotDone(message("ipam.unknown_attribute", system=system, type=type_, attribute=name))
    for side in (found.get(change.key, {}), change.after):
        if why := protection(shield, side):
            raise NotDone(message("ipam.refused_protected", name=shown(change, found), why=why))


def refuse_others(change: Change, found: Records, today: date) -> None:
    """Return if an object that is there may become what the change makes of it on that day. Raises NotDone."""
    record = found[change.key]
    if change.action is Action.CREATE and waiting.is_passed(record, change.after):
        raise NotDone(message("ipam.others_create", name=shown(change, found), **waiting.told(record)))
    if why := waiting.objection(record, change.after, today):
        raise NotDone(message(why, name=shown(change, found), today=today.isoformat(), **waiting.told(record)))


def differing(change: Change, found: Records) -> list[str]:
    """Attributes of an object that is there which are not as the change wants them. Raises NotDone where somebody else
    was at work.
    """
    record, is_create = found[change.key], change.action is Action.CREATE
    named = change.after.keys() if is_create else change.before.keys() | change.after.keys()
    names = [name for name in sorted(named) if record[name] != change.after.get(name)]
    for name in names:
        now, old = record[name], change.before.get(name)
        if not is_create and now != old:
            fields = {"attribute": name, "now": str(now), "before": str(old), "after": str(change.after.get(name))}
            raise NotDone(message("ipam.moved_meanwhile", name=shown(change, found), **fields))
    return names


def unknown(system: str, scope: Scope) -> list[Message]:
    """Every type and attribute of a scope that a ledger does not have."""
    known = ", ".join(FIELDS)
    problems = [
        message("ipam.unknown_type", system=system, type=type_, known=known) for type_ in scope if type_ not in FIELDS
    ]
    return problems + [
        message("ipam.unknown_attribute", system=system, type=type_, attribute=attribute)
        for type_, owned in scope.items()
        if type_ in FIELDS
        for attribute in sorted(owned.attributes - FIELDS[type_].keys())
    ]
