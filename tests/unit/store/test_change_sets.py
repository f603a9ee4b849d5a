"""Plans, sealed change sets and approvals, and how far a change set has come."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from chonai.change.codec import digest
from chonai.change.errors import ChonaiError, Refused, SealBroken, UsageError
from chonai.change.model import Change, Key
from chonai.change.ports import Event
from chonai.store import State, Store
from tests.unit.change.examples import CREATE, CREATED, JOIN, JOINER, MOVE, change_set, plan
from tests.unit.change.people import NOW
from tests.unit.store.facts import APPROVAL, SEAL, applied, happened

SAMPLE = change_set()
REAL = Key("user", "5f0e7c1a-0000-4000-8000-000000000002")


def code_of(error: ChonaiError) -> str:
    assert error.render("en") != error.render("ja")
    return error.message.code


def test_a_plan_is_found_under_the_name_of_its_content(store: Store) -> None:
    id_ = store.plans.put(plan(), NOW)
    assert store.plans.put(plan(), NOW) == id_
    assert store.plans.put(plan(MOVE), NOW) != id_
    assert store.plans.get(id_).content == plan()


def test_a_change_set_is_kept_with_its_seal_and_journaled(store: Store) -> None:
    assert store.change_sets.add(SAMPLE, SEAL, NOW) == digest(SAMPLE)
    found = store.change_sets.get(SAMPLE.id)
    assert (found.change_set, found.digest, found.seal) == (SAMPLE, digest(SAMPLE), SEAL)
    (row,) = store.journal.rows(SAMPLE.id)
    assert (row.entry.event, row.entry.actor, row.entry.at) == (Event.SEALED, "sato", NOW)
    assert row.entry.data["digest"] == digest(SAMPLE)
    assert row.entry.data["changes"] == {"lgwan_ad": 3, "ext_ad": 1}


def test_approvals_are_kept_in_order_and_journaled(store: Store) -> None:
    store.change_sets.add(SAMPLE, SEAL, NOW)
    second = replace(APPROVAL, principal="tanaka", releases=frozenset())
    store.change_sets.approve(SAMPLE.id, APPROVAL)
    store.change_sets.approve(SAMPLE.id, second)
    assert store.change_sets.approvals(SAMPLE.id) == (APPROVAL, second)
    entries = [row.entry for row in store.journal.rows(SAMPLE.id) if row.entry.event is Event.APPROVED]
    assert [entry.actor for entry in entries] == ["suzuki", "tanaka"]
    assert entries[0].data["releases"] == ["leavers"]
    assert entries[0].data["digest"] == digest(SAMPLE)


def test_change_sets_are_listed_newest_first(store: Store) -> None:
    store.change_sets.add(SAMPLE, SEAL, NOW)
    store.change_sets.add(replace(change_set(id_="b", undo_of=SAMPLE.id), created_at=NOW), SEAL, NOW)
    assert [summary.id for summary in store.change_sets.list()] == ["b", SAMPLE.id]
    first = store.change_sets.list()[0]
    assert (first.operation, first.author, first.created_at, first.undo_of) == ("personnel", "sato", NOW, SAMPLE.id)
    assert store.change_sets.undos_of(SAMPLE.id) == ("b",)


def test_ids_that_are_unknown_or_taken(store: Store) -> None:
    store.change_sets.add(SAMPLE, SEAL, NOW)
    cases: dict[str, Callable[[], object]] = {
        "store.id_taken": lambda: store.change_sets.add(SAMPLE, SEAL, NOW),
        "store.unknown_plan": lambda: store.plans.get("plan-0"),
        "store.unknown_change_set": lambda: store.change_sets.get("none"),
    }
    for code, act in cases.items():
        with pytest.raises(UsageError) as caught:
            act()
        assert code_of(caught.value) == code
    unknown: list[Callable[[], object]] = [
        lambda: store.change_sets.add(change_set(id_="undo", undo_of="none"), SEAL, NOW),
        lambda: store.change_sets.approve("none", APPROVAL),
        lambda: store.state_of("none"),
    ]
    for undo in unknown:
        with pytest.raises(UsageError) as caught:
            undo()
        assert code_of(caught.value) == "store.unknown_change_set"
    assert len(list(store.journal.rows())) == 1


def read_all(store: Store, plan_id: str) -> None:
    store.plans.get(plan_id)
    store.change_sets.get(SAMPLE.id)
    store.change_sets.approvals(SAMPLE.id)


EDITS = {
    "a plan": ("UPDATE plans SET body = replace(body, '2026-04-01', '2026-03-01')", SealBroken),
    "the body": (
        'UPDATE change_sets SET body = replace(body, \'"id":"20260401-personnel"\', \'"id":"x"\')',
        SealBroken,
    ),
    "the form": ("UPDATE change_sets SET body = '{}'", Refused),
    "an approval": ("UPDATE approvals SET releases = '{'", SealBroken),
    "its time": ("UPDATE approvals SET at = 'never'", SealBroken),
    "its kind": ("UPDATE approvals SET releases = '[[]]'", SealBroken),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_was_edited_by_hand_is_refused(tmp_path: Path, name: str) -> None:
    statement, kind = EDITS[name]
    path = tmp_path / "chonai.db"
    with Store.open(str(path)) as store:
        plan_id = store.plans.put(plan(), NOW)
        store.change_sets.add(SAMPLE, SEAL, NOW)
        store.change_sets.approve(SAMPLE.id, APPROVAL)
        with closing(sqlite3.connect(path, isolation_level=None)) as tool:
            for (trigger,) in tool.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                tool.execute(f"DROP TRIGGER {trigger}")
            tool.execute(statement)
        with pytest.raises(kind) as caught:
            read_all(store, plan_id)
        assert code_of(caught.value)


def test_the_states_of_a_change_set(store: Store) -> None:
    id_ = SAMPLE.id
    store.change_sets.add(SAMPLE, SEAL, NOW)
    assert store.state_of(id_) is State.SEALED
    store.change_sets.approve(id_, APPROVAL)
    assert store.state_of(id_) is State.APPROVED
    with store.locks.hold("lgwan_ad", "sato", id_):
        store.journal.append([happened(Event.STARTED, id_, "lgwan_ad", left=3)])
        assert store.state_of(id_) is State.APPLYING
    assert store.state_of(id_) is State.INTERRUPTED
    store.journal.append(
        [
            happened(Event.INTENT, id_, "lgwan_ad", changes=[0, 1, 2]),
            happened(Event.OUTCOME, id_, "lgwan_ad", done=[0], failed={"1": {}}, skipped=[2]),
            happened(Event.FINISHED, id_, "lgwan_ad", done=1, failed=1, skipped=1),
        ]
    )
    assert store.state_of(id_) is State.PARTLY_FAILED
    applied(store, SAMPLE, "ext_ad")
    assert store.state_of(id_) is State.PARTLY_FAILED
    applied(store, SAMPLE, "lgwan_ad")
    assert store.state_of(id_) is State.APPLIED


def test_what_was_done_and_then_failed_is_not_done(store: Store) -> None:
    store.change_sets.add(SAMPLE, SEAL, NOW)
    applied(store, SAMPLE, "lgwan_ad", "ext_ad")
    store.journal.append([happened(Event.OUTCOME, SAMPLE.id, "ext_ad", failed={"0": {}})])
    assert store.state_of(SAMPLE.id) is State.PARTLY_FAILED


def back(change: Change, key: Key) -> Change:
    return replace(change, key=key, before=change.after, after=change.before, needs=())


def test_a_change_set_is_undone_when_all_its_objects_are(store: Store) -> None:
    """Objects are the same under the key that the system gave them, and each system has its own."""
    origin = change_set(plan(CREATE, JOIN), plan(MOVE, system="ext_ad"))
    store.change_sets.add(origin, SEAL, NOW)
    applied(store, origin, "lgwan_ad", "ext_ad", **{str(JOINER): str(REAL)})
    one = change_set(plan(back(CREATE, REAL)), id_="one", undo_of=origin.id)
    rest = change_set(
        plan(back(JOIN, JOIN.key)), plan(back(MOVE, MOVE.key), system="ext_ad"), id_="rest", undo_of=origin.id
    )
    store.change_sets.add(one, SEAL, NOW)
    assert store.state_of(origin.id) is State.APPLIED
    applied(store, one, "lgwan_ad")
    assert store.state_of(origin.id) is State.PARTLY_UNDONE
    store.change_sets.add(rest, SEAL, NOW)
    applied(store, rest, "lgwan_ad")
    assert store.state_of(origin.id) is State.PARTLY_UNDONE
    applied(store, rest, "ext_ad")
    assert store.state_of(origin.id) is State.UNDONE
    assert store.state_of(one.id) is State.APPLIED


def test_an_undo_that_was_undone_itself_counts_no_more(store: Store) -> None:
    origin = change_set(plan(MOVE))
    undo = change_set(plan(back(MOVE, MOVE.key)), id_="undo", undo_of=origin.id)
    redo = change_set(plan(MOVE), id_="redo", undo_of=undo.id)
    for one, state in ((origin, State.APPLIED), (undo, State.UNDONE), (redo, State.APPLIED)):
        store.change_sets.add(one, SEAL, NOW)
        applied(store, one, "lgwan_ad")
        assert store.state_of(origin.id) is state
    assert store.state_of(undo.id) is State.UNDONE
    assert SAMPLE.created_at == CREATED
