"""What a plan says will become of a system, and what became of it, in one form: of each object and attribute the values
that went and those that came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.honesty.seen import Seen, Values, text

NEW = ":new:"
NOTHING: Values = frozenset()


@dataclass(slots=True)
class Fate:
    """What becomes of one object: whether it comes or goes, and its attributes."""

    comes: bool = False
    goes: bool = False
    went: dict[str, Values] = field(default_factory=dict)
    came: dict[str, Values] = field(default_factory=dict)

    def then(self, went: Mapping[str, Values], came: Mapping[str, Values]) -> None:
        """A further step: what it brings may take away what came before."""
        for name in went.keys() | came.keys():
            gone, new = (
                went.get(name, NOTHING) - came.get(name, NOTHING),
                came.get(name, NOTHING) - went.get(name, NOTHING),
            )
            before, after = self.went.get(name, NOTHING), self.came.get(name, NOTHING)
            self.went[name], self.came[name] = (before - new) | (gone - after), (after - gone) | (new - before)

    def named(self, keys: Mapping[str, str]) -> Fate:
        """The same with the keys that objects were given."""
        went, came = ({name: _named(values, keys) for name, values in side.items()} for side in (self.went, self.came))
        return Fate(self.comes, self.goes, went, came)


Delta = dict[str, Fate]


def _named(values: Values, keys: Mapping[str, str]) -> Values:
    return frozenset(keys.get(value, value) for value in values)


def actual(before: Seen, after: Seen) -> Delta:
    """What differs between two looks."""
    found: Delta = {}
    for key in before.keys() | after.keys():
        fate = Fate(comes=key not in before, goes=key not in after)
        fate.then(before.get(key, {}), after.get(key, {}))
        if fate.comes or fate.goes or _moves(fate):
            found[key] = fate
    return found


def predicted(plan: Mapping[str, Any]) -> Delta:
    """What a plan says, as `chonai show --format json` tells it."""
    found: Delta = {}
    for change in plan["changes"]:
        fate = found.setdefault(f"{change['key']['type']}:{change['key']['id']}", Fate())
        fate.comes |= change["action"] == "create"
        fate.goes |= change["action"] == "delete"
        went, came = ({name: text(value) for name, value in change[side].items()} for side in ("before", "after"))
        fate.then(went, came)
    return found


def disagreements(said: Delta, was: Delta) -> list[str]:
    """Where a prediction and what became of it differ, a line each. What a server gives a new object by itself is not
    predicted, nor that nothing refers to an object any more that is gone.
    """
    keys = dict(_given(said, was))
    told = {keys.get(key, key): fate.named(keys) for key, fate in said.items()}
    gone = frozenset(key for key, fate in was.items() if fate.goes)
    return [line for key in sorted(told.keys() | was.keys()) for line in _lines(key, told.get(key), was.get(key), gone)]


def _given(said: Delta, was: Delta) -> Iterator[tuple[str, str]]:
    """The keys that objects got which had none: each is the one that has all that was said of it."""
    for key, fate in said.items():
        if NEW in key:
            kind = key.partition(":")[0]
            known = {name: values for name, values in fate.came.items() if not any(NEW in value for value in values)}
            found = [
                other
                for other, one in was.items()
                if one.comes and other.partition(":")[0] == kind and known.items() <= one.came.items()
            ]
            if len(found) == 1:
                yield key, found[0]


def _lines(key: str, said: Fate | None, was: Fate | None, gone: Values) -> Iterator[str]:
    said, was = said or Fate(), was or Fate()
    if (said.comes, said.goes) != (was.comes, was.goes):
        yield f"{key}: said comes={said.comes} goes={said.goes}, was comes={was.comes} goes={was.goes}"
        return
    if said.goes:
        return
    for name in sorted(said.went.keys() | said.came.keys() | was.went.keys() | was.came.keys()):
        if was.comes and name not in said.came:
            continue
        one, other = ((side.went.get(name, NOTHING) - gone, side.came.get(name, NOTHING)) for side in (said, was))
        if one != other:
            yield f"{key} {name}: said -{sorted(one[0])} +{sorted(one[1])}, was -{sorted(other[0])} +{sorted(other[1])}"


def _moves(fate: Fate) -> bool:
    return any(fate.went.values()) or any(fate.came.values())
