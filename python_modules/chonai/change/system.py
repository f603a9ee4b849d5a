"""What the engine asks of a system.

One folder in `systems/` for each kind implements it; one contract suite runs against all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from chonai.change.model import Change, Key, Record, Scope, State
from chonai.text.messages import Message


@dataclass(frozen=True, slots=True)
class Observation:
    """A system as it is now:

    all objects inside the scope, and those of them that nobody's plan may touch, each with the reason.
    """

    state: State
    protected: Mapping[Key, Message] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one change.

    `key` is the object's key now (a create learns its real id); `error` is None when it was done.
    """

    key: Key
    error: Message | None = None


SecretMaker = Callable[[Change, str], str]
"""Gives the secret named by the second argument for a change.

The engine has put it away, encrypted, before it is sent anywhere.
"""


class System(Protocol):
    """One real system, connected.

    Raises `SystemUnreachable` when it is gone; then the engine stops and can be resumed.
    """

    name: str

    @property
    def warnings(self) -> tuple[Message, ...]:
        """Settings that weaken a safeguard (TLS not verified); they are part of every plan made through them."""

    @property
    def whole_batches(self) -> bool:
        """Whether a call of `apply` costs the same however many changes it has, such as a file that a person imports.

        Then all changes that may go together come in one call, instead of about a second's worth.
        """

    def observe(self, scope: Scope) -> Observation:
        """All objects inside the scope with the scope's attributes."""

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of `keys` that exist now, with the scope's attributes.

        Batched; never one request an object.
        """

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """For provisional keys whose object exists already (an apply was killed after its create):

        the real key.
        """

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those of `keys` that nobody's plan may touch now, each with the reason. Asked right before an apply: an
        object may have become an administrator's since the plan.
        """

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """All that a later undo can write back of objects about to be deleted:

        every writable attribute, secrets left out.
        """

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make changes that do not depend on each other, in one pipelined pass; one result for each, in order.

        An object may already hold part of its change (the apply was killed in its middle): then only the rest
        is written. References in `after` name objects that exist. A create whose key is not provisional
        brings a deleted object back.
        """


@runtime_checkable
class Crowded(Protocol):
    """A system in which something else can stand in the way of an object that has its key before it is there."""

    def in_the_way(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those of `keys`, all that a plan changes, that are not there and cannot be made now, each with the reason.
        Asked right before an apply.
        """


@runtime_checkable
class Selective(Protocol):
    """A system that can say beforehand what it cannot hold: characters, lengths, names, what stands in the way."""

    def unwritable(self, changes: Sequence[Change]) -> Mapping[Key, Message]:
        """The objects that this system cannot hold as they are wanted, and why: those of the changes, and others that
        have to be written again with them. Writes nothing.
        """
