"""An apply: each change is announced, made, read back and written down, and what fails stops only what needs it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chonai.change.apply import LARGEST_BATCH, SMALLEST_BATCH, Run, Tally, next_size
from chonai.change.codec import record_to_json
from chonai.change.errors import SystemUnreachable
from chonai.change.model import Change, Key, Record, State
from chonai.change.ports import Event
from chonai.change.system import Result, SecretMaker
from chonai.systems.memory import MemorySystem
from chonai.text.messages import message
from tests.unit.change.books import NOW, Books, planned
from tests.unit.change.hall import CIVIC, GROUP, HANA, OBSERVED, SCOPE, TARO, TAX, WATER, group, hall, person

NO = message("memory.no_object", object="x")
HIRED: State = {**OBSERVED, TARO: person("taro"), GROUP: group(HANA, TARO)}
IN_A_NEW_SECTION: State = {
    **OBSERVED,
    WATER: {"parent": None, "name": "水道課"},
    TARO: person("taro", WATER),
    GROUP: group(HANA, TARO),
}


@pytest.fixture
def books() -> Books:
    return Books()


def real(system: MemorySystem, name: str) -> Key:
    [key] = [key for key, record in system.objects.items() if record["name"] == name]
    return key


def test_what_is_planned_is_there_afterwards_and_planned_again_it_is_nothing(books: Books) -> None:
    system = hall()
    tally = books.carry_out(planned(system, HIRED, SCOPE), system)
    assert (tally, tally.complete) == (Tally(2, 0, 0), True)
    taro = real(system, "taro")
    assert system.objects[taro] == person("taro")
    assert system.objects[GROUP]["member"] == frozenset({str(HANA), str(taro)})
    assert not planned(system, {**OBSERVED, taro: person("taro"), GROUP: group(HANA, taro)}, SCOPE).changes


def test_each_batch_is_announced_before_it_is_made_and_then_told(books: Books) -> None:
    system = hall()
    books.carry_out(planned(system, HIRED, SCOPE), system)
    assert [(row.entry.event, row.entry.data) for row in books.kept] == [
        (Event.STARTED, {"left": 2}),
        (Event.INTENT, {"changes": [0]}),
        (Event.OUTCOME, {"done": [0], "keys": {str(TARO): str(real(system, "taro"))}}),
        (Event.INTENT, {"changes": [1]}),
        (Event.OUTCOME, {"done": [1]}),
        (Event.FINISHED, {"done": 2, "failed": 0, "skipped": 0}),
    ]
    told = {(entry.change_set, entry.system, entry.actor, entry.at) for entry in (row.entry for row in books.kept)}
    assert told == {("set", "memory", "sato", NOW)}


def test_how_far_it_is_is_told_after_each_batch(books: Books) -> None:
    system = hall()
    books.carry_out(planned(system, IN_A_NEW_SECTION, SCOPE), system)
    assert books.progress == [(1, 3), (2, 3), (3, 3)]


def test_another_systems_rows_of_the_same_change_set_are_not_its_own(books: Books) -> None:
    for name in ("one", "other"):
        system = MemorySystem(name, OBSERVED)
        assert books.carry_out(planned(system, HIRED, SCOPE), system).done == 2
        assert real(system, "taro")


def test_another_change_sets_rows_are_not_its_own(books: Books) -> None:
    system = hall()
    books.carry_out(planned(system, {**OBSERVED, HANA: person("hana", title="主任")}, SCOPE), system, "first")
    promoted = {**OBSERVED, HANA: person("hana", title="係長")}
    assert books.carry_out(planned(system, promoted, SCOPE), system, "second").done == 1
    assert system.objects[HANA]["title"] == "係長"


def test_secrets_are_put_away_under_the_keys_of_the_plan(books: Books) -> None:
    system = hall()
    books.carry_out(planned(system, HIRED, SCOPE), system)
    secrets = {"initial_password": "initial_password 0"}
    assert books.box == {("set", "memory", TARO): secrets}
    assert system.secrets == {real(system, "taro"): secrets}


def test_each_newcomer_of_a_batch_gets_the_secret_that_was_put_away_for_them(books: Books) -> None:
    system = hall()
    newcomers = {Key("user", f"new:{name}"): person(name) for name in ("taro", "jiro")}
    books.carry_out(planned(system, {**OBSERVED, **newcomers}, SCOPE), system)
    for key in newcomers:
        assert system.secrets[real(system, key.id.removeprefix("new:"))] == books.box["set", "memory", key]


def test_secrets_are_put_away_before_the_system_hears_of_them(books: Books) -> None:
    system = hall()
    plan = planned(system, HIRED, SCOPE)
    with system.gone(), pytest.raises(SystemUnreachable):
        Run("set", plan, system, books.desk()).to_the_end()
    assert ("set", "memory", TARO) in books.box
    assert not system.secrets


def test_the_whole_object_is_written_down_before_it_is_deleted(books: Books) -> None:
    system = hall()
    system.objects[HANA]["phone"] = "内線 12"
    system.objects[GROUP]["member"] = frozenset()
    plan = planned(system, {TAX: OBSERVED[TAX], CIVIC: OBSERVED[CIVIC], GROUP: group()}, SCOPE)
    whole = dict(system.objects[HANA])
    run = Run("set", plan, system, books.desk())
    assert run.to_the_end().complete
    assert HANA not in system.objects
    assert books.told(Event.INTENT) == [{"changes": [0], "preimages": {str(HANA): record_to_json(whole)}}]
    assert run.ledger.preimages == {HANA: whole}


def test_what_fails_stops_what_needs_it_and_nothing_else(books: Books) -> None:
    system = hall()
    desired = {**IN_A_NEW_SECTION, HANA: person("hana", title="主任")}
    system.refuse[WATER] = NO
    tally = books.carry_out(planned(system, desired, SCOPE), system)
    assert (tally, tally.complete) == (Tally(1, 1, 2, {0: NO}), False)
    assert system.objects[HANA]["title"] == "主任"
    assert books.told(Event.OUTCOME) == [{"failed": {"0": NO.as_json()}}, {"skipped": [1, 3]}, {"done": [2]}]
    assert books.told(Event.FINISHED) == [{"done": 1, "failed": 1, "skipped": 2}]
    assert books.progress[0] == (3, 4)


def test_only_skipped_is_not_complete_either() -> None:
    assert not Tally(1, 0, 1).complete


def test_what_failed_and_what_was_skipped_for_it_is_tried_again_by_the_next_apply(books: Books) -> None:
    system = hall()
    plan = planned(system, IN_A_NEW_SECTION, SCOPE)
    system.refuse[TARO] = NO
    assert books.carry_out(plan, system) == Tally(1, 1, 1, {1: NO})
    system.refuse.clear()
    assert books.carry_out(plan, system) == Tally(3, 0, 0)
    assert [data["left"] for data in books.told(Event.STARTED)] == [3, 2]
    assert system.objects[real(system, "taro")]["parent"] == str(real(system, "水道課"))


def test_what_is_done_is_not_done_again(books: Books) -> None:
    system = hall()
    plan = planned(system, HIRED, SCOPE)
    books.carry_out(plan, system)
    assert books.carry_out(plan, system) == Tally(2, 0, 0)
    assert len(books.told(Event.INTENT)) == 2


class IdleSystem(MemorySystem):
    """Says yes to as many changes as `answers`, and does nothing: there are such devices."""

    answers: int | None = None

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        return [Result(change.key) for change in changes][: self.answers]


@pytest.mark.parametrize(
    ("key", "record", "names"),
    [(HANA, person("hana", CIVIC, title="主任"), "parent, title"), (Key("ou", "back"), {"name": "水道課"}, "")],
)
def test_a_yes_that_reading_back_does_not_bear_out_is_a_failure(
    books: Books, key: Key, record: Record, names: str
) -> None:
    system = IdleSystem("memory", OBSERVED)
    tally = books.carry_out(planned(system, {**OBSERVED, key: record}, SCOPE), system)
    assert tally == Tally(0, 1, 0, {0: message("change.not_as_written", object=str(key), attributes=names)})


def test_a_system_that_does_not_answer_for_every_change_is_broken(books: Books) -> None:
    system = IdleSystem("memory", OBSERVED)
    system.answers = 0
    with pytest.raises(ValueError, match="zip"):
        books.carry_out(planned(system, HIRED, SCOPE), system)
    assert not books.told(Event.OUTCOME)


def test_changes_of_one_rank_are_made_together_and_no_more_than_a_batch_of_them(books: Books) -> None:
    system = hall()
    newcomers = {Key("user", f"new:{n:02}"): person(f"p{n:02}") for n in range(SMALLEST_BATCH + 8)}
    everybody = {**OBSERVED, **newcomers, GROUP: group(HANA, *newcomers)}
    books.carry_out(planned(system, everybody, SCOPE), system)
    assert books.told(Event.INTENT) == [
        {"changes": list(range(SMALLEST_BATCH))},
        {"changes": list(range(SMALLEST_BATCH, SMALLEST_BATCH + 8))},
        {"changes": [SMALLEST_BATCH + 8]},
    ]


def test_a_system_that_wants_whole_batches_gets_them(books: Books) -> None:
    system = hall()
    system.whole_batches = True
    newcomers = {Key("user", f"new:{n:02}"): person(f"p{n:02}") for n in range(SMALLEST_BATCH + 8)}
    books.carry_out(planned(system, {**OBSERVED, **newcomers}, SCOPE), system)
    assert books.told(Event.INTENT) == [{"changes": list(range(SMALLEST_BATCH + 8))}]


@pytest.mark.parametrize(
    ("size", "seconds", "expected"),
    [
        (64, 0.49, 128),
        (64, 0.5, 64),
        (64, 2, 64),
        (128, 2.1, 64),
        (LARGEST_BATCH, 0.1, LARGEST_BATCH),
        (SMALLEST_BATCH, 9, SMALLEST_BATCH),
    ],
)
def test_a_batch_grows_and_shrinks_towards_a_second(size: int, seconds: float, expected: int) -> None:
    assert next_size(size, seconds) == expected
