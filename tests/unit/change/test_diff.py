"""How a difference is told: what a change holds of both sides, and where one object has several."""

from __future__ import annotations

import hashlib

import pytest

from chonai.change.diff import diff, fingerprint, state_digest
from chonai.change.model import Action, Change, Key, Record, TypeScope, Value

USER, GROUP, NEW = Key("user", "1"), Key("group", "9"), Key("user", "new:7")
OWNED = TypeScope(
    frozenset({"parent", "title", "room", "notes", "boss", "posts", "number"}),
    references=frozenset({"parent", "boss", "posts"}),
    place=frozenset({"parent"}),
    secrets=("initial_password",),
    told=frozenset({"number"}),
)
SCOPE = {"user": OWNED, "group": TypeScope(frozenset({"member", "title"}), frozenset({"member"}))}
RECORD: Record = {"parent": "ou:a", "title": "主事", "notes": frozenset({"x", "y"}), "number": "1-1"}
GUARD = fingerprint(RECORD, OWNED)


def changes(old: Record | None, new: Record | None, key: Key = USER) -> list[Change]:
    observed, desired = ({key: record} if record is not None else {} for record in (old, new))
    return diff(observed, desired, SCOPE, {key: "異動"})


def having(**more: Value) -> Record:
    return {**RECORD, **more}


def test_equal_states_differ_in_nothing() -> None:
    assert not changes(RECORD, dict(RECORD))


@pytest.mark.parametrize("absent", [None, frozenset()])
def test_no_value_and_an_empty_one_are_the_same(absent: Value) -> None:
    assert not changes(RECORD, having(room=absent))
    assert not changes(having(room=absent), RECORD)
    assert not changes(having(room=None), having(room=frozenset()))


def test_what_is_not_owned_is_not_compared() -> None:
    assert not changes(RECORD, having(phone="12"))


def test_a_create_has_all_of_the_record_that_is_something_and_names_its_secrets() -> None:
    new = having(room=None, posts=frozenset(), phone="12")
    kept = having(phone="12")
    assert changes(None, new, NEW) == [
        Change(Action.CREATE, NEW, {}, kept, "異動", guard="", secrets=("initial_password",))
    ]


def test_a_delete_has_all_that_is_owned_of_what_was_there() -> None:
    old = having(room=None, posts=frozenset(), phone="12")
    assert changes(old, None) == [Change(Action.DELETE, USER, RECORD, {}, "異動", guard=GUARD)]


def test_an_update_has_both_values_and_tells_whose_object_it_is() -> None:
    assert changes(RECORD, having(title="主任", room="3F")) == [
        Change(
            Action.UPDATE,
            USER,
            {"title": "主事", "room": None, "number": "1-1"},
            {"title": "主任", "room": "3F", "number": "1-1"},
            "異動",
            GUARD,
        )
    ]


def test_a_value_that_goes_is_nothing_afterwards() -> None:
    [change] = changes(having(room="3F"), RECORD)
    assert (change.before["room"], change.after["room"]) == ("3F", None)


def test_of_a_set_only_what_comes_and_goes_is_told() -> None:
    [change] = changes(RECORD, having(notes=frozenset({"y", "z"})))
    assert (change.before["notes"], change.after["notes"]) == (frozenset({"x"}), frozenset({"z"}))
    [change] = changes(RECORD, having(notes=frozenset({"x", "y", "z"})))
    assert (change.before.keys(), change.after["notes"]) == ({"number"}, frozenset({"z"}))


def test_a_set_that_comes_or_goes_as_a_whole() -> None:
    without = {name: value for name, value in RECORD.items() if name != "notes"}
    [come], [gone] = changes(without, RECORD), changes(RECORD, without)
    assert (come.before.get("notes"), come.after["notes"]) == (None, RECORD["notes"])
    assert (gone.before["notes"], gone.after.get("notes")) == (RECORD["notes"], None)


def test_another_place_is_a_move_and_takes_the_rest_along() -> None:
    [change] = changes(RECORD, having(parent="ou:b", title="主任"))
    assert change.action is Action.MOVE
    assert change.after == {"parent": "ou:b", "title": "主任", "number": "1-1"}


def test_one_reference_is_a_value_like_others() -> None:
    [change] = changes(RECORD, having(boss="user:2"))
    assert (change.action, change.after["boss"]) == (Action.UPDATE, "user:2")


def test_leaving_and_joining_are_changes_of_their_own() -> None:
    old, new = having(posts=frozenset({"group:1", "group:2"})), having(posts=frozenset({"group:2", "group:3"}))
    gone, come = frozenset({"group:1"}), frozenset({"group:3"})
    assert changes(old, new) == [
        Change(Action.UPDATE, USER, {"posts": gone}, {}, "異動", GUARD),
        Change(Action.UPDATE, USER, {}, {"posts": come}, "異動", GUARD),
    ]
    assert [change.after.keys() for change in changes(old, {**new, "title": "主任"})] == [
        set(),
        {"title", "number"},
        {"posts"},
    ]
    [joining] = changes(RECORD, having(posts=come))
    assert (joining.before, joining.after) == ({}, {"posts": come})


def test_changes_stand_in_the_order_of_their_keys_and_know_why() -> None:
    one, other = {"title": "a"}, {"title": "b"}
    keys = [USER, GROUP, Key("user", "0")]
    found = diff(dict.fromkeys(keys, one), dict.fromkeys(keys, other), SCOPE, {GROUP: "改称"})
    assert [(change.key, change.reason) for change in found] == [(GROUP, "改称"), (Key("user", "0"), ""), (USER, "")]


def test_a_fingerprint_is_the_digest_of_the_owned_values() -> None:
    text = '{"number": "1-1", "parent": "ou:a", "title": "\\u4e3b\\u4e8b"}'
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == GUARD
    assert fingerprint(having(notes=frozenset(), room=None, phone="12"), OWNED) == GUARD
    assert fingerprint(having(title="主任"), OWNED) != GUARD


def test_equal_states_have_equal_digests_whatever_their_order() -> None:
    state = {USER: RECORD, GROUP: {"member": frozenset({"user:1", "user:2"})}}
    turned = {key: dict(reversed(record.items())) for key, record in reversed(state.items())}
    assert state_digest(turned) == state_digest(state)
    assert len(state_digest(state)) == 64


def test_states_that_differ_in_anything_have_different_digests() -> None:
    states: list[dict[Key, Record]] = [
        {},
        {USER: RECORD},
        {NEW: RECORD},
        {USER: having(title="主任")},
        {USER: having(notes=frozenset({"x"}))},
        {USER: RECORD, GROUP: {}},
    ]
    assert len({state_digest(state) for state in states}) == len(states)
