"""What undecided change sets want: nobody else gets it until they are done, withdrawn, or too late."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from chonai.change.errors import Fault, Refused, UsageError
from chonai.change.holds import Hold
from chonai.change.model import ChangeSet
from chonai.change.ports import Event
from chonai.store import Store
from chonai.store.database import Database
from chonai.store.state import State
from tests.unit.change.examples import change_set
from tests.unit.change.people import NOW
from tests.unit.store.facts import OLD_VERSIONS, SEAL, applied, happened, make_old

SAMPLE = change_set()
ADDRESS = Hold("ledger", "address", "10.20.1.5", "prefix:1", "40a140105", "40a140105")
BLOCK = Hold("ledger", "prefix", "10.20.0.0/24", "vrf:1", "40a140000", "40a1400ff")


def named(id_: str) -> ChangeSet:
    return replace(SAMPLE, id=id_)


def add(store: Store, id_: str, *holds: Hold, **more: object) -> ChangeSet:
    wanted = store.holds.wanted(holds)
    changed: ChangeSet = replace(named(id_), **more)
    store.change_sets.add(changed, SEAL, NOW, wanted=wanted)
    return changed


def held(store: Store, system: str = "ledger") -> list[tuple[str, str]]:
    return [(one.hold.value, one.change_set) for one in store.holds.of(system)]


def test_what_is_wanted_is_held_with_the_change_set(store: Store) -> None:
    add(store, "a", ADDRESS, BLOCK)
    add(store, "b", replace(ADDRESS, first="40a140106", last="40a140106", value="10.20.1.6"))
    assert held(store) == [("10.20.1.5", "a"), ("10.20.0.0/24", "a"), ("10.20.1.6", "b")]
    assert store.holds.of("other") == ()
    assert store.holds.of("ledger")[0].hold == ADDRESS


@pytest.mark.parametrize(
    "wanted",
    [
        ADDRESS,
        replace(BLOCK, value="10.20.0.128/25", first="40a140080"),
        replace(BLOCK, value="10.20.0.0/23", last="40a1401ff"),
    ],
)
def test_what_somebody_holds_is_refused_and_nothing_stored(store: Store, wanted: Hold) -> None:
    add(store, "a", ADDRESS, BLOCK)
    free = replace(ADDRESS, value="free", first="x", last="x")
    with pytest.raises(Refused) as caught:
        add(store, "b", free, wanted)
    assert caught.value.message.code == "store.held"
    assert (caught.value.message.fields["other"], caught.value.message.fields["value"]) == ("a", wanted.value)
    assert caught.value.render("en") != caught.value.render("ja")
    assert len(held(store)) == 2
    with pytest.raises(UsageError):
        store.change_sets.require("b")


@pytest.mark.parametrize(
    "wanted",
    [
        replace(ADDRESS, system="other"),
        replace(ADDRESS, type="vlan"),
        replace(ADDRESS, space="prefix:2"),
        replace(BLOCK, first="40a140100", last="40a1401ff"),
    ],
)
def test_other_places_do_not_meet(store: Store, wanted: Hold) -> None:
    add(store, "a", ADDRESS, BLOCK)
    add(store, "b", wanted)


def test_a_done_change_set_holds_nothing_even_if_nobody_said_so(store: Store) -> None:
    done = add(store, "a", ADDRESS)
    applied(store, done, *(plan.system for plan in done.plans))
    assert held(store) == []
    add(store, "b", ADDRESS)
    assert held(store) == [("10.20.1.5", "b")]


def test_one_that_was_begun_holds_on(store: Store) -> None:
    begun = add(store, "a", ADDRESS, start_by=NOW - timedelta(hours=1))
    assert held(store) == []
    store.journal.append([happened(Event.STARTED, begun.id, begun.plans[0].system)])
    assert held(store) == [("10.20.1.5", "a")]


def test_ended_is_ended_for_good(store: Store) -> None:
    add(store, "a", ADDRESS)
    for id_ in ("a", "a", "unknown"):
        store.holds.end(id_, NOW)
    assert held(store) == []
    add(store, "b", ADDRESS)


def test_what_is_withdrawn_holds_nothing(store: Store) -> None:
    add(store, "a", ADDRESS)
    store.withdraw("a", "sato", "別の番号にする", NOW)
    assert held(store) == []
    add(store, "b", ADDRESS)


def begun(store: Store, id_: str, **outcome: object) -> None:
    """An apply that came to its end on the first system and made what the outcome says."""
    changed = add(store, id_, ADDRESS)
    system = changed.plans[0].system
    rows = [happened(Event.STARTED, id_, system), happened(Event.INTENT, id_, system, changes=[0])]
    rows += [happened(Event.OUTCOME, id_, system, **outcome)] if outcome else []
    store.journal.append([*rows, happened(Event.FINISHED, id_, system)])


@pytest.mark.parametrize("outcome", [{"done": [0]}, {"failed": {"0": {}}}])
def test_what_is_given_up_holds_nothing(store: Store, outcome: dict[str, object]) -> None:
    begun(store, "a", **outcome)
    assert held(store) == [("10.20.1.5", "a")]
    assert store.withdraw("a", "sato", "相手がもういない", NOW)
    assert not store.withdraw("a", "sato", "もう一度", NOW)
    assert store.state_of("a") is State.GIVEN_UP
    assert held(store) == []
    add(store, "b", ADDRESS)
    [row] = [row for row in store.journal.rows("a") if row.entry.event is Event.WITHDRAWN]
    left = {plan.system: len(plan.changes) for plan in SAMPLE.plans}
    left[SAMPLE.plans[0].system] -= len(list(outcome.get("done", ())))  # type: ignore[call-overload]  # a list
    assert row.entry.data["left"] == left


def test_what_may_have_been_done_is_not_given_up(store: Store) -> None:
    """Only the system can tell what became of a change without an outcome."""
    begun(store, "a")
    with pytest.raises(Refused) as caught:
        store.withdraw("a", "sato", "不要", NOW)
    assert caught.value.message.code == "store.withdraw_unsettled"
    assert held(store) == [("10.20.1.5", "a")]
    assert store.state_of("a") is State.PARTLY_FAILED


def test_what_is_being_applied_is_not_given_up(store: Store) -> None:
    begun(store, "a", done=[0])
    with store.locks.hold("ledger", "sato", "a"), pytest.raises(Refused) as caught:
        store.withdraw("a", "sato", "不要", NOW)
    assert caught.value.message.code == "store.not_withdrawable"


@pytest.mark.parametrize("table", ["holds", "hold_ends"])
def test_what_was_held_stays_on_record(url: str, table: str) -> None:
    with Store.open(url) as store:
        add(store, "a", ADDRESS)
        store.holds.end("a", NOW)
    database = Database(url)
    with pytest.raises(Fault, match="append-only"), database.write() as connection:
        connection.exec_driver_sql(f"DELETE FROM {table}")
    database.close()


def test_one_of_many_at_once_gets_it(url: str) -> None:
    Store.open(url).close()
    got: list[str] = []

    def want(id_: str) -> None:
        with Store.open(url) as store:
            try:
                add(store, id_, ADDRESS)
                got.append(id_)
            except Refused:
                pass

    threads = [threading.Thread(target=want, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store.open(url) as store:
        assert held(store) == [("10.20.1.5", got[0])]
    assert len(got) == 1


@pytest.mark.parametrize("version", OLD_VERSIONS)
def test_a_store_from_before_gets_room_for_them(url: str, version: int) -> None:
    make_old(url, version)
    with Store.open(url) as store:
        assert held(store) == []
        add(store, "a", ADDRESS)
        assert held(store) == [("10.20.1.5", "a")]


def test_one_that_can_only_be_read_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "chonai.db"
    make_old(f"sqlite:///{path}", 2)
    with Store.open(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert held(store) == []
