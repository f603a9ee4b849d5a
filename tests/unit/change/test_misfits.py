"""Whatever does not belong where it stands in a change set is refused with its place and what is expected there."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import reduce
from typing import Any

import pytest

from chonai.change import codec
from chonai.change.canonical import canonical
from chonai.change.errors import Refused
from chonai.change.fields import (
    count_of,
    flag_of,
    items_of,
    loads,
    mapping_of,
    maybe,
    member_of,
    object_of,
    text_of,
)
from chonai.text.messages import message
from tests.unit.change.examples import ANNOUNCED, CREATED, MANY_LEAVERS, SCOPE, change_set, plan

Path = tuple[str | int, ...]

LATER = {"user": replace(SCOPE["user"], names=frozenset({"name"}), owner="staffKey", told=frozenset({"title"}))}
SAMPLE = change_set(
    replace(
        plan(brakes=(MANY_LEAVERS,)),
        scope=LATER,
        problems=(message("example.problem", n=1),),
        labels={plan().changes[0].key: "汐見　花"},
    ),
    announced_at=ANNOUNCED,
    not_before=CREATED,
    start_by=CREATED,
    undo_of="earlier",
)
DATA = codec.change_set_to_json(SAMPLE)
IN_A_RECORD = "text, integer, boolean, null or list of text"
IN_A_MESSAGE = "text, number or message"


def places(data: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every value in the data below the whole, and where it stands."""
    if path:
        yield path, data
    if isinstance(data, dict):
        for name, value in data.items():
            yield from places(value, (*path, name))
    if isinstance(data, list):
        for n, value in enumerate(data):
            yield from places(value, (*path, n))


def written(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def expected_at(path: Path, value: object) -> str:
    if "fields" in path[:-1] and path[-1] not in ("code", "fields"):
        return IN_A_MESSAGE
    if len(path) > 2 and path[-2] in ("before", "after"):
        return IN_A_RECORD
    kinds: dict[type, str] = {str: "text", bool: "boolean", int: "integer", list: "list", dict: "object"}
    return kinds[type(value)]


def refusal(read: Callable[[], object]) -> Mapping[str, object]:
    with pytest.raises(Refused) as caught:
        read()
    assert caught.value.render("en")
    return caught.value.message.fields


def with_value(path: Path, value: object) -> object:
    data: Any = copy.deepcopy(DATA)
    *above, last = path
    reduce(lambda inside, part: inside[part], above, data)[last] = value
    return data


def test_what_is_refused_is_named_with_its_place_and_what_belongs_there() -> None:
    """A fraction belongs nowhere but in a message, a list not even there."""
    told = {}
    for path, value in places(DATA):
        expected = expected_at(path, value)
        wrong = with_value(path, [] if expected == IN_A_MESSAGE else 1.5)
        told[written(path)] = (refusal(lambda data=wrong: codec.change_set_from_json(data)), expected)
    assert len(told) > 100
    assert [place for place, (said, what) in told.items() if said != {"where": place, "expected": what}] == []


def test_texts_that_stand_for_something_are_read_as_it() -> None:
    wrong: dict[Path, str] = {
        ("created_at",): "time",
        ("start_by",): "time",
        ("rule", "kind"): "none | second_person | city",
        ("plans", 0, "changes", 0, "action"): "create | update | move | delete",
    }
    for path, expected in wrong.items():
        data = with_value(path, "2026-04-01")
        assert refusal(lambda data=data: codec.change_set_from_json(data)) == {
            "where": written(path),
            "expected": expected,
        }


@pytest.mark.parametrize("name", ["names", "owner", "told"])
def test_what_came_later_says_something_or_is_not_there(name: str) -> None:
    data = with_value(("plans", 0, "scope", "user", name), "" if name == "owner" else [])
    assert refusal(lambda: codec.change_set_from_json(data)) == {
        "where": f"plans[0].scope.user.{name}",
        "expected": "not empty",
    }


def test_fields_that_are_missing_or_unknown_are_all_named() -> None:
    data: Any = copy.deepcopy(DATA)
    brake = data["plans"][0]["brakes"][0]
    del brake["name"], brake["message"]
    brake |= {"force": True, "by": "sato"}
    assert refusal(lambda: codec.change_set_from_json(data)) == {
        "where": "plans[0].brakes[0]",
        "missing": "message, name",
        "unknown": "by, force",
    }


def test_fields_of_the_whole_are_named_too() -> None:
    data = {name: value for name, value in DATA.items() if name != "author"}
    assert refusal(lambda: codec.change_set_from_json(data)) == {
        "where": "change_set",
        "missing": "author",
        "unknown": "-",
    }


def test_another_schema_is_told_with_the_one_that_is_known() -> None:
    assert refusal(lambda: codec.change_set_from_json(with_value(("schema",), 2))) == {"found": 2, "known": 1}
    assert refusal(lambda: codec.change_set_from_json([])) == {"where": "schema", "expected": "integer"}


def test_parts_that_are_read_alone_are_named_by_what_they_are() -> None:
    readers = {
        "plan": codec.plan_from_json,
        "change": codec.change_from_json,
        "record": codec.record_from_json,
        "message": codec.message_from_json,
    }
    for where, read in readers.items():
        assert refusal(lambda read=read: read(7)) == {"where": where, "expected": "object"}
    assert refusal(lambda: codec.time_from_json("tomorrow")) == {"where": "time", "expected": "time"}
    assert codec.plan_from_text(canonical(codec.plan_to_json(plan())).decode()) == plan()


class Kind(StrEnum):
    ONE = "one"
    OTHER = "other"


def test_readers_give_what_they_are_asked_for() -> None:
    assert object_of({"a": 1, "b": 2}, frozenset({"a"}), "x", optional=frozenset({"b", "c"})) == {"a": 1, "b": 2}
    assert mapping_of({"a": "1"}, "x", text_of) == {"a": "1"}
    assert items_of(["a", "b"], "x", text_of) == ("a", "b")
    assert (maybe(None, "x", text_of), maybe("a", "x", text_of)) == (None, "a")
    assert (count_of(0, "x"), count_of(7, "x")) == (0, 7)
    assert (flag_of(True, "x"), flag_of(False, "x")) == (True, False)
    assert member_of(Kind, "other", "x") is Kind.OTHER
    assert loads('{"a": "𠮷"}') == loads('{"a": "\\ud842\\udfb7"}') == {"a": "𠮷"}


@pytest.mark.parametrize("text", ["{", "NaN", "-Infinity", '"\\ud842"', '"\\uDFB7"', "[" * 100_000])
def test_what_is_no_json_is_refused_as_such(text: str) -> None:
    assert refusal(lambda: loads(text)) == {"where": "text", "expected": "JSON"}


@pytest.mark.parametrize("count", [-1, True, 1.0, "1", None])
def test_what_is_no_count_is_refused(count: object) -> None:
    assert refusal(lambda: count_of(count, "x")) == {"where": "x", "expected": "integer"}
