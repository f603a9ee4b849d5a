"""The desired state while it is being written: observed, plus what was set. Every object that is touched says why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from chonai.change.model import Key, Record, State, Value
from chonai.operations.personnel.directory import values

_NOTHING: tuple[Value, ...] = (None, "", frozenset())


class Draft:
    """Starts as the observed state; only what is set differs.

    `records` gives the result; untouched records are the observed ones.
    """

    def __init__(self, observed: State) -> None:
        self._observed = observed
        self._set: dict[Key, dict[str, Value]] = {}
        self._new: set[Key] = set()
        self._deleted: set[Key] = set()
        self._joined: dict[Key, dict[str, str]] = defaultdict(dict)
        self._left: dict[Key, dict[str, str]] = defaultdict(dict)
        self.why: dict[Key, str] = {}

    def create(self, key: Key, record: Mapping[str, Value], why: str) -> None:
        """A new object."""
        self._new.add(key)
        self._set[key] = dict(record)
        self.why[key] = why

    def update(self, key: Key, attributes: Mapping[str, Value], why: str) -> bool:
        """Attributes of an object; what is equal already counts as nothing. Tells whether anything differs."""
        changed = self.differs(key, attributes)
        if changed:
            self._set.setdefault(key, {}).update(changed)
            self.why[key] = why
        return bool(changed)

    def differs(self, key: Key, attributes: Mapping[str, Value]) -> dict[str, Value]:
        """Those of the attributes that an object will not have so."""
        now = self.record(key)
        return {name: value for name, value in attributes.items() if not _equal(now.get(name), value)}

    def delete(self, key: Key, why: str) -> None:
        """An object that goes, together with its memberships."""
        self._deleted.add(key)
        self.why[key] = why

    def join(self, group: Key, member: Key, cause: str) -> None:
        """A membership to be; `cause` is the word by which the group's reason counts it."""
        self._joined[group][str(member)] = cause

    def leave(self, group: Key, member: Key, cause: str) -> None:
        """A membership that ends."""
        self._left[group][str(member)] = cause

    def record(self, key: Key) -> Record:
        """An object as it will be, memberships aside."""
        if key not in self._set:
            return self._observed[key]
        return self._set[key] if key in self._new else {**self._observed[key], **self._set[key]}

    def name(self, key: Key) -> str:
        """The name that an object will have."""
        return str(self.record(key).get("name") or "")

    def members(self, group: Key) -> frozenset[str]:
        """Who will be in a group."""
        now = values(self._observed[group], "member") if group not in self._new else frozenset()
        gone = {member for member in self._left.get(group, ()) if member not in self._joined.get(group, ())}
        return (now - gone) | frozenset(self._joined.get(group, ()))

    def turnover(self, group: Key) -> tuple[Counter[str], Counter[str]]:
        """How many come and go, by cause; nobody who was there already or was not there at all."""
        now = values(self._observed[group], "member") if group not in self._new else frozenset()
        after = self.members(group)
        come = Counter(cause for member, cause in self._joined.get(group, {}).items() if member not in now)
        gone = Counter(
            cause for member, cause in self._left.get(group, {}).items() if member in now and member not in after
        )
        return come, gone

    def groups(self) -> list[Key]:
        """Groups whose members were spoken of, sorted."""
        return sorted(self._joined.keys() | self._left.keys())

    def created(self, type_: str) -> list[Key]:
        """New objects of a type, sorted."""
        return sorted(key for key in self._new if key.type == type_)

    def deleted(self) -> frozenset[Key]:
        """What goes."""
        return frozenset(self._deleted)

    def state(self) -> dict[Key, Record]:
        """The desired state."""
        result: dict[Key, Record] = dict(self._observed)
        for key in self._set:
            result[key] = self.record(key)
        for group in self.groups():
            members = self.members(group)
            if members != values(result[group], "member"):
                result[group] = {**result[group], "member": members}
        for key in self._deleted:
            del result[key]
        return result


def _equal(one: Value, other: Value) -> bool:
    return one == other or (one in _NOTHING and other in _NOTHING)
