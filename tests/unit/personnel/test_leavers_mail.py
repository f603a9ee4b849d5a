"""Mail of people who leave: refused or kept as the city says, forwarded on request until a day, back on a return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chonai.change.errors import InputError
from chonai.change.model import Key, Record, State
from chonai.operations.personnel import directory_policy, plan, read_request, scope
from chonai.operations.personnel.kinds import Phase
from chonai.operations.personnel.retirement import Retirement
from tests.unit.personnel import mailroom, world
from tests.unit.personnel.mailroom import RULES, asked, made, order, person, section
from tests.unit.personnel.test_addresses import POLICY

ONE = Key("user", "1")
FORWARD = ",ob@example.jp,2026-09-30"
STATE = dict([person(1, "shiomi.hana"), section("010100", "総務課", 1)])


def mail_of(record: Record) -> tuple[object, ...]:
    return tuple(record.get(name) for name in ("enabled", "listed", "whenDisabled", "forward", "forwardUntil"))


def left(state: State = STATE, more: str = ",,") -> dict[Key, Record]:
    found, _ = made(state, asked(order(1, "退職", more=more)))
    return found


def test_mail_to_a_leaver_is_refused_from_the_day_on() -> None:
    assert mail_of(left()[ONE]) == (False, False, "bounce", None, None)


def test_it_is_forwarded_where_the_order_asks_for_it() -> None:
    assert mail_of(left(more=FORWARD)[ONE]) == (False, False, "bounce", "ob@example.jp", "2026-09-30")


def test_a_forwarding_of_before_does_not_go_on_unasked() -> None:
    own = {"forward": "me@example.jp", "forwardUntil": "2026-06-30"}
    found = left(STATE | dict([person(1, "shiomi.hana", **own)]))
    assert mail_of(found[ONE])[3:] == (None, None)
    assert {note for note in found[ONE]["notes"] if "was-value" in note} == {  # type: ignore[union-attr]
        'chonai:was-value=forward="me@example.jp"',
        'chonai:was-value=forwardUntil="2026-06-30"',
        'chonai:was-value=whenDisabled="accept"',
    }


@pytest.mark.parametrize("own", [{}, {"forward": "me@example.jp", "forwardUntil": "2026-06-30"}])
@pytest.mark.parametrize("back", ["再任用", "取消"])
def test_whoever_comes_back_has_what_they_had(own: dict[str, str], back: str) -> None:
    before = STATE | dict([person(1, "shiomi.hana", **own)])
    found, _ = made(left(before, FORWARD), asked(order(1, back)))
    record = found[ONE]
    assert mail_of(record) == mail_of(before[ONE])
    assert not record["notes"]
    assert record["name"] == "shiomi.hana"
    assert found[Key("group", "010100")]["member"] == {"user:1"}


def test_a_request_that_comes_later_is_taken_up() -> None:
    found, outcome = made(left(), asked(order(1, "退職", more=FORWARD)))
    assert mail_of(found[ONE])[3:] == ("ob@example.jp", "2026-09-30")
    assert not outcome.brakes


SHORT = ",ob@example.jp,2026-05-31"


def test_one_that_is_over_is_not_begun_again() -> None:
    again, _ = made(left(more=SHORT), asked(phase=Phase.CLEANUP, day=date(2026, 6, 1)))
    assert mail_of(again[ONE])[3:] == (None, None)
    replayed = asked(order(1, "退職", more=SHORT), day=date(2026, 6, 1), phase=Phase.CUTOVER)
    assert not world.changes(again, mailroom.planned(again, replayed))


def test_who_goes_on_leave_may_have_mail_forwarded_too_and_keeps_the_box() -> None:
    found, _ = made(STATE, asked(order(1, "休職", more=FORWARD)))
    assert mail_of(found[ONE]) == (False, True, "accept", "ob@example.jp", "2026-09-30")


def test_each_plan_made_again_is_nothing() -> None:
    for row in (order(1, "退職", more=FORWARD), order(1, "退職"), order(1, "休職", more=FORWARD)):
        found, _ = made(STATE, asked(row))
        assert not world.changes(found, mailroom.planned(found, asked(row)))


@pytest.mark.parametrize(("day", "until"), [(date(2026, 5, 31), "2026-05-31"), (date(2026, 6, 1), None)])
def test_a_forwarding_ends_with_the_clean_up_after_its_last_day(day: date, until: str | None) -> None:
    found, _ = made(left(more=SHORT), asked(phase=Phase.CLEANUP, day=day))
    assert found[ONE]["forwardUntil"] == until


def test_a_box_goes_sooner_than_an_account_but_not_before_its_forwarding_is_over() -> None:
    plain, forwarded = left(), left(more=FORWARD)
    for day, gone in ((date(2026, 6, 29), False), (date(2026, 7, 1), True)):
        found, _ = made(plain, asked(phase=Phase.CLEANUP, day=day))
        assert (ONE not in found) == gone
    for day, gone in ((date(2026, 9, 30), False), (date(2026, 10, 1), True)):
        found, _ = made(forwarded, asked(phase=Phase.CLEANUP, day=day))
        assert (ONE not in found) == gone


def test_a_prepared_box_has_its_size_from_the_beginning() -> None:
    row = order(9, "採用", "オノ　ケン", "小野　健")
    for phase in (Phase.PREPARE, Phase.WHOLE):
        found, _ = made(STATE, asked(row, phase=phase))
        assert found[Key("user", "id-1-000009")]["quotaMb"] == 500


def test_the_three_phases_together_are_the_whole() -> None:
    rows = (order(9, "採用", "オノ　ケン", "小野　健"), order(1, "退職", more=FORWARD))
    state: State = STATE
    for phase in (Phase.PREPARE, Phase.CUTOVER, Phase.CLEANUP):
        state, _ = made(state, asked(*rows, phase=phase))
    whole, _ = made(STATE, asked(*rows))
    assert mailroom.facts(state) == mailroom.facts(whole)


WRONG = {
    ",ob@example.jp,": ("forward_half", "転送期限"),
    ",,2026-09-30": ("forward_half", "転送先"),
    ",ob.example.jp,2026-09-30": ("forward_not_address", "転送先"),
    ",ob@example,2026-09-30": ("forward_not_address", "転送先"),
    ",o b@example.jp,2026-09-30": ("forward_not_address", "転送先"),
    ",ob@example.jp; b@example.jp,2026-09-30": ("forward_not_address", "転送先"),
    ",o..b@example.jp,2026-09-30": ("forward_not_address", "転送先"),
    ",ob@example.jp,2026-03-31": ("forward_too_early", "転送期限"),
    ",ob@example.jp,2026-10-01": ("forward_too_late", "転送期限"),
    ",ob@example.jp,soon": ("text.not_a_date", "転送期限"),
}


@pytest.mark.parametrize("cells", WRONG)
def test_what_cannot_be_meant_is_told_with_file_row_and_column(cells: str) -> None:
    file = mailroom.orders(order(1, "退職", more=cells))
    [problem] = read_request(policy=world.policy(), effective_date=world.DAY, orders=file).problems
    code, column = WRONG[cells]
    assert code in world.codes([problem])[0] or code.startswith("text.")
    assert problem.render("en").startswith(f"orders.csv, row 2, {column}")


def test_a_system_without_forwarding_passes_over_the_columns() -> None:
    rules = directory_policy(POLICY)
    assert not {"forward", "forwardUntil"} & scope(rules)["user"].attributes


FAULTS = {
    "users.forward_until": {"forward": "forward"},
    "users.forward": {"forward_until": "forwardUntil"},
    "users.on_leaving.displayName": {"on_leaving": {"displayName": "x"}},
    "users.on_joining.listed": {"on_joining": {"listed": True}},
    "users.on_leaving.quotaMb": {"on_leaving": {"quotaMb": [1]}},
}


@pytest.mark.parametrize("path", FAULTS)
def test_settings_that_cannot_be_are_told_by_path(path: str) -> None:
    with pytest.raises(InputError) as wrong:
        directory_policy({**POLICY, "users": {**POLICY["users"], **FAULTS[path]}})
    assert f"personnel_directory.{path}" in wrong.value.render("en")


@pytest.mark.parametrize(("day", "goes"), [(30, False), (31, True)])
def test_the_box_is_deleted_after_days_where_the_policy_counts_days(day: int, goes: bool) -> None:
    state = dict([person(1, "shiomi.hana", enabled=False, notes=frozenset({"chonai:retired-on=2026-03-01"}))])
    rules = replace(RULES, retirement=Retirement(delete_after_days=30))
    wish = asked(phase=Phase.CLEANUP, day=date(2026, 3, day))
    outcome = plan(state, {}, wish, world.policy(), rules)
    assert (Key("user", "1") not in outcome.desired) == goes
    assert [reason for reason in outcome.reasons.values() if "30 日" in reason] == list(outcome.reasons.values())
