"""Sixteen people issue addresses at once, one of them is killed: nobody gets what another has, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from chonai.change.errors import LockHeld
from chonai.change.ports import Event
from chonai.operations.files import File
from chonai.site import Site
from chonai.store.state import State
from tests.databases import ENGINES, new_database
from tests.integration.ipam.office import Office, apply, hosts, plan_of, sealed
from tests.unit.change.people import make_people

pytestmark = pytest.mark.apart
PROCESSES, SETS, AT_ONCE = 16, 5, 25
EACH = SETS * AT_ONCE
PATIENCE = 300


def _request(number: int, batch: int) -> File:
    return hosts(f"R8-{number:02d}-{batch:02d}", [f"pc{number:02d}-{batch:02d}-{n}" for n in range(AT_ONCE)])


def _issue(office: Office, number: int) -> None:
    """What one of them does: plan, seal and apply one request after the other."""
    with office.site() as site:
        for batch in range(SETS):
            _one(office, site, _request(number, batch))


def _one(office: Office, site: Site, request: File) -> None:
    _apply_in_turn(office, site, sealed(office, site, request))


def _apply_in_turn(office: Office, site: Site, id_: str) -> None:
    """Apply as soon as nobody else is at work on the ledger."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if "ledger" not in site.store.locks.holders():
            with suppress(LockHeld):
                apply(office, site, id_)
                return
        time.sleep(random.uniform(0.03, 0.1))
    raise TimeoutError(id_)


def _killed_at_work(office: Office, victim: int) -> str:
    """Kill a process while it holds the ledger for a change set of its own, after some that it finished; that one."""
    seen: set[str] = set()
    with office.site() as site:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            holder = site.store.locks.holders().get("ledger")
            if holder is not None and holder.pid == victim:
                seen.add(holder.what)
                if len(seen) > 1:
                    os.kill(victim, signal.SIGKILL)
                    return holder.what
    raise TimeoutError(victim)


@pytest.fixture(params=ENGINES)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    urls = [f"sqlite:///{tmp_path}/store.db", f"sqlite:///{tmp_path}/ledger.db"]
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        urls = [new_database(server), new_database(server)]
    (tmp_path / "people").mkdir()
    made = Office(tmp_path, make_people(tmp_path / "people"), *urls)
    made.seed()
    return made


@pytest.mark.timeout(PATIENCE * 2)
def test_sixteen_at_once_and_one_killed(office: Office) -> None:
    office.site().store.close()  # so that all find it there
    processes = [multiprocessing.get_context("fork").Process(target=_issue, args=(office, n)) for n in range(PROCESSES)]
    started = time.monotonic()
    for process in processes:
        process.start()
    interrupted = _killed_at_work(office, int(processes[0].pid or 0))
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [-signal.SIGKILL] + [0] * (PROCESSES - 1)
    with office.site() as site:
        assert site.store.state_of(interrupted) is not State.WITHDRAWN
        _apply_in_turn(office, site, interrupted)
        for batch in range(SETS):  # the requests of who was killed, once more from the first one on
            _one_again(office, site, _request(0, batch))
        found = office.addresses()
        expected = {
            f"R8-{number:02d}-{batch:02d} pc{number:02d}-{batch:02d}-{n}"
            for number in range(PROCESSES)
            for batch in range(SETS)
            for n in range(AT_ONCE)
        }
        assert found.keys() == expected
        site.store.journal.verify()
        assert [row.seq for row in site.store.journal.rows()] == list(range(1, site.store.journal.head().seq + 1))
        sets = [one.id for one in site.store.change_sets.list()]
        assert {site.store.state_of(id_) for id_ in sets} == {State.APPLIED}
        assert site.store.holds.of("ledger") == ()
        done = [row for row in site.store.journal.rows() if row.entry.event is Event.OUTCOME]
        assert sum(len(row.entry.data.get("done", ())) for row in done) == PROCESSES * EACH  # type: ignore[arg-type]
    print(f"\n{PROCESSES * EACH} addresses by {PROCESSES} processes: {time.monotonic() - started:.0f} s")


def _one_again(office: Office, site: Site, request: File) -> None:
    """The same request again: nothing for what was done, the rest for what was not."""
    plan = plan_of(office, request, site.store.holds.view("ledger"))
    assert not plan.problems
    if plan.changes:
        _one(office, site, request)
