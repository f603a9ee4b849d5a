"""The lab's file server as ground for folders: each test gets a folder of its own, which is gone afterwards.

The contract suite asks for users, groups and OUs; a file server has folders with trustees. Its laws are asked of
folders in test_folders.py, with the same changes and the same judging.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from chonai.change.model import Action, Change, Key, Record, Scope, TypeScope, Value
from chonai.change.system import Result
from chonai.systems.directory import connect as connect_directory
from chonai.systems.folders import connect, wire
from chonai.systems.folders.descriptor import from_sddl
from chonai.systems.folders.inherit import marked
from chonai.systems.folders.settings import parse
from chonai.systems.folders.share import Share
from chonai.systems.folders.system import FoldersSystem
from chonai.systems.folders.tree import BASE, FOLDER, joined
from chonai.systems.folders.trustees import GRANT, TRUSTEE
from chonai.systems.folders.wire import OK, Wire
from tests.contract import directories
from tests.contract.ground import Ground, done
from tests.contract.relay import Relay

FOLDERS = "folders"
SHARE, PORT, DOMAIN = "sections", 445, "LGWAN"
RIGHTS = frozenset({"read", "write", "manage", "special"})
SCOPE: Scope = {
    FOLDER: TypeScope(
        RIGHTS | {"parent", "name", "inherits"},
        references=RIGHTS | {"parent"},
        place=frozenset({"parent", "name"}),
        unique=(("parent", "name"),),
    ),
    TRUSTEE: TypeScope(frozenset({"name"})),
    GRANT: TypeScope(frozenset({"name"})),
}
NOTHING: Record = dict.fromkeys(sorted(RIGHTS), frozenset[str]())
BASE_RIGHTS = "D:PAI(A;OICI;0x1f01ff;;;S-1-5-32-544)(A;OICI;0x1f01ff;;;S-1-5-18)(A;;0x1200a9;;;S-1-5-11)"
"""Everybody may go through the base, and sees nothing of what is in its folders."""


@dataclass(frozen=True, slots=True)
class People:
    """Groups of the domain, as folders refer to them, and in each a person who can log in.

    names       what the file server calls the groups
    directory   where they are, for who wants to make more of them
    """

    groups: tuple[str, ...]
    names: tuple[str, ...]
    persons: tuple[str, ...]
    directory: Ground


@dataclass(slots=True)
class FolderGround:
    """A folder in which a test may do what it likes.

    protected   a folder in it that the settings protect
    gone        while inside, the given system's server is not there
    """

    system: FoldersSystem
    place: Key
    protected: Key
    settings: Mapping[str, object]
    gone: Callable[[], AbstractContextManager[FoldersSystem]]
    scope: Scope = field(default_factory=lambda: SCOPE)

    def folder(self, name: str, parent: Key | None = None, **rights: Value) -> Change:
        """The create of a folder."""
        after = {**NOTHING, "inherits": True, "name": name, "parent": str(parent or self.place), **rights}
        return Change(Action.CREATE, Key(FOLDER, f"new:{name}"), {}, after, "契約試験")

    def apply(self, *changes: Change) -> Sequence[Result]:
        """Make changes and say what became of each."""
        return self.system.apply(changes, lambda change, name: "")

    def made(self, *creates: Change) -> list[Key]:
        """Make these, which has to succeed; their keys."""
        return [done(result) for result in self.apply(*creates)]

    def read(self, key: Key) -> Record:
        """The record of one folder, which has to exist."""
        return self.system.read([key], self.scope)[key]

    def path(self, *names: str) -> str:
        """The path in the share of something in the place."""
        return "\\".join((str(self.settings["base"]), *names))


def settings(lab: Path, **more: object) -> dict[str, object]:
    """Settings for the file server of the LGWAN系."""
    login = {"user": rf"{DOMAIN}\svc-chonai", "password_file": str(lab / "secrets" / "lgwan-svc-chonai")}
    return {
        "name": "lgwan_files",
        "server": address(lab),
        "share": SHARE,
        "login": login,
        "owned": [rf"{DOMAIN}\sec-*"],
        "depth": 3,
        "protected": {"names": ["adm-*"]},
        **more,
    }


def address(lab: Path) -> str:
    """Where the file server of the LGWAN系 listens."""
    return (lab / "lgwan" / "etc" / "server.env").read_text(encoding="utf-8").partition("ADDRESS=")[2].strip()


@contextmanager
def people(lab: Path) -> Iterator[People]:
    """Two groups with one person each."""
    server = replace(directories.LGWAN, host=address(lab))
    with directories.place(server, lab) as place, connect_directory(place) as system:
        ground = Ground(system, system.base_key, server.dialect, system.base_key, _never, place)
        accounts = [f"t{secrets.token_hex(4)}" for _ in range(2)]
        persons = ground.made(*(ground.user(account) for account in accounts))
        groups = [f"sec-{account}" for account in accounts]
        ground.made(*(ground.group([person], name) for person, name in zip(persons, groups, strict=True)))
        names = tuple(rf"{DOMAIN}\{name}" for name in groups)
        yield People(tuple(known(settings(lab), name) for name in names), names, tuple(accounts), ground)


def known(own: Mapping[str, object], name: str) -> str:
    """What folders refer to when they mean the trustee of this name."""
    with connect(own) as system:
        [result] = system.apply([trustee(name)], lambda change, name: "")
        return str(done(result))


def trustee(name: str, **more: Value) -> Change:
    """The create of a trustee."""
    return Change(Action.CREATE, Key(TRUSTEE, f"new:{name}"), {}, {"name": name, **more}, "契約試験")


@contextmanager
def ground(lab: Path, **more: object) -> Iterator[FolderGround]:
    """A ground in a folder of its own."""
    base = from_sddl(BASE_RIGHTS)
    base_rights = marked(base, base.aces or ())
    own = settings(lab, base=f"contract-{secrets.token_hex(4)}", **more)
    with by_hand(own) as share:
        assert share.make(str(own["base"]))[0] == OK
        assert share.write_rights([(str(own["base"]), base_rights)]) == [OK]
        status, protected = share.make(joined(str(own["base"]), "adm-保管"))
        assert status == OK
    try:
        with connect(own) as system:
            yield FolderGround(system, BASE, Key(FOLDER, protected), own, lambda: _gone(own))
    finally:
        with by_hand(own) as share:
            clear(share, str(own["base"]))


@contextmanager
def by_hand(own: Mapping[str, object], **more: object) -> Iterator[Share]:
    """Somebody else at work on the share; with a `login` of their own when given."""
    with Wire.open(parse({**own, **more})) as connection:
        yield Share(connection)


def clear(share: Share, path: str) -> None:
    """Remove a folder and what is in it, the deepest first."""
    for entry in share.listings([path])[0][1]:
        if entry.is_folder:
            clear(share, joined(path, entry.name))
        else:
            _remove_file(share, joined(path, entry.name))
    assert share.remove(path) == OK


def _remove_file(share: Share, path: str) -> None:
    disposition = wire.setting(1, 13, b"\x01")
    [replies] = share.wire.exchange([[wire.opening(path, 0x110000), disposition, wire.closing()]])
    assert all(reply.status == OK for reply in replies)


@contextmanager
def _gone(own: Mapping[str, object]) -> Iterator[FoldersSystem]:
    with Relay(str(own["server"]), PORT) as relay, connect({**own, "port": relay.port}) as other:
        relay.cut()
        yield other


@contextmanager
def _never() -> Iterator[FoldersSystem]:
    raise AssertionError("nobody asks the directory to be gone")
    yield
