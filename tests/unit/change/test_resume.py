"""An apply that was killed is finished by the next one, which asks the system itself what became of what was begun."""

from __future__ import annotations

import pytest

from chonai.change.apply import Run, Tally
from chonai.change.errors import DriftFound
from chonai.change.ledger import Status
from chonai.change.model import Action, Change, Key, Plan, State, TypeScope
from chonai.change.ports import Event
from chonai.systems.memory import MemorySystem
from chonai.text.messages import message
from tests.unit.change.books import Books, planned
from tests.unit.change.hall import CIVIC, GROUP, HANA, OBSERVED, SCOPE, TARO, TAX, group, hall, person

HIRED: State = {**OBSERVED, TARO: person("taro"), GROUP: group(HANA, TARO)}
PROMOTED: State = {**OBSERVED, HANA: person("hana", title="主任")}
OTHERS_NUMBER = "1-somebody-else"


@pytest.fixture
def books() -> Books:
    return Books()


def make(system: MemorySystem, *changes: Change) -> None:
    """Somebody, or an apply that was killed afterwards, makes these changes."""
    assert not [result.error for result in system.apply(changes, lambda change, name: "lost") if result.error]


def checked(books: Books, plan: Plan, system: MemorySystem) -> Run:
    run = Run("set", plan, system, books.desk())
    run.check()
    return run


def test_what_was_made_before_the_kill_is_done(books: Books) -> None:
    system = hall()
    plan = planned(system, PROMOTED, SCOPE)
    books.begin(plan, 0)
    make(system, *plan.changes)
    run = checked(books, plan, system)
    assert run.ledger.status == [Status.DONE]
    assert books.told(Event.OUTCOME) == [{"done": [0]}]
    assert run.to_the_end() == Tally(1, 0, 0)
    assert len(books.told(Event.INTENT)) == 1


def test_what_was_not_made_before_the_kill_is_made_now(books: Books) -> None:
    system = hall()
    plan = planned(system, PROMOTED, SCOPE)
    books.begin(plan, 0)
    run = checked(books, plan, system)
    assert run.ledger.status == [Status.FAILED]
    assert not books.told(Event.OUTCOME)
    assert run.to_the_end() == Tally(1, 0, 0)
    assert system.objects[HANA]["title"] == "主任"


def test_what_was_half_made_before_the_kill_is_completed(books: Books) -> None:
    system = hall()
    plan = planned(system, {**OBSERVED, HANA: person("hana", CIVIC, title="主任")}, SCOPE)
    books.begin(plan, 0)
    system.objects[HANA]["title"] = "主任"
    assert books.carry_out(plan, system) == Tally(1, 0, 0)
    assert system.objects[HANA]["parent"] == str(CIVIC)


def test_a_delete_that_was_made_before_the_kill_is_done(books: Books) -> None:
    system = hall()
    plan = planned(system, {**{key: OBSERVED[key] for key in (TAX, CIVIC)}, GROUP: group()}, SCOPE)
    [leaves, deleted] = plan.changes
    assert deleted.action is Action.DELETE
    books.begin(plan, 0, 1)
    make(system, leaves, deleted)
    assert checked(books, plan, system).ledger.status == [Status.DONE, Status.DONE]


def test_a_person_that_was_made_before_the_kill_is_known_again_and_gets_a_new_secret(books: Books) -> None:
    system = hall()
    plan = planned(system, HIRED, SCOPE)
    books.begin(plan, 0)
    make(system, plan.changes[0])
    [taro] = system.objects.keys() - OBSERVED.keys()
    run = checked(books, plan, system)
    assert run.ledger.status == [Status.FAILED, Status.UNTOUCHED]
    assert books.told(Event.OUTCOME) == [{"keys": {str(TARO): str(taro)}}]
    assert run.to_the_end() == Tally(2, 0, 0)
    assert system.objects.keys() - OBSERVED.keys() == {taro}
    assert system.objects[GROUP]["member"] == frozenset({str(HANA), str(taro)})
    assert system.secrets[taro] == books.box["set", "memory", TARO] != {"initial_password": "lost"}


def test_a_person_that_was_half_made_before_the_kill_is_completed(books: Books) -> None:
    system = hall()
    plan = planned(system, HIRED, SCOPE)
    books.begin(plan, 0)
    make(system, plan.changes[0])
    [taro] = system.objects.keys() - OBSERVED.keys()
    del system.objects[taro]["title"]
    assert books.carry_out(plan, system) == Tally(2, 0, 0)
    assert system.objects[taro] == person("taro")


