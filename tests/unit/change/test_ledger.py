"""What the journal's rows say of a plan, and that rows which no apply writes are refused and named."""

from __future__ import annotations

import pytest

from chonai.change.codec import record_to_json
from chonai.change.errors import JournalBroken
from chonai.change.ledger import Ledger, Status
from chonai.change.model import Action, Change, Key, Plan
from chonai.change.ports import Entry, Event, Row
from tests.unit.change.books import NOW
from tests.unit.change.hall import GROUP, HANA, SCOPE, TARO, person

REAL, ANOTHER = Key("user", "real"), Key("user", "another")
BACK = Key("user", "back")
CHANGES = (
    Change(Action.CREATE, TARO, {}, person("taro"), "採用"),
    Change(Action.UPDATE, GROUP, {}, {"member": frozenset({str(TARO)})}, "採用", needs=(0,)),
    Change(Action.DELETE, HANA, person("hana"), {}, "退職"),
    Change(Action.CREATE, BACK, {}, person("jiro"), "取消"),
)
PLAN = Plan("memory", "o", SCOPE, CHANGES, "")

Told = tuple[Event, dict[str, object]]


def ledger(*told: Told) -> Ledger:
    rows = [
        Row(7 + n, Entry(event, "set", "memory", "sato", NOW, data), "", "") for n, (event, data) in enumerate(told)
    ]
    return Ledger.of(PLAN, rows)


def intent(*positions: int) -> Told:
    return Event.INTENT, {"changes": list(positions)}


def outcome(**data: object) -> Told:
    return Event.OUTCOME, data


def named(provisional: Key, real: Key) -> Told:
    return outcome(keys={str(provisional): str(real)})


def test_without_rows_nothing_is_tried() -> None:
    assert ledger().is_fresh
    assert ledger((Event.STARTED, {"left": 4})).is_fresh
    assert ledger().positions(Status.UNTOUCHED) == [0, 1, 2, 3]


def test_what_became_of_each_change_is_told_by_the_last_row_about_it() -> None:
    found = ledger(intent(0), outcome(failed={"0": {}}), outcome(skipped=[1]), intent(2), intent(0), outcome(done=[0]))
    assert found.status == [Status.DONE, Status.SKIPPED, Status.OPEN, Status.UNTOUCHED]
    assert found.positions(Status.SKIPPED, Status.DONE) == [0, 1]
    assert not found.is_fresh


def test_a_failure_is_kept_by_position() -> None:
    assert ledger(intent(2), outcome(failed={"2": {}})).status[2] is Status.FAILED


def test_real_keys_are_known_and_may_change_once_more() -> None:
    """What comes back under another key than the server gave it before."""
    assert ledger(named(TARO, REAL)).keys == {TARO: REAL}
    assert ledger(named(TARO, REAL), named(REAL, ANOTHER)).keys == {TARO: REAL, REAL: ANOTHER}
    assert ledger(named(BACK, ANOTHER)).keys == {BACK: ANOTHER}


def test_the_first_preimage_is_kept() -> None:
    """After a kill the object may be gone in part."""
    whole, rest = person("hana"), {"name": "hana"}
    rows = [(Event.INTENT, {"changes": [2], "preimages": {str(HANA): record_to_json(one)}}) for one in (whole, rest)]
    assert ledger(*rows).preimages == {HANA: whole}


@pytest.mark.parametrize(
    "told",
    [
        intent(4),
        intent(-1),
        (Event.INTENT, {}),
        (Event.INTENT, {"changes": [0], "preimages": {str(HANA): 7}}),
        outcome(done=[0]),
        outcome(failed={"-1": {}}),
        outcome(skipped=["x"]),
        named(GROUP, Key("group", "real")),
        named(HANA, REAL),
        named(REAL, ANOTHER),
        named(TARO, Key("group", "real")),
        named(TARO, HANA),
        named(TARO, Key("user", "new:real")),
        outcome(keys=["user:new:taro"]),
    ],
)
def test_a_row_that_no_apply_writes_is_refused_and_named(told: Told) -> None:
    with pytest.raises(JournalBroken) as caught:
        ledger((Event.STARTED, {"left": 4}), told)
    assert caught.value.message.code == "identity.journal_does_not_fit"
    assert caught.value.message.fields == {"seq": 8}
