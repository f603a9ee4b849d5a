"""What an undo would take away although others are in it by now: it stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from chonai.change.model import Key, Scope, State

Users = Mapping[Key, tuple[Key, ...]]


def used_by_others(going: Collection[Key], state: State, scope: Scope) -> Users:
    """Those of `going` that an object refers to which does not go, and by which: the place that somebody is in, the
    prefix of an address. Then what these refer to stays in turn. Who is a member of a group is not in its way.
    """
    referring: dict[Key, list[Key]] = defaultdict(list)
    for key, record in state.items():
        for name in scope[key.type].references & record.keys():
            value = record[name]
            if isinstance(value, str):
                referring[Key.parse(value)].append(key)
    staying: dict[Key, tuple[Key, ...]] = {}
    while found := _kept(going, staying, referring):
        staying |= found
    return staying


def _kept(going: Collection[Key], staying: Users, referring: Mapping[Key, list[Key]]) -> dict[Key, tuple[Key, ...]]:
    left = [key for key in going if key not in staying]
    users = {key: tuple(one for one in referring.get(key, ()) if one not in going or one in staying) for key in left}
    return {key: found for key, found in users.items() if found}
