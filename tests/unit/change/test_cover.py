"""What everybody may see of what is confidential: numbers, and nothing of what they count."""

from __future__ import annotations

from dataclasses import replace

from chonai.change import codec
from chonai.change.canonical import canonical
from chonai.change.cover import cover, cover_of
from chonai.change.model import Brake
from chonai.change.plan import counts
from chonai.text.messages import Message, message
from tests.unit.change.examples import ADMINISTRATOR, ANNOUNCED, CREATE, MOVE, SALT, YAMADA, change_set, plan

BRAKE = Brake("section_vanished", message("personnel.brake_section_vanished", code="010203", name="税務課", people=12))
SAMPLE = change_set(plan(brakes=(BRAKE, ADMINISTRATOR)), announced_at=ANNOUNCED)


def test_nothing_of_the_content_is_in_it() -> None:
    text = canonical(codec.change_set_to_json(cover(SAMPLE))).decode()
    for secret in (
        *("税務課", "010203", "市民課", "課長", "髙﨑", "異動", "採用", "外字", "発令.csv", "Administrator"),
        *(YAMADA.id, "002001", "displayName", "group:1", "sha256:12", "sha256:34", "sha256:56", SALT),
    ):
        assert secret not in text, secret


def test_head_and_numbers_are_those_of_the_content() -> None:
    shown = cover(SAMPLE)
    assert replace(shown, plans=SAMPLE.plans, salt=SAMPLE.salt) == SAMPLE
    (one,) = shown.plans
    assert (one.system, one.operation, counts(one.changes)) == (
        "lgwan_ad",
        "personnel",
        counts(SAMPLE.plans[0].changes),
    )
    assert {change.key.type for change in one.changes} == {"user", "group"}
    assert [brake.name for brake in one.brakes] == ["section_vanished", "protected"]
    assert one.warnings == (message("change.withheld", count=1),)
    assert one.problems == ()


def test_a_brake_says_how_many_and_not_which() -> None:
    said = cover(SAMPLE).plans[0].brakes[0].message.render("en")
    assert "12 people are in it" in said
    assert "section (withheld) (withheld) is not in the organisation table" in said


def test_what_a_change_set_without_content_has_it_has_too() -> None:
    shown = cover(SAMPLE)
    (one,) = shown.plans
    assert (shown.salt, one.observed, one.scope, one.inputs, one.labels) == ("", "", {}, {}, {})
    assert {(change.before == {}, change.after == {}, change.reason) for change in one.changes} == {(True, True, "")}
    assert [change.key.id for change in one.changes] == ["1", "2", "3"]
    assert [brake.releasable for brake in one.brakes] == [True, False]


def test_it_does_not_tell_objects_or_their_order_apart() -> None:
    other = replace(MOVE, key=YAMADA._replace(id="another"), after={"parent": "ou:z"}, reason="昇任")
    assert cover_of(plan(CREATE, other)) == cover_of(plan(MOVE, CREATE))


def test_it_is_not_what_was_sealed() -> None:
    assert codec.digest(cover(SAMPLE)) != codec.digest(SAMPLE)


def test_counted_sentences_say_how_many() -> None:
    many = replace(plan(), warnings=(Message("example.one"), Message("example.two")), problems=(Message("example.x"),))
    shown = cover_of(many)
    assert [item.fields["count"] for item in (*shown.warnings, *shown.problems)] == [2, 1]
