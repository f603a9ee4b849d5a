"""Runs in the store: asked for once, never changed, found by job and time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chonai.change.errors import Fault, UsageError
from chonai.change.ports import Entry, Event
from chonai.store import Store
from chonai.store.runs import Order
from tests.unit.change.people import NOW


def add(store: Store, id_: str, job: str = "audit", minutes: int = 0) -> bool:
    at = NOW + timedelta(minutes=minutes)
    return store.runs.add({"id": id_, "job": job}, Entry(Event.RUN_REQUESTED, id_, "", "sato", at), None)


def test_a_run_is_asked_for_once(store: Store) -> None:
    assert add(store, "run-1")
    assert not add(store, "run-1", job="other")
    assert store.runs.get("run-1") == {"id": "run-1", "job": "audit"}
    assert [row.entry.event for row in store.journal.rows("run-1")] == [Event.RUN_REQUESTED]


def test_an_unknown_run_is_named(store: Store) -> None:
    with pytest.raises(UsageError) as caught:
        store.runs.get("run-9")
    assert caught.value.message.fields["id"] == "run-9"


def test_runs_are_found_by_job_and_time_the_last_first(store: Store) -> None:
    for number, (job, minutes) in enumerate((("audit", 0), ("backup", 5), ("audit", 10))):
        add(store, f"run-{number}", job, minutes)
    assert store.runs.ids() == ["run-2", "run-1", "run-0"]
    assert store.runs.ids(job="audit") == ["run-2", "run-0"]
    assert store.runs.ids(since=NOW + timedelta(minutes=5)) == ["run-2", "run-1"]
    assert store.runs.ids(limit=1) == ["run-2"]


def test_the_last_order_counts(store: Store) -> None:
    add(store, "run-1")
    assert store.runs.ordered("run-1") is None
    store.runs.order("run-1", Order("pause", "tanaka"), NOW)
    store.runs.order("run-1", Order("go", "sato"), NOW)
    assert store.runs.ordered("run-1") == Order("go", "sato")


@pytest.mark.parametrize("statement", ["UPDATE job_runs SET job = 'other'", "DELETE FROM job_runs"])
def test_what_was_asked_for_stays_as_it_is(store: Store, statement: str) -> None:
    add(store, "run-1")
    with pytest.raises(Fault), store._database.write() as connection:
        connection.exec_driver_sql(statement)
