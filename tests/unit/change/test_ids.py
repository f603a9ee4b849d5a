"""What the ledger of IDs learns from a change that was made, and that an apply tells it in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime

import pytest

from chonai.change.apply import Desk, Run
from chonai.change.diff import diff
from chonai.change.ids import GivenId, Occasion
from chonai.change.model import Action, Change, Key, Record, State, TypeScope
from chonai.change.plan import make_plan
from chonai.change.ports import Entry, Event, Holder, Row
from chonai.change.undo import undo_plan
from chonai.systems.memory import MemorySystem

NOW = datetime(2026, 4, 1, tzinfo=UTC)
NAMES = frozenset({"name", "aliases"})
PEOPLE = TypeScope(
    NAMES | {"staffKey", "displayName", "title", "parent"},
    frozenset({"parent"}),
    frozenset({"name"}),
    (("parent", "name"), ("staffKey",)),
    label=("displayName", "name"),
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


def test_what_nobody_owns_is_not_kept() -> None:
    record: Record = {"name": "svc-backup", "staffKey": None}
    assert not learned(between(None, record), record)
    create = Change(Action.CREATE, Key("group", "new:g"), {}, {"name": "ka-1"}, "")
    assert not list(OCCASION.learned(create, {"name": "ka-1"}, SECTIONS))


class Books:
    """Journal, ledger of IDs and box of an apply, in memory; dies where it is told to."""

    def __init__(self) -> None:
        self.kept: list[Row] = []
        self.ids: list[GivenId] = []
        self.dies_at: Event | None = None

    def append(self, entries: Sequence[Entry]) -> None:
        if any(entry.event is self.dies_at for entry in entries):
            raise KeyboardInterrupt
        self.kept += [Row(len(self.kept) + n, entry, "", "") for n, entry in enumerate(entries, 1)]

    def rows(self, change_set: str | None = None, system: str | None = None) -> Iterator[Row]:
        return (row for row in self.kept if row.entry.change_set == change_set)

    def put(self, change_set: str, system: str, secrets: Mapping[Key, Mapping[str, str]]) -> None:
        raise AssertionError(secrets)

    def remember(self, ids: Sequence[GivenId]) -> None:
        self.ids += ids

    def hold(self, system: str, who: str, what: str) -> AbstractContextManager[Holder]:
        return nullcontext(Holder(who, what, "", 0, NOW))

    def desk(self) -> Desk:
        return Desk(self, self, lambda _: "", lambda: NOW, "sato", lambda done, total: None, ids=self)


@pytest.fixture
def books() -> Books:
    return Books()


def run(books: Books, system: MemorySystem, desired: State, id_: str = "set") -> None:
    observation = system.observe(SCOPE)
    plan = make_plan(
        system="webmail", operation="o", observation=observation, desired=desired, scope=SCOPE, reasons={}
    )  # fmt: skip
    once = Run(id_, plan, system, books.desk())
    once.check()
    once.to_the_end()


def test_an_apply_tells_the_ledger_what_it_made(books: Books) -> None:
    run(books, MemorySystem("webmail"), {NEW: HANA})
    assert {(one.value, one.owner, one.change_set, one.since) for one in books.ids} == {
        (value, "1-1", "set", NOW.date()) for value in ("hana", "old", "1-1")
    }


@pytest.mark.parametrize("dies_at", [Event.OUTCOME, Event.FINISHED])
def test_killed_at_any_moment_it_knows_of_everything_that_is_done(books: Books, dies_at: Event) -> None:
    system = MemorySystem("webmail", {ONE: HANA})
    observation, desired = system.observe(SCOPE), {ONE: {**HANA, "name": "sato"}}
    plan = make_plan(
        system="webmail", operation="o", observation=observation, desired=desired, scope=SCOPE, reasons={}
    )  # fmt: skip
    books.dies_at = dies_at
    with pytest.raises(KeyboardInterrupt):
        Run("set", plan, system, books.desk()).to_the_end()
    assert {one.value for one in books.ids} == {"hana", "sato", "old", "1-1"}


def test_what_was_made_before_the_kill_and_never_read_back_is_learned_by_the_next_apply(books: Books) -> None:
    system = MemorySystem("webmail", {ONE: HANA})
    observation, desired = system.observe(SCOPE), {ONE: {**HANA, "name": "sato"}}
    plan = make_plan(
        system="webmail", operation="o", observation=observation, desired=desired, scope=SCOPE, reasons={}
    )  # fmt: skip
    books.append([Entry(Event.INTENT, "set", "webmail", "sato", NOW, {"changes": [0]})])
    system.apply(plan.changes, lambda change, name: "")
    resumed = Run("set", plan, system, books.desk())
    resumed.check()
    assert {one.value for one in books.ids} == {"hana", "sato", "old", "1-1"}


def test_an_undo_takes_nothing_out_of_the_ledger(books: Books) -> None:
    system = MemorySystem("webmail")
    plan = make_plan(
        system="webmail", operation="o", observation=system.observe(SCOPE), desired={NEW: HANA}, scope=SCOPE, reasons={}
    )  # fmt: skip
    Run("set", plan, system, books.desk()).to_the_end()
    back = undo_plan(plan, books.rows("set"), system)
    Run("back", back, system, books.desk()).to_the_end()
    assert not system.objects
    assert {one.change_set for one in books.ids if one.value == "hana"} == {"set", "back"}
