"""A whole change and its undo, by the engine, with a journal: what a product that gives new ids makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chonai.change.apply import Desk, Run, Tally
from chonai.change.errors import DriftFound, SystemUnreachable
from chonai.change.model import Key, Plan, Record, State
from chonai.change.plan import make_plan
from chonai.change.system import System
from chonai.change.undo import undo_plan
from chonai.store.store import Store
from tests.contract.ground import USER, Ground, done, update
from tests.integration.scim.conftest import Place, PlaceMaker
from tests.scim.troubled import Trouble
from tests.stores import store_at


class FakeSecretBox:
    """Keeps what it is given in memory, in clear."""

    def __init__(self) -> None:
        self.kept: dict[Key, Mapping[str, str]] = {}

    def put(self, change_set: str, system: str, secrets: Mapping[Key, Mapping[str, str]]) -> None:
        """Keep them."""
        self.kept.update(secrets)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A journal of one's own."""
    with Store.open(store_at(tmp_path / "chonai.db")) as opened:
        yield opened


def desk(store: Store) -> Desk:
    return Desk(
        journal=store.journal,
        secret_box=FakeSecretBox(),
        new_secret=lambda name: "Shoki-2026-Pass!",
        now=lambda: datetime.now(UTC),
        operator="tester",
        progress=lambda done, of: None,
    )


def planned(ground: Ground, desired: State) -> Plan:
    observation = ground.system.observe(ground.scope)
    return make_plan(
        system="product",
        operation="test",
        observation=observation,
        desired=desired,
        scope=ground.scope,
        reasons=dict.fromkeys(desired | observation.state, "試験"),
    )


def applied(name: str, plan: Plan, system: System, store: Store) -> Tally:
    run = Run(name, plan, system, desk(store))
    run.check()
    return run.to_the_end()


def record_of(here: Place, account: str) -> tuple[Key, Record]:
    state = here.others.system.observe(here.others.scope).state
    return next((key, one) for key, one in state.items() if one["name"] == account)


@pytest.mark.parametrize("kind", ["full", "plain"])
def test_a_change_and_its_undo(place: PlaceMaker, store: Store, kind: str) -> None:
    here = place(kind)
    leaver, mover = here.others.made(here.others.user("leaver"), here.others.user("mover"))
    [group] = here.others.made(here.others.group([leaver, mover], "課"))
    before = here.others.system.observe(here.others.scope).state
    joiner = here.ground.user("joiner").after
    # The one who is deleted is still a member when that happens; the other leaves the group and stays.
    desired = {
        Key(USER, "new:1"): joiner,
        mover: {**before[mover], "title": "課長"},
        group: {**before[group], "member": frozenset({str(leaver), "user:new:1"})},
    }
    plan = planned(here.ground, desired)
    assert applied("one", plan, here.ground.system, store).complete
    after = here.others.system.observe(here.others.scope).state
    assert not planned(here.ground, after).changes
    back = undo_plan(plan, store.journal.rows("one", "product"), here.ground.system)
    assert applied("two", back, here.ground.system, store).complete
    returned, record = record_of(here, "leaver")
    assert returned != leaver
    assert record == before[leaver]
    state = here.others.system.observe(here.others.scope).state
    assert state[group]["member"] == {str(returned), str(mover)}
    assert state.keys() == {returned, mover, group}
    assert store.journal.verify()


def test_a_membership_that_ended_before_the_delete_has_the_new_key(place: PlaceMaker, store: Store) -> None:
    here = place()
    [leaver] = here.users(1)
    [group] = here.others.made(here.others.group([leaver]))
    before = here.others.read(leaver)
    plan = planned(here.ground, {group: {**here.others.read(group), "member": frozenset()}})
    assert applied("one", plan, here.ground.system, store).complete
    back = undo_plan(plan, store.journal.rows("one", "product"), here.ground.system)
    tally = applied("two", back, here.ground.system, store)
    assert (tally.done, tally.failed) == (2, 0)
    returned, record = record_of(here, str(before["name"]))
    assert record == before
    assert returned != leaver
    assert here.others.read(group)["member"] == {str(returned)}


def test_an_apply_that_lost_its_server_is_resumed(place: PlaceMaker, store: Store) -> None:
    here = place(bulk=False)
    desired = {Key(USER, f"new:{n}"): here.ground.user(f"u{n}").after for n in range(10)}
    plan = planned(here.ground, desired)
    here.troubled.once(Trouble(cut="after"), lambda asked: b'"u4"' in asked.body)
    with pytest.raises(SystemUnreachable):
        applied("one", plan, here.ground.system, store)
    assert applied("one", plan, here.ground.system, store).complete
    state = here.others.system.observe(here.others.scope).state
    assert sorted(str(one["name"]) for one in state.values()) == [f"u{n}" for n in range(10)]
    assert "Shoki" not in repr(list(store.journal.rows()))


def test_what_somebody_changed_since_the_plan_refuses_the_apply(place: PlaceMaker, store: Store) -> None:
    here = place()
    [user] = here.users(1)
    now = here.others.read(user)
    plan = planned(here.ground, {user: {**now, "title": "課長"}})
    done(here.others.apply(update(user, {"title": "主事"}, {"title": "参事"}))[0])
    with pytest.raises(DriftFound):
        applied("one", plan, here.ground.system, store)
    assert not here.troubled.writes()