def test_what_somebody_else_made_in_the_place_of_a_newcomer_is_not_taken_for_it(books: Books) -> None:
    """Without their number it would be given to a namesake, with all that the newcomer is to have."""
    system = hall()
    desired = {**HIRED, HANA: person("hana", title="主任")}
    plan = planned(system, desired, SCOPE)
    books.begin(plan, 0)
    theirs = Key("user", "theirs")
    system.objects[theirs] = dict(person("taro", staffKey=OTHERS_NUMBER))
    run = checked(books, plan, system)
    assert run.errors[0].fields == {"object": str(TARO), "found": str(theirs)}
    assert run.errors[0].code == "change.drift_exists"
    assert run.to_the_end() == Tally(1, 1, 1, run.errors)
    assert system.objects[theirs] == person("taro", staffKey=OTHERS_NUMBER)
    assert system.objects[HANA]["title"] == "主任"
    assert not books.box


def test_whose_an_object_is_tells_it_from_one_of_somebody_else_too(books: Books) -> None:
    scope = {"user": TypeScope(frozenset({"name", "owner"}), unique=(("name",),), told=frozenset({"owner"}))}
    system = MemorySystem("memory")
    plan = planned(system, {TARO: {"name": "taro", "owner": "1-taro"}}, scope)
    books.begin(plan, 0)
    system.objects[Key("user", "theirs")] = {"name": "taro", "owner": "1-jiro"}
    assert checked(books, plan, system).errors.keys() == {0}


def test_what_somebody_else_brought_back_under_another_key_is_not_taken_for_it(books: Books) -> None:
    """What comes back has a key already: nobody has to look for it."""
    system = hall()
    back = Key("user", "back")
    plan = planned(system, {**OBSERVED, back: person("taro")}, SCOPE)
    books.begin(plan, 0)
    system.objects[Key("user", "theirs")] = dict(person("taro"))
    run = checked(books, plan, system)
    assert not run.ledger.keys
    assert [error.code for error in run.to_the_end().errors.values()] == ["memory.taken"]


def test_what_could_not_be_deleted_and_is_gone_since_is_done(books: Books) -> None:
    system = hall()
    plan = planned(system, {key: OBSERVED[key] for key in (TAX, CIVIC, HANA)}, SCOPE)
    system.refuse[GROUP] = message("memory.no_object", object="x")
    assert books.carry_out(plan, system).failed == 1
    del system.objects[GROUP], system.refuse[GROUP]
    assert books.carry_out(plan, system) == Tally(1, 0, 0)


def test_what_somebody_else_changed_since_is_left_alone_and_the_rest_is_finished(books: Books) -> None:
    system = hall()
    plan = planned(system, {**HIRED, HANA: person("hana", title="主任")}, SCOPE)
    books.begin(plan, 0)
    make(system, plan.changes[0])
    system.objects[HANA]["title"] = "課長"
    tally = books.carry_out(plan, system)
    assert (tally.done, tally.failed, tally.skipped) == (2, 1, 0)
    assert [error.code for error in tally.errors.values()] == ["change.drift_moved"]
    assert system.objects[HANA]["title"] == "課長"
    assert {"failed": {str(n): error.as_json() for n, error in tally.errors.items()}} in books.told(Event.OUTCOME)


def test_what_somebody_else_changed_since_refuses_all_of_what_was_not_begun(books: Books) -> None:
    system = hall()
    plan = planned(system, {**HIRED, HANA: person("hana", title="主任")}, SCOPE)
    system.objects[HANA]["title"] = "課長"
    before = {key: dict(record) for key, record in system.objects.items()}
    with pytest.raises(DriftFound):
        checked(books, plan, system)
    assert system.objects == before
    assert not books.kept


@pytest.mark.parametrize("dies_at", [Event.INTENT, Event.OUTCOME, Event.FINISHED])
def test_killed_at_any_moment_everything_is_there_once_after_the_next_apply(books: Books, dies_at: Event) -> None:
    system = hall()
    plan = planned(system, HIRED, SCOPE)
    books.dies_at = dies_at
    with pytest.raises(KeyboardInterrupt):
        books.carry_out(plan, system)
    books.dies_at = None
    assert books.carry_out(plan, system) == Tally(2, 0, 0)
    [taro] = system.objects.keys() - OBSERVED.keys()
    assert system.objects[GROUP]["member"] == frozenset({str(HANA), str(taro)})
    assert system.secrets[taro] == books.box["set", "memory", TARO]
