"""Whatever a plan holds, it is the same after writing and reading, and its canonical form is RFC 8785's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta, timezone

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from chonai.change import codec
from chonai.change.canonical import canonical
from chonai.change.cover import cover
from chonai.change.model import (
    Action,
    ApprovalKind,
    ApprovalRule,
    Brake,
    Change,
    ChangeSet,
    Key,
    Plan,
    TypeScope,
)
from chonai.change.plan import counts
from chonai.reports.review import objects_by_type
from chonai.text.messages import Message

texts = st.text(max_size=12)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
names = st.frozensets(texts, max_size=4)
records = st.dictionaries(texts, st.one_of(st.none(), st.booleans(), integers, texts, names), max_size=5)
keys = st.builds(Key, st.sampled_from(["user", "group", "ou"]), texts)
fields = st.dictionaries(texts, st.one_of(st.none(), st.booleans(), integers, texts), max_size=3)
messages = st.builds(Message, texts, fields)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(timezones=offsets)
type_scopes = st.builds(
    TypeScope,
    names,
    names,
    names,
    st.lists(st.lists(texts, max_size=3).map(tuple), max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
    names=names,
    owner=texts,
    told=names,
)
changes = st.builds(
    Change,
    action=st.sampled_from(Action),
    key=keys,
    before=records,
    after=records,
    reason=texts,
    guard=texts,
    secrets=st.lists(texts, max_size=2).map(tuple),
    needs=st.lists(st.integers(0, 9), max_size=3).map(tuple),
)
plans = st.builds(
    Plan,
    system=texts,
    operation=texts,
    scope=st.dictionaries(texts, type_scopes, max_size=2),
    changes=st.lists(changes, max_size=4).map(tuple),
    observed=texts,
    brakes=st.lists(st.builds(Brake, texts, messages, st.booleans()), max_size=2).map(tuple),
    warnings=st.lists(messages, max_size=2).map(tuple),
    problems=st.lists(messages, max_size=2).map(tuple),
    inputs=st.dictionaries(texts, texts, max_size=2),
)
open_ones = st.builds(
    ChangeSet,
    id=texts,
    operation=texts,
    author=texts,
    created_at=times,
    rule=st.builds(ApprovalRule, st.sampled_from(ApprovalKind), st.booleans()),
    plans=st.lists(plans, max_size=2).map(tuple),
    not_before=st.none() | times,
    start_by=st.none() | times,
    undo_of=st.none() | texts,
)
confidential = st.builds(lambda one, at, salt: replace(one, announced_at=at, salt=salt), open_ones, times, texts)
change_sets = open_ones | confidential


@given(change_sets)
def test_a_change_set_survives_writing_and_reading(change_set: ChangeSet) -> None:
    text = canonical(codec.change_set_to_json(change_set)).decode()
    again = codec.change_set_from_text(text)
    assert again == change_set
    assert codec.digest(again) == codec.digest(change_set)
    assert canonical(codec.change_set_to_json(again)).decode() == text


@given(change_sets)
def test_the_bytes_are_those_of_rfc_8785(change_set: ChangeSet) -> None:
    data = codec.change_set_to_json(change_set)
    assert canonical(data) == rfc8785.dumps(json.loads(json.dumps(data)))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
        max_leaves=10,
    )
)
def test_whatever_plain_json_is_written_it_is_as_in_rfc_8785(data: object) -> None:
    assert canonical(data) == rfc8785.dumps(data)  # type: ignore[arg-type]


@given(plans, st.dictionaries(texts, texts, max_size=2))
def test_plan_digest_knows_content_only(plan: Plan, inputs: dict[str, str]) -> None:
    again = codec.plan_from_json(codec.plan_to_json(plan))
    from_elsewhere = codec.plan_from_json({**codec.plan_to_json(plan), "inputs": inputs})
    assert codec.plan_digest(plan) == codec.plan_digest(again) == codec.plan_digest(from_elsewhere)


@given(confidential)
def test_a_cover_is_read_as_it_was_written_and_is_that_of_what_was_read(change_set: ChangeSet) -> None:
    """So that the two can be compared when a change set is opened."""
    written = codec.change_set_from_json(codec.change_set_to_json(cover(change_set)))
    content = codec.change_set_from_text(canonical(codec.change_set_to_json(change_set)).decode())
    assert written == cover(content)


@given(confidential)
def test_a_cover_has_the_numbers_of_what_it_covers(change_set: ChangeSet) -> None:
    for shown, plan in zip(cover(change_set).plans, change_set.plans, strict=True):
        assert objects_by_type(shown) == objects_by_type(plan)
        assert counts(shown.changes) == counts(plan.changes)
        assert [brake.name for brake in shown.brakes] == [brake.name for brake in plan.brakes]
