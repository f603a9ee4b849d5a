"""One change set with all that a reader wants to know about it, gathered once and rendered in several forms."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chonai.change.ledger import Ledger, Status
from chonai.change.model import Action, Brake, Change, ChangeSet, Key, Plan
from chonai.reports.names import NameBook
from chonai.text.messages import Message

SEPARATORS = str.maketrans(dict.fromkeys(" \u3000：:,、，/(（", "\n"))


@dataclass(frozen=True, slots=True)
class Agreement:
    """An approval as it stands now; `problem` says why it does not count."""

    principal: str
    at: datetime
    releases: frozenset[str]
    problem: Message | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What can be said about a change set at one moment.

    state     how far it has come, in the store's word
    broken    why its seal does not hold, sentence by sentence; empty when it does
    names     what objects are called, by system
    ledgers   which changes are made, by system
    undos     ids of the change sets that take this one back
    kept      of how many objects the store has initial passwords, `unshown` of how many that nobody has read
    readers   of one of which only the cover is shown: who can read the rest; None for all others
    """

    change_set: ChangeSet
    digest: str
    state: str
    broken: tuple[Message, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    names: NameBook = field(default_factory=dict)
    ledgers: Mapping[str, Ledger] = field(default_factory=dict)
    undos: tuple[str, ...] = ()
    is_announced: bool = True
    readers: tuple[str, ...] | None = None
    kept: int = 0
    unshown: int = 0

    @property
    def is_withheld(self) -> bool:
        """Only the cover is shown."""
        return self.readers is not None

    @property
    def released(self) -> frozenset[str]:
        """Names of the brakes that approvals which count release."""
        return frozenset(name for one in self.agreements if one.problem is None for name in one.releases)

    @property
    def is_approved(self) -> bool:
        """An approval that counts is there."""
        return any(one.problem is None for one in self.agreements)

    @property
    def standing(self) -> tuple[tuple[str, Brake], ...]:
        """Brakes, each with its system, that still stop the apply."""
        brakes = ((plan.system, brake) for plan in self.change_set.plans for brake in plan.brakes)
        released = self.released
        return tuple(one for one in brakes if not (one[1].releasable and one[1].name in released))

    def label(self, system: str, key: Key) -> str:
        """What an object is called."""
        names = self.names.get(system)
        return names.label(key) if names else str(key)

    def made(self, system: str) -> Counter[Status]:
        """Number of changes of a system by what the journal says of them."""
        ledger = self.ledgers.get(system)
        return Counter(ledger.status if ledger else ())


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning, and the systems in whose plans it stands."""

    said: Message
    systems: tuple[str, ...]


def warnings(change_set: ChangeSet) -> list[Warned]:
    """Every warning once, however many plans repeat it."""
    found: dict[str, tuple[Message, list[str]]] = {}
    for plan in change_set.plans:
        for item in plan.warnings:
            same = json.dumps(item.as_json(), sort_keys=True, default=str)
            found.setdefault(same, (item, []))[1].append(plan.system)
    return [Warned(item, tuple(dict.fromkeys(systems))) for item, systems in found.values()]


def objects_by_type(plan: Plan) -> dict[str, Counter[Action]]:
    """Number of objects by type and action. An object counts once, as the most that happens to it."""
    order = (Action.UPDATE, Action.MOVE, Action.CREATE, Action.DELETE)
    most: dict[Key, Action] = {}
    for change in plan.changes:
        most[change.key] = max(most.get(change.key, Action.UPDATE), change.action, key=order.index)
    found: dict[str, Counter[Action]] = {type_: Counter() for type_ in sorted({key.type for key in most})}
    for key, action in most.items():
        found[key.type][action] += 1
    return found


def reasons(changes: Iterable[Change], type_: str) -> Counter[str]:
    """Number of objects of a type by the word that their reason begins with: 異動, 採用, 退職."""
    first: dict[Key, str] = {}
    for change in changes:
        if change.key.type == type_:
            first.setdefault(change.key, heading(change.reason))
    return Counter(word for word in first.values() if word)


def heading(reason: str) -> str:
    """The word that a reason begins with."""
    return reason.strip().translate(SEPARATORS).split("\n", 1)[0][:20]
