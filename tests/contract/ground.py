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
PLACES, NESTED = "places", "nested_groups"
EVERYTHING = frozenset({PLACES, NESTED})
"""What a system may be able to do beyond users and groups: keep them in places that they move between, and have
groups in groups. A dialect says what its system can; each test runs on every ground that can what it needs.
"""


@dataclass(frozen=True, slots=True)
class Dialect:
    """Names of attributes. `notes` holds a set, the others one value; `common` is in every new record of a type.

    `naming` is what a user's own name is called in the system, `can` what the system is able to do.
    """

    account: str
    group_account: str
    notes: str
    naming: str
    common: dict[str, Callable[[str], Record]] = field(default_factory=dict)
    can: frozenset[str] = EVERYTHING

    def scope(self) -> Scope:
        """All that the suite looks at."""
        return self._landscape() if PLACES in self.can else self._flat()

    def _flat(self) -> Scope:
        people = frozenset({"name", "enabled", "displayName", "title", "sn", self.account, self.notes})
        groups = frozenset({"name", "member", self.group_account})
        return {
            USER: TypeScope(people, unique=(("name",), (self.account,))),
            GROUP: TypeScope(groups, frozenset({"member"}), unique=(("name",),)),
        }

    def _landscape(self) -> Scope:
        place = frozenset({"parent", "name"})
        links = frozenset({"parent", "member"})
        people = frozenset({"enabled", "displayName", "title", "sn", self.account, self.notes})
        return {
            USER: TypeScope(place | people, frozenset({"parent"}), place, (("parent", "name"), (self.account,))),
            GROUP: TypeScope(place | {"member", self.group_account}, links, place, (("parent", "name"),)),
            OU: TypeScope(place | {"description"}, frozenset({"parent"}), place, (("parent", "name"),)),
        }


@dataclass(slots=True)
class Ground:
    """A system, a place in it where a test may do what it likes, and how to make its records.

    place       None where the system has no places
    protected   a user in the place that the system's settings protect
    gone        while inside, the given system's server is not there
    settings    with which others can connect to the same place
    """

    system: System
    place: Key | None
    dialect: Dialect
    protected: Key
    gone: Callable[[], AbstractContextManager[System]]
    settings: Mapping[str, object] = field(default_factory=dict)
    asked: list[tuple[Change, str]] = field(default_factory=list)

    @property
    def scope(self) -> Scope:
        """What the suite looks at."""
        return self.dialect.scope()

    @property
    def home(self) -> dict[str, Value]:
        """Where the records of the suite are, as their attributes say it."""
        return {} if self.place is None else {"parent": str(self.place)}

    @property
    def standing(self) -> set[Key]:
        """The objects that are there before a test begins."""
        return {self.protected} if self.place is None else {self.protected, self.place}

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
        account = name or f"グループ{secrets.token_hex(4)}"
        record: dict[str, Value] = {self.dialect.group_account: account, "member": frozenset(map(str, members))}
        return self.create(GROUP, account, None, record)

    def ou(self, name: str, *, parent: Key | None = None, **more: Value) -> Change:
        """The create of a place."""
        return self.create(OU, name, parent, more)

    def create(
        self, type_: str, name: str, parent: Key | None, record: Record, *, secrets: tuple[str, ...] = ()
    ) -> Change:
        """The create of anything."""
        place = {"parent": str(parent)} if parent else self.home
        after = {**record, **place, "name": name}
        return Change(Action.CREATE, Key(type_, f"new:{name}"), {}, after, "契約試験", secrets=secrets)

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
