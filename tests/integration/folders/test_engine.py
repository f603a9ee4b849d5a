"""A small reorganisation through the engine: planned, applied, killed and resumed, planned again, undone."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyrage import x25519

from chonai.change.apply import Desk, Run, Tally
from chonai.change.errors import DriftFound
from chonai.change.model import Action, Key, Plan, Record, State
from chonai.change.plan import make_plan
from chonai.change.undo import undo_plan
from chonai.store import Store
from chonai.systems.folders import connect
from chonai.systems.folders.tree import FOLDER
from chonai.systems.folders.trustees import TRUSTEE
from tests.contract.fileserver import DOMAIN, NOTHING, FolderGround, People, by_hand, known
from tests.contract.ground import delete, done
from tests.integration.folders.persons import put_file
from tests.integration.folders.test_rights import whole
from tests.stores import store_at

NEW = Key(FOLDER, "new:020400")


class Killed(Exception):
    """The process ends here."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(store_at(tmp_path / "store.db")) as opened:
        yield opened


def run(ground: FolderGround, plan: Plan, store: Store, *, id_: str = "a", killed: bool = False) -> Tally:
    def progress(done: int, _: int) -> None:
        if killed and done >= 2:
            raise Killed

    now = datetime(2026, 4, 1, tzinfo=UTC)
    desk = Desk(
        store.journal,
        store.secretbox([str(x25519.Identity.generate().to_public())]),
        lambda name: "",
        lambda: now,
        "suzuki",
        progress,
    )
    once = Run(id_, plan, ground.system, desk)
    once.check()
    return once.to_the_end()


def plan_for(ground: FolderGround, desired: State) -> Plan:
    observation = ground.system.observe(ground.scope)
    wanted = {**observation.state, **{key: record for key, record in desired.items() if record}}
    gone = {key for key, record in desired.items() if not record}
    return make_plan(
        system="lgwan_files",
        operation="reorganisation",
        observation=observation,
        desired={key: record for key, record in wanted.items() if key not in gone},
        scope=ground.scope,
        reasons={},
    )


def reorganised(ground: FolderGround, people: People, keys: Mapping[str, Key]) -> dict[Key, Record]:
    """020100 becomes read-only, 020200 moves into the new 020400 under another name, the empty 020300 goes."""
    old, mover = ground.read(keys["020100"]), ground.read(keys["020200"])
    groups = frozenset(people.groups)
    return {
        keys["020100"]: {**old, "write": frozenset(), "read": old["write"]},
        keys["020200"]: {**mover, "parent": str(NEW), "name": "020401"},
        keys["020300"]: {},
        NEW: {**NOTHING, "parent": str(ground.place), "name": "020400", "inherits": False, "manage": groups},
    }


def sections(ground: FolderGround, people: People) -> dict[str, Key]:
    names = ("020100", "020200", "020300")
    group = frozenset(people.groups[:1])
    made = dict(zip(names, ground.made(*(ground.folder(name, write=group) for name in names)), strict=True))
    with by_hand(ground.settings) as share:
        for name in names[:2]:
            put_file(share, ground.path(name, "f.txt"))
    return made


def lists(ground: FolderGround, *paths: str) -> list[str]:
    with by_hand(ground.settings) as share:
        return [whole(share, ground.path(path)) for path in paths]


@pytest.mark.parametrize("killed", [False, True])
def test_a_reorganisation_and_its_undo(ground: FolderGround, people: People, store: Store, killed: bool) -> None:
    keys = sections(ground, people)
    paths = ("020100", r"020100\f.txt", "020200", r"020200\f.txt", "020300")
    before, entries = ground.system.observe(ground.scope).state, lists(ground, *paths)
    plan = plan_for(ground, reorganised(ground, people, keys))
    assert {change.action for change in plan.changes} == set(Action)
    if killed:
        with pytest.raises(Killed):
            run(ground, plan, store, id_="a", killed=True)
    assert run(ground, plan, store, id_="a").complete
    state = ground.system.observe(ground.scope).state
    assert (state[keys["020100"]]["write"], state[keys["020100"]]["read"]) == (set(), set(people.groups[:1]))
    assert state[keys["020200"]]["name"] == "020401"
    assert keys["020300"] not in state
    assert not plan_for(ground, {}).changes
    undo = undo_plan(plan, store.journal.rows("a", plan.system), ground.system)
    assert not undo.warnings
    assert run(ground, undo, store, id_="b").complete
    assert lists(ground, *paths) == entries
    after = ground.system.observe(ground.scope).state
    assert sorted(map(_shown, after.values())) == sorted(map(_shown, before.values()))


def test_a_group_that_the_directory_makes_meanwhile_gets_its_rights(
    ground: FolderGround, people: People, store: Store
) -> None:
    """Applied too early, what needs the group waits; with the directory undone and done again it comes back."""
    [key] = ground.made(ground.folder("020900"))
    name = f"sec-new-{secrets.token_hex(4)}"
    trustee = Key(TRUSTEE, rf"new:{DOMAIN}\{name}")
    desired = {
        trustee: {"name": rf"{DOMAIN}\{name}"},
        key: {**ground.read(key), "read": frozenset({str(trustee)})},
        NEW: {
            **NOTHING,
            "parent": str(ground.place),
            "name": "021000",
            "inherits": True,
            "read": frozenset(people.groups),
        },
    }
    plan = plan_for(ground, desired)
    assert plan.labels[trustee] == rf"{DOMAIN}\{name}"
    early = run(ground, plan, store)
    assert (early.done, early.failed, early.skipped) == (1, 1, 1)
    [group] = people.directory.made(people.directory.group([], name))
    with pytest.raises(Killed):
        run(ground, plan, store, killed=True)
    with connect(ground.settings) as system:
        assert run(replace(ground, system=system), plan, store).complete
    real = known(ground.settings, rf"{DOMAIN}\{name}")
    assert ground.read(key)["read"] == {real}
    assert not plan_for(ground, {}).changes

    undo = undo_plan(plan, store.journal.rows("a", plan.system), ground.system)
    assert run(ground, undo, store, id_="b").complete
    assert not ground.read(key)["read"]
    image = people.directory.system.preimage([group])[group]
    done(people.directory.apply(delete(group))[0])
    redo = undo_plan(undo, store.journal.rows("b", undo.system), ground.system)
    done(people.directory.apply(replace(people.directory.group([], name), key=group, after=image))[0])
    with connect(ground.settings) as system:
        assert run(replace(ground, system=system), redo, store, id_="c").complete
    assert ground.read(key)["read"] == {real}
    done(people.directory.apply(delete(group))[0])


def test_somebody_elses_rename_is_drift(ground: FolderGround, people: People, store: Store) -> None:
    keys = sections(ground, people)
    plan = plan_for(ground, reorganised(ground, people, keys))
    with by_hand(ground.settings) as share:
        assert share.rename(ground.path("020200"), ground.path("029999")) == 0
    with pytest.raises(DriftFound):
        run(ground, plan, store, id_="a")
    assert keys["020300"] in ground.system.observe(ground.scope).state


def _shown(record: Record) -> str:
    return repr(
        sorted((name, sorted(value) if isinstance(value, frozenset) else value) for name, value in record.items())
    )
