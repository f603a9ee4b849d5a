"""What the contract suite needs to know about a system: where it may play, and what its records look like."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from chonai.change.model import Action, Change, Key, Record, Scope, TypeScope, Value
from chonai.change.system import Result, System
from chonai.text.messages import Message

USER, GROUP, OU = "user", "group", "ou"


@dataclass(frozen=True, slots=True)
class Dialect:
    """Names of attributes. `notes` holds a set, the others one value; `common` is in every new record of a type.

    `naming` is what a user's own name is called in the system. What a system cannot do is said here, and the suite
    keeps to it: without `places` nothing is in a place and nothing moves between them; without `same_keys` what was
    deleted comes back under a new key; `renamed` is a name that a user may get, `group_name` what the names of groups
    begin with. Where a name is the key itself, or groups hold people only, conftest.py says so by the ground's name.
    """

    account: str
    group_account: str
    notes: str
    naming: str
    common: dict[str, Callable[[str], Record]] = field(default_factory=dict)
    places: bool = True
    renamed: str = "改姓, 花子"
    group_name: str = "グループ"
    same_keys: bool = True

    def scope(self) -> Scope:
        """All that the suite looks at."""
        place = frozenset({"parent", "name"}) if self.places else frozenset({"name"})
        links = (place - {"name"}) | {"member"}
        unique = (tuple(sorted(place, reverse=True)),)
        people = frozenset({"enabled", "displayName", "title", "sn", self.account, self.notes})
        flat = {
            USER: TypeScope(place | people, place - {"name"}, place, (*unique, (self.account,))),
            GROUP: TypeScope(place | {"member", self.group_account}, links, place, unique),
        }
        ou = TypeScope(place | {"description"}, place - {"name"}, place, unique)
        return {**flat, OU: ou} if self.places else flat


@dataclass(slots=True)
class Ground:
    """A system, a place in it where a test may do what it likes, and how to make its records.

    protected   a user in the place that the system's settings protect
    gone        while inside, the given system's server is not there
    settings    with which others can connect to the same place
    work        what people do meanwhile who have a part in every apply: import files
    """

    system: System
    place: Key | None
    dialect: Dialect
    protected: Key
    gone: Callable[[], AbstractContextManager[System]]
    settings: Mapping[str, object] = field(default_factory=dict)
    asked: list[tuple[Change, str]] = field(default_factory=list)
    work: Callable[[], object] = lambda: None

    @property
    def parent(self) -> str | None:
        """What a record says of the place; nothing in a system without places."""
        return str(self.place) if self.dialect.places else None

    @property
    def standing(self) -> frozenset[Key]:
        """What is there before a test begins."""
        return frozenset({self.protected, self.place} if self.dialect.places else {self.protected})

    @property
    def scope(self) -> Scope:
        """What the suite looks at."""
        return self.dialect.scope()

    def user(self, name: str | None = None, *, parent: Key | None = None, **more: Value) -> Change:
        """The create of a user."""
        account = name or f"t{secrets.token_hex(4)}"
        record = {
            self.dialect.account: account,
            "sn": "汐見",
            "displayName": "汐見　花子",
            "title": "主事",
            "enabled": True,
        }
        common = self.dialect.common.get(USER, lambda _: {})(account)
        return self.create(USER, account, parent, {**record, **common, **more}, secrets=("initial_password",))

    def group(self, members: Iterable[Key], name: str | None = None) -> Change:
        """The create of a group."""
        account = name or f"{self.dialect.group_name}{secrets.token_hex(4)}"
        record: dict[str, Value] = {self.dialect.group_account: account, "member": frozenset(map(str, members))}
        return self.create(GROUP, account, None, record)

    def ou(self, name: str, *, parent: Key | None = None, **more: Value) -> Change:
        """The create of a place."""
        return self.create(OU, name, parent, more)

    def create(
        self, type_: str, name: str, parent: Key | None, record: Record, *, secrets: tuple[str, ...] = ()
    ) -> Change:
        """The create of anything."""
        place = {"parent": str(parent or self.place), "name": name} if self.dialect.places else {"name": name}
        return Change(Action.CREATE, Key(type_, f"new:{name}"), {}, {**record, **place}, "契約試験", secrets=secrets)

    def apply(self, *changes: Change) -> Sequence[Result]:
        """Make changes and say what became of each."""
        return self.system.apply(changes, self.secret)

    def secret(self, change: Change, name: str) -> str:
        """The password for everybody; remembers who asked."""
        self.asked.append((change, name))
        return "Shoki-2026-Pass!"

    def made(self, *creates: Change) -> list[Key]:
        """Make these, which has to succeed; their keys."""
        return [done(result) for result in self.apply(*creates)]

    def read(self, key: Key) -> Record:
        """The record of one object, which has to exist."""
        return self.system.read([key], self.scope)[key]


def update(key: Key, before: Record, after: Record, action: Action = Action.UPDATE) -> Change:
    """A change of an object's attributes."""
    return Change(action, key, before, after, "契約試験")


def delete(key: Key) -> Change:
    """The delete of an object."""
    return Change(Action.DELETE, key, {}, {}, "契約試験")


def done(result: Result) -> Key:
    """The key of a change that has to have succeeded."""
    assert result.error is None, str(result.error)
    return result.key


def refused(result: Result) -> Message:
    """The error of a change that has to have failed."""
    assert result.error is not None
    return result.error
