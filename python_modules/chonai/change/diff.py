"""The difference between an observed and a desired state. Pure; the order of its inputs does not matter.

Sets are compared by value: a change carries the values taken away and the values added, never the whole set.
Where the values of a set are references (memberships), leaving and joining are two changes, because they wait
for different things: nobody joins a group before they exist.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from chonai.change.model import Action, Change, Key, Record, Scope, State, TypeScope, Value, members

# One encoder for all records: json.dumps makes a new one each time. Sets are written as sorted lists.
_as_json = json.JSONEncoder(sort_keys=True, default=sorted).encode


def diff(observed: State, desired: State, scope: Scope, reasons: Mapping[Key, str]) -> list[Change]:
    """Changes that turn `observed` into `desired`, sorted by key, not yet in an order that can be applied.

    Both states hold the attributes of `scope`; a create may hold more (an undo brings a deleted object back
    whole).
    """
    changes: list[Change] = []
    for key in sorted(observed.keys() | desired.keys()):
        old, new = observed.get(key), desired.get(key)
        if old is not new:
            changes.extend(_object_changes(key, old, new, scope[key.type], reasons.get(key, "")))
    return changes


def fingerprint(record: Record, owned: TypeScope) -> str:
    """Digest of the owned scalars of a record:

    16 hexadecimal digits. Sets are left out: they are compared by value.
    """
    scalars = {name: value for name, value in record.items() if name in owned.attributes and _is_scalar(value)}
    return hashlib.sha256(_as_json(scalars).encode()).hexdigest()[:16]


def state_digest(state: State) -> str:
    """SHA-256 of a whole state, hexadecimal; equal states have equal digests."""
    digest = hashlib.sha256()
    for key in sorted(state):
        digest.update(_as_json([str(key), dict(state[key])]).encode())
    return digest.hexdigest()


def _object_changes(
    key: Key, old: Record | None, new: Record | None, owned: TypeScope, reason: str
) -> Iterator[Change]:
    if old is None:
        after = {name: value for name, value in (new or {}).items() if not _empty(value)}
        yield Change(Action.CREATE, key, {}, after, reason, secrets=owned.secrets)
    elif new is None:
        yield Change(Action.DELETE, key, _owned(old, owned), {}, reason, fingerprint(old, owned))
    else:
        yield from _updates(key, old, new, owned, reason)


def _updates(key: Key, old: Record, new: Record, owned: TypeScope, reason: str) -> Iterator[Change]:
    changed = [name for name in sorted(owned.attributes) if _differ(old.get(name), new.get(name))]
    if not changed:
        return
    guard = fingerprint(old, owned)
    links = [name for name in changed if name in owned.references and isinstance(_either(old, new, name), frozenset)]
    plain = [name for name in changed if name not in links]
    told = sorted(owned.told.union(plain)) if plain else []
    gone = {name: values for name in links if (values := _minus(old.get(name), new.get(name)))}
    come = {name: values for name in links if (values := _minus(new.get(name), old.get(name)))}
    if gone:
        yield Change(Action.UPDATE, key, gone, {}, reason, guard)
    if plain:
        action = Action.MOVE if owned.place.intersection(plain) else Action.UPDATE
        yield Change(action, key, _side(told, old, new), _side(told, new, old), reason, guard)
    if come:
        yield Change(Action.UPDATE, key, {}, come, reason, guard)


def _side(names: list[str], mine: Record, other: Record) -> dict[str, Value]:
    """One side of a change:

    scalars as they are (None where absent), of sets only the values that the other side lacks.
    """
    side: dict[str, Value] = {}
    for name in names:
        if isinstance(_either(mine, other, name), frozenset):
            if values := _minus(mine.get(name), other.get(name)):
                side[name] = values
        else:
            side[name] = mine.get(name)
    return side


def _either(one: Record, other: Record, name: str) -> Value:
    value = one.get(name)
    return other.get(name) if value is None else value


def _minus(one: Value, other: Value) -> frozenset[str]:
    return members(one) - members(other)


def _owned(record: Record, owned: TypeScope) -> dict[str, Value]:
    return {name: value for name, value in record.items() if name in owned.attributes and not _empty(value)}


def _differ(one: Value, other: Value) -> bool:
    return one != other and not (_empty(one) and _empty(other))


def _is_scalar(value: Value) -> bool:
    return value is not None and not isinstance(value, frozenset)


def _empty(value: Value) -> bool:
    return value is None or value == frozenset()
