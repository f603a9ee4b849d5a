"""Objects that a plan leaves as they are although the request names them: they are put into *desired* as observed,
so that the difference needs no exceptions.
"""

from __future__ import annotations

from collections.abc import Iterable

from chonai.change.model import Key, Record, Scope, State


def left_alone(observed: State, desired: State, keys: Iterable[Key], scope: Scope) -> dict[Key, Record]:
    """`desired` with the objects of `keys` as observed. One that is not there yet is not made, and nobody refers to it;
    an object that cannot be without it (its place is there) is left alone too.
    """
    result, absent, waiting = dict(desired), set[str](), list(keys)
    while waiting:
        absent |= _restore(result, observed, waiting)
        waiting = [key for key, record in result.items() if _hangs_on(record, absent, scope[key.type].references)]
    _forget(result, absent, scope)
    return result


def _restore(result: dict[Key, Record], observed: State, keys: Iterable[Key]) -> set[str]:
    """Put the objects back as they were; the texts of those keys that were not there."""
    for key in keys:
        if key in observed:
            result[key] = observed[key]
        else:
            result.pop(key, None)
    return {str(key) for key in keys if key not in observed}


def _hangs_on(record: Record, absent: set[str], references: frozenset[str]) -> bool:
    return any(isinstance(record.get(name), str) and record[name] in absent for name in references)


def _forget(result: dict[Key, Record], absent: set[str], scope: Scope) -> None:
    for key, record in result.items():
        sets = ((name, record.get(name)) for name in scope[key.type].references)
        changed = {name: value - absent for name, value in sets if isinstance(value, frozenset) and value & absent}
        if changed:
            result[key] = {**record, **changed}
