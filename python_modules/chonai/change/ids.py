"""Who was ever given which ID: account, mail address, staff number. Kept for good, so that none is given to anybody
else afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from chonai.change.model import Action, Change, Record, TypeScope, Value
from chonai.text.folding import search_key


@dataclass(frozen=True, slots=True)
class GivenId:
    """One ID, and whose it is.

    attribute   where it stands in the `system`
    value       the ID, as it was given
    owner       whose it is: what the scope's `owner` attribute says, such as a staff key
    person      what people call the owner, folded by `chonai.text.folding.search_key`
    since       the day on which it was learned; the owner may have had it before
    change_set  by which it was given or taken away; blank where the city told it
    formerly    the owner's key until then, where that has changed; else blank
    """

    system: str
    attribute: str
    value: str
    owner: str
    person: str
    since: date
    change_set: str = ""
    formerly: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where, when and by which change set IDs are given or taken away."""

    system: str
    change_set: str
    day: date

    def learned(self, change: Change, record: Record | None, owned: TypeScope) -> Iterator[GivenId]:
        """What the ID ledger learns from a change that was made. `record` is the object as it is now.

        Nothing of objects that nobody owns, and of changes that touch neither an ID nor whose it is.
        """
        kept = identifying(owned)
        if not owned.owner or not _concerns(change, kept | {owned.owner, *owned.label[:1]}):
            return
        last = change.before if change.action is Action.DELETE else record or {}
        owner, before = last.get(owned.owner), change.before.get(owned.owner)
        if not isinstance(owner, str):
            return
        person = search_key(next((str(last[name]) for name in owned.label if last.get(name)), ""))
        formerly = before if isinstance(before, str) and before != owner else ""
        for attribute in sorted(kept):
            for value in sorted({*_texts(last.get(attribute)), *_texts(change.before.get(attribute))} - {formerly}):
                yield GivenId(self.system, attribute, value, owner, person, self.day, self.change_set, formerly)


def identifying(owned: TypeScope) -> frozenset[str]:
    """Attributes that tell an object from all others of the system by themselves."""
    alone = {group[0] for group in owned.unique if len(group) == 1}
    return (owned.names | alone) - owned.references


def _concerns(change: Change, attributes: frozenset[str]) -> bool:
    is_whole = change.action in (Action.CREATE, Action.DELETE)
    return is_whole or any(name in change.before or name in change.after for name in attributes)


def _texts(value: Value) -> Iterable[str]:
    if isinstance(value, frozenset):
        return value
    return (value,) if isinstance(value, str) else ()
