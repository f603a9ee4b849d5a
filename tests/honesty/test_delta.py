"""The comparison itself sees what it is there to see."""

from __future__ import annotations

from collections.abc import Mapping

from tests.honesty.delta import Delta, actual, disagreements, predicted
from tests.honesty.seen import text

USER, GROUP = {"type": "user", "id": "1"}, {"type": "group", "id": "9"}
BEFORE = {"user:1": {"title": text("主事")}, "group:9": {"member": text(["user:1"])}}


def plan(*changes: tuple[str, Mapping[str, str], Mapping[str, object], Mapping[str, object]]) -> Delta:
    told = [dict(zip(("action", "key", "before", "after"), change, strict=True)) for change in changes]
    return predicted({"changes": told})


def test_what_was_said_and_is_so_agrees() -> None:
    said = plan(("update", USER, {"title": "主事"}, {"title": "主任"}), ("update", GROUP, {"member": ["user:1"]}, {}))
    after = {"user:1": {"title": text("主任")}, "group:9": {}}
    assert not disagreements(said, actual(BEFORE, after))


def test_two_steps_are_one_fate() -> None:
    said = plan(
        ("update", USER, {"title": "主事"}, {"title": "仮"}), ("update", USER, {"title": "仮"}, {"title": "主任"})
    )
    assert not disagreements(said, actual(BEFORE, {**BEFORE, "user:1": {"title": text("主任")}}))


def test_what_nobody_said_is_told() -> None:
    assert disagreements({}, actual(BEFORE, {**BEFORE, "user:1": {"title": text("主任")}}))


def test_what_was_said_and_is_not_so_is_told() -> None:
    assert disagreements(plan(("update", USER, {"title": "主事"}, {"title": "主任"})), actual(BEFORE, BEFORE))


def test_a_new_object_is_known_by_what_was_said_of_it() -> None:
    new = {"type": "user", "id": "new:7"}
    said = plan(("create", new, {}, {"title": "係長"}), ("update", GROUP, {}, {"member": ["user:new:7"]}))
    after = {
        **BEFORE,
        "user:2": {"title": text("係長"), "sid": text("S-1")},
        "group:9": {"member": text(["user:1", "user:2"])},
    }
    assert not disagreements(said, actual(BEFORE, after))
    assert disagreements(said, actual(BEFORE, {**after, "user:2": {"title": text("主事")}}))


def test_who_is_gone_is_in_no_group_and_nobody_has_to_say_so() -> None:
    said = plan(("delete", USER, {"title": "主事"}, {}))
    assert not disagreements(said, actual(BEFORE, {"group:9": {}}))
    assert disagreements(said, actual(BEFORE, BEFORE))
