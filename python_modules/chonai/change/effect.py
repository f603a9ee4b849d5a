"""What a change does to a record, and what a record says about a change:

one definition for plan, resume, read back and undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum

from chonai.change.model import Action, Change, Key, Record, Scope, State, Value, by_value, members


class Standing(StrEnum):
    """Where an object stands with respect to a change."""

    NOT_DONE = "not_done"
    PARTLY = "partly"
    DONE = "done"
    CONFLICT = "conflict"


def applied(record: Record | None, change: Change) -> Record | None:
    """The record after the change; None is an object that does not exist."""
    if change.action is Action.DELETE:
        return None
    if change.action is Action.CREATE:
        return dict(change.after)
    return _overlay(record or {}, change.before, change.after)


def after_all(state: State, changes: Iterable[Change]) -> dict[Key, Record]:
    """A state after changes, one after the other."""
    after = dict(state)
    for change in changes:
        record = applied(after.get(change.key), change)
        if record is None:
            after.pop(change.key, None)
        else:
            after[change.key] = record
    return after


def reverted(record: Record | None, change: Change) -> Record | None:
    """The record as it was before the change. A deleted object comes back as the change's `before`."""
    if change.action is Action.CREATE:
        return None
    if change.action is Action.DELETE:
        return dict(change.before)
    return _overlay(record or {}, change.after, change.before)


def standing(record: Record | None, change: Change) -> Standing:
    """Compare what is there now with both sides of the change, attribute by attribute."""
    if change.action is Action.DELETE:
        return Standing.DONE if record is None else Standing.NOT_DONE
    if record is None:
        return Standing.NOT_DONE if change.action is Action.CREATE else Standing.CONFLICT
    if change.action is Action.CREATE:
        return Standing.DONE if not differing(record, change) else Standing.PARTLY
    return _update_standing(record, change)


def differing(record: Record, change: Change) -> list[str]:
    """Names of the attributes that are not yet as the change wants them, sorted."""
    before, after = change.before, change.after
    names = sorted(before.keys() | after.keys())
    return [name for name in names if not _is_done(record.get(name), before.get(name), after.get(name))]


def part_made(record: Record | None, change: Change) -> Change | None:
    """The part of a change that stands in a record although the whole of it was refused; None when nothing does."""
    if change.action is Action.DELETE:
        return change if record is None and change.before else None
    if record is None:
        return None
    if change.action is Action.CREATE:
        return replace(change, after={name: value for name, value in change.after.items() if record.get(name) == value})
    before: dict[str, Value] = {}
    after: dict[str, Value] = {}
    for name in change.before.keys() | change.after.keys():
        old, new, now = change.before.get(name), change.after.get(name), record.get(name)
        if by_value(old, new):
            before |= {name: gone} if (gone := members(old) - members(now)) else {}
            after |= {name: come} if (come := members(new) & members(now)) else {}
        elif now == new != old:
            before[name], after[name] = old, new
    return replace(change, before=before, after=after) if before or after else None


def bound(change: Change, keys: Mapping[Key, Key]) -> Change:
    """The change with keys replaced by those that `keys` knows by now: provisional ones, and those of objects that came
    back under another one.
    """
    if not keys:
        return change
    before, after = _renamed(change.before, keys), _renamed(change.after, keys)
    return replace(change, key=keys.get(change.key, change.key), before=before, after=after)


def owned_part(change: Change, scope: Scope) -> Change:
    """The change without what lies outside the scope.

    A deleted object comes back with all its attributes, but only owned ones are read.
    """
    owned = scope[change.key.type].attributes
    if owned.issuperset(change.before.keys() | change.after.keys()):
        return change
    before, after = ({k: v for k, v in side.items() if k in owned} for side in (change.before, change.after))
    return replace(change, before=before, after=after)


def _overlay(record: Record, gone: Record, come: Record) -> dict[str, Value]:
    result = dict(record)
    for name in gone.keys() | come.keys():
        old, new, now = gone.get(name), come.get(name), result.get(name)
        if by_value(old, new):
            result[name] = (members(now) - members(old)) | members(new)
        else:
            result[name] = new
    return result


def _update_standing(record: Record, change: Change) -> Standing:
    open_names = differing(record, change)
    if not open_names:
        return Standing.DONE
    for name in open_names:
        before, after = change.before.get(name), change.after.get(name)
        is_set = by_value(before, after)
        if not is_set and record.get(name) != before:
            return Standing.CONFLICT
    everything = change.before.keys() | change.after.keys()
    return Standing.NOT_DONE if len(open_names) == len(everything) else Standing.PARTLY


def _is_done(now: Value, before: Value, after: Value) -> bool:
    if by_value(before, after):
        return not (members(now) & (members(before) - members(after))) and members(after) <= members(now)
    return now == after


def _renamed(record: Record, keys: Mapping[Key, Key]) -> dict[str, Value]:
    return {name: _renamed_value(value, keys) for name, value in record.items()}


def _renamed_value(value: Value, keys: Mapping[Key, Key]) -> Value:
    if isinstance(value, frozenset):
        return frozenset(_real(item, keys) for item in value)
    return _real(value, keys) if isinstance(value, str) else value


def _real(text: str, keys: Mapping[Key, Key]) -> str:
    return str(keys.get(Key.parse(text), text)) if ":" in text else text
