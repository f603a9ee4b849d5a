"""Plans and change sets as JSON: strict to read, one form to write."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chonai.change import codec
from chonai.change.canonical import canonical, plain
from chonai.change.errors import ChonaiError, Refused
from chonai.change.model import Brake, Change, ChangeSet, Plan, TypeScope
from chonai.text.messages import Message, message
from tests.unit.change.examples import ANNOUNCED, CREATED, MANY_LEAVERS, MOVE, SALT, SCOPE, change_set, plan

SAMPLE = change_set(plan(brakes=(MANY_LEAVERS,)), start_by=CREATED, undo_of="earlier")
LATER = dataclasses.replace(
    plan(),
    scope={
        "user": dataclasses.replace(
            SCOPE["user"], names=frozenset({"name", "aliases"}), owner="staffKey", told=frozenset({"title"})
        )
    },
)
"""A plan that uses what the first form did not have."""


def as_text(data: object = None) -> str:
    return canonical(codec.change_set_to_json(SAMPLE) if data is None else data).decode()


def test_what_is_written_is_read_again() -> None:
    assert codec.change_set_from_text(as_text()) == SAMPLE
    assert codec.digest(codec.change_set_from_text(as_text())) == codec.digest(SAMPLE)


def test_the_schema_version_comes_first() -> None:
    assert next(iter(codec.change_set_to_json(SAMPLE).items())) == ("schema", codec.SCHEMA)


def test_keys_times_and_sets_have_their_documented_form() -> None:
    data: Any = codec.change_set_to_json(SAMPLE)
    create = data["plans"][0]["changes"][1]
    assert data["created_at"] == "2026-03-25T10:30:15.000250+09:00"
    assert create["key"] == {"type": "user", "id": "new:1-002001"}
    assert create["after"]["memberOf"] == ["group:1", "group:2"]


@pytest.mark.parametrize("kind", [Change, Brake, TypeScope, Plan, ChangeSet, Message])
def test_every_field_of_the_model_is_written(kind: type) -> None:
    written: dict[type, Any] = {
        Change: codec.change_to_json(MOVE),
        ChangeSet: codec.change_set_to_json(change_set(announced_at=ANNOUNCED)),
        Plan: codec.plan_to_json(SAMPLE.plans[0]),
        Message: codec.message_to_json(MANY_LEAVERS.message),
    }
    written[Brake] = written[Plan]["brakes"][0]
    written[TypeScope] = codec.plan_to_json(LATER)["scope"]["user"]
    assert {field.name for field in dataclasses.fields(kind)} == written[kind].keys() - {"schema"}


def test_what_was_sealed_before_a_scope_had_names_and_owners_keeps_its_digest() -> None:
    first_form = "sha256:970f650d2289d874dc6113c834ccdd0ce7c8f42ed0c7b3cb18e5cb978abec7f9"
    assert codec.digest(SAMPLE) == first_form
    assert codec.digest(change_set(LATER)) != codec.digest(change_set(plan()))


def test_digest_is_the_same_whatever_the_order_of_what_has_none() -> None:
    change = dataclasses.replace(MOVE, before=dict(reversed(list(MOVE.before.items()))))
    assert codec.digest(change_set(plan(change))) == codec.digest(change_set(plan(MOVE)))


def test_digest_does_not_depend_on_how_a_time_zone_is_written() -> None:
    here = dataclasses.replace(SAMPLE, created_at=datetime(2026, 4, 1, tzinfo=ZoneInfo("Asia/Tokyo")))
    assert codec.digest(codec.change_set_from_json(codec.change_set_to_json(here))) == codec.digest(here)


CHANGES: dict[str, dict[str, Any]] = {
    "id": {"id": "other"},
    "author": {"author": "suzuki"},
    "rule": {"rule": dataclasses.replace(SAMPLE.rule, watcher=True)},
    "time": {"created_at": CREATED + timedelta(microseconds=1)},
    "order": {"plans": (plan(*reversed(SAMPLE.plans[0].changes), brakes=(MANY_LEAVERS,)),)},
    "brake": {"plans": (plan(),)},
    "window": {"start_by": None},
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_of_content_changes_the_digest(name: str) -> None:
    assert codec.digest(dataclasses.replace(SAMPLE, **CHANGES[name])) != codec.digest(SAMPLE)


def test_plan_digest_is_of_what_is_done_not_of_where_it_came_from() -> None:
    other_file = dataclasses.replace(plan(), inputs={"orders.xlsx": "sha256:78"})
    assert codec.plan_digest(other_file) == codec.plan_digest(plan())
    assert codec.plan_digest(plan(MOVE)) != codec.plan_digest(plan())


def test_a_message_keeps_its_sentence_whatever_its_fields_are() -> None:
    said = message("example.said", at=CREATED, inner=message("example.inner", n=1))
    again = codec.message_from_json(json.loads(canonical(codec.message_to_json(said))))
    assert again.fields == {"at": str(CREATED), "inner": message("example.inner", n=1)}


def test_a_time_without_an_offset_is_not_written() -> None:
    with pytest.raises(ValueError, match="offset"):
        codec.change_set_to_json(dataclasses.replace(SAMPLE, created_at=datetime(2026, 4, 1)))  # noqa: DTZ001


def edited(edit: Callable[[Any], object]) -> str:
    data = json.loads(as_text())
    edit(data)
    return json.dumps(data)


BAD = {
    "not json": "{",
    "not an object": "[]",
    "not a number": edited(lambda d: d["plans"][0]["changes"][0]["before"].update(x=float("nan"))),
    "half a character": as_text().replace("課長", "\\ud867"),
    "deep": "[" * 100_000,
    "no schema": edited(lambda d: d.pop("schema")),
    "newer schema": edited(lambda d: d.update(schema=2)),
    "true schema": edited(lambda d: d.update(schema=True)),
    "unknown field": edited(lambda d: d.update(approved=True)),
    "missing field": edited(lambda d: d.pop("author")),
    "unknown field within": edited(lambda d: d["plans"][0]["changes"][0].update(force=True)),
    "missing field within": edited(lambda d: d["plans"][0]["changes"][0].pop("guard")),
    "a field that came later and says nothing": edited(lambda d: d["plans"][0]["scope"]["user"].update(names=[])),
    "no text for an owner": edited(lambda d: d["plans"][0]["scope"]["user"].update(owner=["staffKey"])),
    "text for flag": edited(lambda d: d["rule"].update(watcher="no")),
    "unknown rule": edited(lambda d: d["rule"].update(kind="nobody")),
    "unknown action": edited(lambda d: d["plans"][0]["changes"][0].update(action="erase")),
    "number for text": edited(lambda d: d.update(id=7)),
    "text for list": edited(lambda d: d.update(plans="all")),
    "text for object": edited(lambda d: d["plans"][0].update(inputs="x")),
    "fraction in a record": edited(lambda d: d["plans"][0]["changes"][0]["after"].update(n=1.5)),
    "object in a record": edited(lambda d: d["plans"][0]["changes"][0]["after"].update(n={})),
    "number in a set": edited(lambda d: d["plans"][0]["changes"][0]["after"].update(member=[1])),
    "list in a message": edited(lambda d: d["plans"][0]["warnings"][0]["fields"].update(n=[])),
    "key as text": edited(lambda d: d["plans"][0]["changes"][0].update(key="user:1")),
    "negative position": edited(lambda d: d["plans"][0]["changes"][0].update(needs=[-1])),
    "date for time": edited(lambda d: d.update(created_at="2026-04-01")),
    "time without offset": edited(lambda d: d.update(created_at="2026-04-01T00:00:00")),
    "no time": edited(lambda d: d.update(not_before="tomorrow")),
    "an announcement without salt": edited(lambda d: d.update(announced_at="2026-04-01T09:00:00+09:00")),
    "salt without an announcement": edited(lambda d: d.update(salt=SALT)),
    "never to be announced": edited(lambda d: d.update(announced_at=None, salt=SALT)),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("locale", ["en", "ja"])
def test_anything_else_is_refused_in_words(name: str, locale: str) -> None:
    with pytest.raises(Refused) as caught:
        codec.change_set_from_text(BAD[name])
    assert caught.value.render(locale)


def test_the_refusal_names_the_place() -> None:
    with pytest.raises(ChonaiError, match=r"plans\[0\]\.changes\[0\]\.action"):
        codec.change_set_from_text(BAD["unknown action"])


def test_plain_json_can_be_made_of_anything() -> None:
    odd = {1: {"b", 2}, "x": (CREATED, None, True, 1.5), "big": 2**60, "nan": float("nan"), "half": "\ud867"}
    assert json.loads(canonical(plain(odd))) == {
        "1": [2, "b"],
        "x": [str(CREATED), None, True, 1.5],
        "big": str(2**60),
        "nan": "nan",
        "half": "\\ud867",
    }


def test_numbers_that_json_holds_exactly_stay_numbers() -> None:
    largest = 2**53 - 1
    numbers = [largest, -largest, float(largest)]
    assert plain(numbers) == numbers
    assert plain([largest + 1, float(largest + 1)]) == [str(largest + 1), str(float(largest + 1))]


def test_the_digest_of_what_is_not_confidential_is_what_it_always_was() -> None:
    """Signatures that were made before there was such a thing still hold."""
    assert not {"announced_at", "salt"} & codec.change_set_to_json(SAMPLE).keys()
    assert codec.digest(change_set()) == "sha256:be5042bf6917dd8ebbde170766e34faa78f93777a1a0b533a6cc4bf6509b7480"


def test_the_announcement_and_the_salt_are_sealed() -> None:
    sample = change_set(announced_at=ANNOUNCED)
    others = [dataclasses.replace(sample, announced_at=CREATED), dataclasses.replace(sample, salt="0" * 32)]
    assert len({codec.digest(one) for one in (sample, change_set(), *others)}) == 4
