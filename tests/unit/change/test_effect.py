"""What a change does to a record, and what a record says about a change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chonai.change.effect import (
    Standing,
    after_all,
    applied,
    bound,
    differing,
    owned_part,
    part_made,
    reverted,
    standing,
)
from chonai.change.model import Action, Change, Key, Record, TypeScope

PERSON, GROUP, NEW = Key("user", "1"), Key("group", "9"), Key("user", "new:7")
MOVED = Change(Action.UPDATE, PERSON, {"title": "主事", "room": "3F"}, {"title": "主任", "room": "4F"}, "異動")
JOINS = Change(
    Action.UPDATE, GROUP, {"member": frozenset({"user:2"})}, {"member": frozenset({"user:1", "user:3"})}, "異動"
)
COMES = Change(Action.CREATE, NEW, {}, {"title": "主事", "member": frozenset({"a"})}, "採用")
LEAVES = Change(Action.UPDATE, GROUP, {"member": frozenset({"user:2"})}, {}, "異動")
GROWS = Change(Action.UPDATE, GROUP, {"member": frozenset({"a"})}, {"member": frozenset({"a", "b"})}, "")
GOES = Change(Action.DELETE, PERSON, {"title": "主事"}, {}, "退職")


@pytest.mark.parametrize(
    ("change", "record", "expected"),
    [
        (MOVED, {"title": "主任", "room": "4F"}, Standing.DONE),
        (MOVED, {"title": "主事", "room": "3F"}, Standing.NOT_DONE),
        (MOVED, {"title": "主任", "room": "3F"}, Standing.PARTLY),
        (MOVED, {"title": "課長", "room": "3F"}, Standing.CONFLICT),
        (MOVED, {"title": "課長", "room": "4F"}, Standing.CONFLICT),
        (MOVED, None, Standing.CONFLICT),
        (JOINS, {"member": frozenset({"user:1", "user:3", "user:5"})}, Standing.DONE),
        (JOINS, {"member": frozenset({"user:2", "user:5"})}, Standing.NOT_DONE),
        (JOINS, {"member": frozenset({"user:1", "user:2", "user:3"})}, Standing.NOT_DONE),
        (JOINS, {"member": frozenset({"user:1"})}, Standing.NOT_DONE),
        (LEAVES, {"member": frozenset({"user:2", "user:5"})}, Standing.NOT_DONE),
        (LEAVES, {"member": frozenset({"user:5"})}, Standing.DONE),
        (GROWS, {"member": frozenset({"a", "b"})}, Standing.DONE),
        (GROWS, {"member": frozenset({"a"})}, Standing.NOT_DONE),
        (COMES, None, Standing.NOT_DONE),
        (COMES, {"title": "主事", "member": frozenset({"a"})}, Standing.DONE),
        (COMES, {"title": "主事", "member": frozenset[str]()}, Standing.PARTLY),
        (GOES, None, Standing.DONE),
        (GOES, {"title": "主事"}, Standing.NOT_DONE),
    ],
)
def test_where_an_object_stands(change: Change, record: Record | None, expected: Standing) -> None:
    assert standing(record, change) is expected


def test_which_attributes_are_still_open() -> None:
    assert differing({"title": "主任", "room": "3F"}, MOVED) == ["room"]
    assert differing({}, MOVED) == ["room", "title"]


@pytest.mark.parametrize("change", [MOVED, JOINS])
def test_what_is_done_and_taken_back_is_what_it_was(change: Change) -> None:
    there: Record = {"title": "主事", "room": "3F", "member": frozenset({"user:2", "user:5"}), "name": "x"}
    after = applied(there, change)
    assert after is not None
    assert standing(after, change) is Standing.DONE
    assert reverted(after, change) == there


def test_what_comes_goes_with_the_way_back_and_what_went_comes_back() -> None:
    assert applied(None, COMES) == COMES.after
    assert reverted(COMES.after, COMES) is None
    assert applied({"title": "主事"}, GOES) is None
    assert reverted(None, GOES) == GOES.before


def test_keys_that_objects_were_given_stand_in_the_place_of_those_that_they_had() -> None:
    keys = {NEW: PERSON, Key("user", "3"): Key("user", "33")}
    assert bound(COMES, keys).key == PERSON
    joins = bound(JOINS, keys)
    assert (joins.key, joins.before) == (GROUP, JOINS.before)
    assert joins.after == {"member": frozenset({"user:1", "user:33"})}
    chief = Change(Action.UPDATE, GROUP, {"manager": "user:3", "count": 2}, {"manager": "user:new:7", "count": 3}, "")
    assert bound(chief, keys).before == {"manager": "user:33", "count": 2}
    assert bound(chief, keys).after == {"manager": "user:1", "count": 3}
    assert bound(chief, {}) is chief


def test_a_text_that_only_looks_like_a_key_stays() -> None:
    note = Change(Action.UPDATE, PERSON, {"note": "会議: 10:00"}, {"note": "3"}, "")
    assert bound(note, {NEW: PERSON}).before == {"note": "会議: 10:00"}


def test_only_what_the_scope_has_is_looked_at() -> None:
    scope = {"user": TypeScope(frozenset({"title"}))}
    assert owned_part(MOVED, scope) == Change(Action.UPDATE, PERSON, {"title": "主事"}, {"title": "主任"}, "異動")
    assert owned_part(COMES, scope).after == {"title": "主事"}
    whole = {"user": TypeScope(frozenset({"title", "room", "more"}))}
    assert owned_part(MOVED, whole) is MOVED


def test_of_a_refused_leave_what_has_left_is_made() -> None:
    assert part_made({"member": frozenset()}, LEAVES) == LEAVES
    assert part_made({"member": frozenset({"user:2"})}, LEAVES) is None


def test_a_state_after_changes_has_what_came_and_not_what_went() -> None:
    other = Key("user", "2")
    there: dict[Key, Record] = {PERSON: {"title": "主事", "room": "3F"}, other: {"title": "課長"}}
    gone = Change(Action.DELETE, other, {"title": "課長"}, {}, "退職")
    twice = Change(Action.UPDATE, PERSON, {"title": "主任"}, {"title": "係長"}, "昇任")
    after = after_all(there, [MOVED, COMES, gone, twice, replace(gone, key=Key("user", "nobody"))])
    assert after == {PERSON: {"title": "係長", "room": "4F"}, NEW: COMES.after}
    assert there[PERSON] == {"title": "主事", "room": "3F"}
