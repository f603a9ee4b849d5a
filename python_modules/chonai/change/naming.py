"""Names as claims: what an object is called, as far as no other object may be called so at the same moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from chonai.change.model import Key, Record, Scope, State, TypeScope, Value

Claim: TypeAlias = tuple[str, tuple[str, ...], tuple[Value, ...]]
"""Type, attributes and values of a `unique` group; of one of the `names`, which belong to no type, the value alone."""

ANY_TYPE = ""
_NO_RECORD: Record = {}


@dataclass(frozen=True, slots=True)
class Naming:
    """How objects of one type are named.

    groups   the groups of attributes that two of them may not share
    pool     attributes whose values nothing of any type may share
    awaited  attributes that name what has to be gone before, and is not held
    all      every attribute that is part of a name
    """

    type: str
    groups: tuple[tuple[str, ...], ...]
    pool: frozenset[str]
    awaited: frozenset[str]
    all: frozenset[str]

    @classmethod
    def of(cls, type_: str, owned: TypeScope) -> Naming:
        """As the scope says. A group that is all in the pool is told by the pool already."""
        groups = tuple(group for group in owned.unique if not owned.names.issuperset(group))
        pool = owned.names & owned.attributes
        return cls(type_, groups, pool, owned.names - owned.attributes, pool.union(*groups))

    def moved(
        self, touched: Collection[str], old: Record | None, new: Record | None
    ) -> tuple[frozenset[Claim], frozenset[Claim]]:
        """Names that an object gives up, and names that it takes, where these attributes are touched."""
        before, after = old or _NO_RECORD, new or _NO_RECORD
        changed = {name for name in self.all.intersection(touched) if before.get(name) != after.get(name)}
        if not changed:
            return frozenset(), frozenset()
        gone, come = frozenset(self.held(before, changed)), frozenset(self.held(after, changed))
        return gone - come, come - gone

    def wants_gone(self, record: Record) -> frozenset[Claim]:
        """Names that a record wants gone, and does not hold itself."""
        return frozenset(_name(value) for name in self.awaited for value in _each(record.get(name)))

    def held(self, record: Record, about: Collection[str]) -> Iterator[Claim]:
        """Names that an object with this record has, as far as any of the attributes `about` is part of them."""
        for group in self.groups:
            if any(name in about for name in group):
                values = tuple([folded(record.get(name)) for name in group])
                if None not in values:
                    yield self.type, group, values
        if not self.pool.isdisjoint(about):
            for name in self.pool:
                for value in _each(record.get(name)):
                    yield _name(value)


class Holders:
    """Who has a name now. Each name is looked for once, however often it is asked for."""

    def __init__(self, observed: State, scope: Scope, namings: Mapping[str, Naming]) -> None:
        self._observed, self._scope, self._namings = observed, scope, namings
        self._asked: set[Claim] = set()
        self._found: dict[Claim, Key] = {}

    def of(self, wanted: Iterable[Claim]) -> Mapping[Claim, Key]:
        """The holders of these names, where they have any, and of all that were asked for before."""
        if fresh := set(wanted) - self._asked:
            self._asked |= fresh
            self._found.update(self._look(fresh))
        return self._found

    def _look(self, wanted: Collection[Claim]) -> Iterator[tuple[Claim, Key]]:
        """Only objects of a type that a name is wanted of are looked at."""
        about: dict[str, set[str]] = {}
        for type_, group, _ in wanted:
            for each in self._scope if type_ == ANY_TYPE else (type_,):
                about.setdefault(each, set()).update(self._namings[each].pool if type_ == ANY_TYPE else group)
        for key, record in self._observed.items():
            if asked := about.get(key.type):
                for claim in self._namings[key.type].held(record, asked):
                    if claim in wanted:
                        yield claim, key


def folded(value: Value) -> Value:
    """Names are compared without case, as directories do."""
    return value.casefold() if isinstance(value, str) else value


def _name(value: Value) -> Claim:
    """The claim on one name of the pool."""
    return (ANY_TYPE, (), (folded(value),))


def _each(value: Value) -> Iterable[Value]:
    """The values of a set, or a scalar as one; nothing where it is absent."""
    if isinstance(value, frozenset):
        return value
    return () if value is None else (value,)
