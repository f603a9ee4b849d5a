"""What the ledger of IDs learns from a change that was made, and that an apply tells it in time."""

from __future__ import annotations

from datetime import date

import pytest

from chonai.change.apply import Run
from chonai.change.diff import diff
from chonai.change.ids import Occasion
from chonai.change.model import Action, Change, Key, Record, TypeScope
from chonai.change.ports import Event
from chonai.change.undo import undo_plan
from chonai.systems.memory import MemorySystem
from tests.unit.change.books import NOW, Books, planned

NAMES = frozenset({"name", "aliases"})
PEOPLE = TypeScope(
    NAMES | {"staffKey", "displayName", "title", "parent"},
    frozenset({"parent"}),
    frozenset({"name"}),
    (("parent", "name"), ("staffKey",)),
    label=("displayName", "title"),
    names=NAMES,
    owner="staffKey",
)
SECTIONS = TypeScope(NAMES | {"member"}, frozenset({"member"}), names=NAMES)
SCOPE = {"user": PEOPLE, "group": SECTIONS}
ONE, NEW = Key("user", "1"), Key("user", "new:2")
HANA: Record = {
    "name": "hana",
    "aliases": frozenset({"old"}),
    "staffKey": "1-1",
    "displayName": "汐見　花",
    "title": "主事",
}
OCCASION = Occasion("webmail", "set", date(2026, 4, 1))


def learned(change: Change, record: Record | None) -> set[tuple[str, str, str, str, str]]:
    found = OCCASION.learned(change, record, PEOPLE)
    return {(one.attribute, one.value, one.owner, one.person, one.formerly) for one in found}


def between(old: Record | None, new: Record | None) -> Change:
    observed, desired = ({ONE: record} if record else {} for record in (old, new))
    [change] = diff(observed, desired, SCOPE, {})
    return change


def test_a_create_tells_every_id_of_the_new_object() -> None:
    assert learned(between(None, HANA), HANA) == {
        ("name", "hana", "1-1", "汐見花", ""),
        ("aliases", "old", "1-1", "汐見花", ""),
        ("staffKey", "1-1", "1-1", "汐見花", ""),
    }


def test_a_delete_tells_what_was_there() -> None:
    assert learned(between(HANA, None), None) == learned(between(None, HANA), HANA)


def test_a_rename_tells_the_old_name_and_the_new_one() -> None:
    new = {**HANA, "name": "sato", "aliases": frozenset({"hana"})}
    names = {(attribute, value) for attribute, value, *_ in learned(between(HANA, new), new)}
    assert names == {("name", "hana"), ("name", "sato"), ("aliases", "old"), ("aliases", "hana"), ("staffKey", "1-1")}


def test_a_new_number_tells_under_which_one_the_person_was_known() -> None:
    new = {**HANA, "staffKey": "1-2"}
    assert learned(between(HANA, new), new) == {
        ("name", "hana", "1-2", "汐見花", "1-1"),
        ("aliases", "old", "1-2", "汐見花", "1-1"),
        ("staffKey", "1-2", "1-2", "汐見花", "1-1"),
    }


def test_what_is_called_otherwise_is_told_and_what_is_not_about_ids_is_not() -> None:
    named, titled = {**HANA, "displayName": "佐藤　花"}, {**HANA, "title": "係長"}
    assert ("name", "hana", "1-1", "佐藤花", "") in learned(between(HANA, named), named)
    assert not learned(between(HANA, titled), titled)


def test_a_further_name_is_told_although_none_was_given_up() -> None:
    more = {**HANA, "aliases": frozenset({"old", "older"})}
    assert ("aliases", "older", "1-1", "汐見花", "") in learned(between(HANA, more), more)


def test_whom_nobody_calls_anything_is_kept_without_a_name() -> None:
    record = {"name": "hana", "staffKey": "1-1"}
    assert ("name", "hana", "1-1", "", "") in learned(between(None, record), record)


def test_what_nobody_owns_is_not_kept() -> None:
    record: Record = {"name": "svc-backup", "staffKey": None}
    assert not learned(between(None, record), record)
    create = Change(Action.CREATE, Key("group", "new:g"), {}, {"name": "ka-1"}, "")
    assert not list(OCCASION.learned(create, {"name": "ka-1"}, SECTIONS))


@pytest.fixture
def books() -> Books:
    return Books()


def test_an_apply_tells_the_ledger_what_it_made(books: Books) -> None:
    system = MemorySystem("webmail")
    books.carry_out(planned(system, {NEW: HANA}, SCOPE), system)
    assert {(one.value, one.owner, one.change_set, one.since) for one in books.ids} == {
        (value, "1-1", "set", NOW.date()) for value in ("hana", "old", "1-1")
    }


@pytest.mark.parametrize("dies_at", [Event.OUTCOME, Event.FINISHED])
def test_killed_at_any_moment_it_knows_of_everything_that_is_done(books: Books, dies_at: Event) -> None:
    system = MemorySystem("webmail", {ONE: HANA})
    plan = planned(system, {ONE: {**HANA, "name": "sato"}}, SCOPE)
    books.dies_at = dies_at
    with pytest.raises(KeyboardInterrupt):
        Run("set", plan, system, books.desk()).to_the_end()
    assert {one.value for one in books.ids} == {"hana", "sato", "old", "1-1"}


def test_what_was_made_before_the_kill_and_never_read_back_is_learned_by_the_next_apply(books: Books) -> None:
    system = MemorySystem("webmail", {ONE: HANA})
    plan = planned(system, {ONE: {**HANA, "name": "sato"}}, SCOPE)
    books.begin(plan, 0)
    system.apply(plan.changes, lambda change, name: "")
    resumed = Run("set", plan, system, books.desk())
    resumed.check()
    assert {one.value for one in books.ids} == {"hana", "sato", "old", "1-1"}


def test_an_undo_takes_nothing_out_of_the_ledger(books: Books) -> None:
    system = MemorySystem("webmail")
    plan = planned(system, {NEW: HANA}, SCOPE)
    Run("set", plan, system, books.desk()).to_the_end()
    back = undo_plan(plan, books.rows("set"), system)
    Run("back", back, system, books.desk()).to_the_end()
    assert not system.objects
    assert {one.change_set for one in books.ids if one.value == "hana"} == {"set", "back"}
