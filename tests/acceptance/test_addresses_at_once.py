"""Sixteen people issue addresses at once, one of them is killed: nobody gets what another has, and nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import yaml

from chonai.change.errors import LockHeld
from chonai.change.model import Action, Change, Key, Plan
from chonai.change.ports import Event
from chonai.operations.addressing import SCOPE
from chonai.operations.files import File
from chonai.site import Author, Crew, Site, find_site
from chonai.site.addressing import Asked, plan_addressing, seal_anew
from chonai.site.applying import apply_all, settle
from chonai.site.systems import connect
from chonai.store.holds import View
from chonai.store.state import State
from tests.databases import ENGINES, new_database
from tests.unit.change.people import People, make_people

PROCESSES, SETS, AT_ONCE = 16, 5, 25
EACH = SETS * AT_ONCE
POLICY: Mapping[str, object] = {"rules": []}
PATIENCE = 300


class Office:
    """A site and a ledger with one big prefix in it, for processes that open both by themselves."""

    def __init__(self, folder: Path, people: People, store: str, ledger: str) -> None:
        self.folder, self.people, self.store, self.ledger = folder, people, store, ledger
        rules = {"default": {"kind": "none"}}
        settings = {"allowed_signers": str(people.signers), "store": store, "secret_recipients": ["sato"]}
        (folder / "site.yml").write_text(yaml.safe_dump({**settings, "approval": rules}))

    @property
    def settings(self) -> Mapping[str, object]:
        return {"kind": "ipam", "url": self.ledger}

    def site(self) -> Site:
        return Site.open(find_site({"CHONAI_SITE": str(self.folder / "site.yml")}, self.folder))

    def seed(self) -> None:
        life = {"status": "in_use", "request": "R8-0", "item": "prefix"}
        prefix = {"network": "10.40.0.0/20", "vrf": "vrf:v", "kind": "assignable", "gateway": "10.40.0.1", **life}
        objects = {Key("vrf", "v"): {"name": "lgwan"}, Key("prefix", "p"): prefix}
        with connect("ledger", self.settings) as system:
            for key, record in objects.items():
                [made] = system.apply([Change(Action.CREATE, key, {}, record, "")], _no_secret)
                assert made.error is None

    def addresses(self) -> dict[str, str]:
        """Who has which address: by request and item."""
        with connect("ledger", self.settings) as system:
            state = system.observe(SCOPE).state
        found = [record for key, record in state.items() if key.type == "address"]
        assert len({record["address"] for record in found}) == len(found)
        return {f"{record['request']} {record['item']}": str(record["address"]) for record in found}


def _no_secret(change: Change, name: str) -> str:
    raise AssertionError((change, name))


def _request(number: int, batch: int) -> File:
    names = [f"pc{number:02d}-{batch:02d}-{n}" for n in range(AT_ONCE)]
    items = [{"action": "issue", "type": "address", "prefix": "10.40.0.0/20", "hostnames": names}]
    document = {"request": f"R8-{number:02d}-{batch:02d}", "owner": "市民課", "items": items}
    return File("request.yml", yaml.safe_dump(document, allow_unicode=True).encode())


def _issue(office: Office, number: int) -> None:
    """What one of them does: plan, seal and apply one request after the other."""
    with office.site() as site:
        for batch in range(SETS):
            _one(office, site, _request(number, batch))


def _one(office: Office, site: Site, request: File) -> None:
    def planned(view: View) -> Plan:
        return _plan(office, request, view)

    sealed = seal_anew(site, Author("sato", office.people.key("sato")), "ledger", planned)
    _apply(office, site, sealed.change_set.id)


def _plan(office: Office, request: File, view: View) -> Plan:
    asked = Asked(request, date(2026, 4, 1), view)
    return plan_addressing(system="ledger", settings=office.settings, policy=POLICY, asked=asked)


def _apply(office: Office, site: Site, id_: str) -> None:
    """Apply as soon as nobody else is at work on the ledger."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if "ledger" not in site.store.locks.holders():
            with suppress(LockHeld):
                settle(apply_all(site, id_, Crew("sato"), {"ledger": office.settings}, lambda *_: None))
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
        _apply(office, site, interrupted)
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
    plan = _plan(office, request, site.store.holds.view("ledger"))
    assert not plan.problems
    if plan.changes:
        _one(office, site, request)
