"""The values of the change engine: state, change, plan, change set. All frozen, all plain data.

A *state* maps keys to records. A *record* maps attribute names to values: a scalar, or a frozenset of strings
for what has many values (memberships). A value may be a *reference*, the text of another object's key
(`group:5f…`): objects refer to each other by key and never by name, so that a rename changes one object and
not all that point at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from chonai.text.messages import Message

Scalar: TypeAlias = str | int | bool | None
Value: TypeAlias = Scalar | frozenset[str]
Record: TypeAlias = Mapping[str, Value]


def members(value: Value) -> frozenset[str]:
    """The values of a set; none of what is no set."""
    return value if isinstance(value, frozenset) else frozenset()


def by_value(before: Value, after: Value) -> bool:
    """Whether an attribute is changed by value, as sets are, and not replaced."""
    return isinstance(before, frozenset) or isinstance(after, frozenset)


def targets(record: Record, references: frozenset[str]) -> Iterator[str]:
    """The keys, as text, that the record refers to."""
    for name in references & record.keys():
        value = record[name]
        if isinstance(value, frozenset):
            yield from value
        elif isinstance(value, str):
            yield value


NEW = "new:"


class Key(NamedTuple):
    """Names one object of one system for good: its `type` (user, group, ou, …) and the stable id it was given.

    What does not exist yet has a provisional id, `new:` and the request's own name for it (a staff number).
    """

    type: str
    id: str

    @property
    def is_new(self) -> bool:
        """True while the system has not given the object its id."""
        return self.id.startswith(NEW)

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Key:
        """The key whose text is `type:id`."""
        type_, _, id_ = text.partition(":")
        return cls(type_, id_)


State: TypeAlias = Mapping[Key, Record]


class Action(StrEnum):
    """What is done to one object. A move changes its place; it may change attributes at the same time."""

    CREATE = "create"
    UPDATE = "update"
    MOVE = "move"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class TypeScope:
    """What the operation owns of one type of object; anything else is never compared and never written.

    attributes  the compared attributes, sets included
    references  those whose values are keys of other objects
    place       those that say where the object is; a change of one is a move
    unique      groups of attributes that two objects of the system may not share at one moment (a DN, an account)
    secrets     names of what is made at the apply for each new object of this type (an initial password)
    label       attributes that tell a person which object it is: what it is called, then how it is told from others
    names       attributes whose values no other object of the system may have in any of its own `names`, whatever its
                type: a main address and further ones, scalars and sets alike. One that is not among `attributes`
                holds nothing: it names what has to be gone before
    owner       attribute that says whose an object is, for good. What tells such an object from others is kept in the
                ID ledger (`chonai.change.ids`) and is never somebody else's afterwards
    told        attributes that stand in every update of an object, changed or not: they say what it is and whose, to
                who knows no more of it than the change
    """

    attributes: frozenset[str]
    references: frozenset[str] = frozenset()
    place: frozenset[str] = frozenset()
    unique: tuple[tuple[str, ...], ...] = ()
    secrets: tuple[str, ...] = ()
    label: tuple[str, ...] = ("name",)
    names: frozenset[str] = frozenset()
    owner: str = ""
    told: frozenset[str] = frozenset()


Scope: TypeAlias = Mapping[str, TypeScope]


@dataclass(frozen=True, slots=True)
class Change:
    """One object's change.

    `before` and `after` hold only what changes: for a scalar the old and the new value; for a set the values
    taken away and the values added. A create has all of the new record in `after`, a delete all that was
    observed in `before`. `guard` is the digest of the object's owned scalars as observed: the apply refuses
    when it differs. `secrets` names what is made at apply. `needs` holds the positions in the plan of the
    changes that must be done first.
    """

    action: Action
    key: Key
    before: Record
    after: Record
    reason: str
    guard: str = ""
    secrets: tuple[str, ...] = ()
    needs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Brake:
    """A safety threshold that this plan passes.

    One that is not releasable stops the plan whatever an approval says.
    """

    name: str
    message: Message
    releasable: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done to one system: ordered changes, and what they were computed from.

    `labels` says what people call the objects that are changed or referred to: a reviewer reads names, not ids.
    """

    system: str
    operation: str
    scope: Scope
    changes: tuple[Change, ...]
    observed: str
    brakes: tuple[Brake, ...] = ()
    warnings: tuple[Message, ...] = ()
    problems: tuple[Message, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[Key, str] = field(default_factory=dict)


class ApprovalKind(StrEnum):
    """Who has to agree before a change set is applied."""

    NONE = "none"
    SECOND_PERSON = "second_person"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """The city's rule for one operation.

    `watcher`: a second person must be named at the apply (spec 3.7(3)).
    """

    kind: ApprovalKind = ApprovalKind.SECOND_PERSON
    watcher: bool = False


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The plans of all systems for one request, sealed and approved together.

    One with `announced_at` is confidential until then: see `chonai.change.cover`. Its `salt` makes it impossible to
    find out by guessing what a digest that everybody may see is the digest of.
    """

    id: str
    operation: str
    author: str
    created_at: datetime
    rule: ApprovalRule
    plans: tuple[Plan, ...]
    not_before: datetime | None = None
    start_by: datetime | None = None
    undo_of: str | None = None
    announced_at: datetime | None = None
    salt: str = ""
