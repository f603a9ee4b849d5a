"""The engine on name servers: an apply that was cut off does not know what became of its message, and finds out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from chonai.change.errors import SystemUnreachable
from chonai.change.ledger import Ledger, Status
from chonai.change.model import Plan
from chonai.site import Author, Site
from chonai.site.applying import apply_all, settle
from chonai.site.dns import plan_dns
from tests.acceptance.ground import CREW, SATO, open_site
from tests.contract.nameserver import PRIMARY, SERVER, ZONE, Gate, dig, settings
from tests.lab import reset

POLICY = {"networks": {"lgwan": []}}
RULES = {"network": "lgwan", "domain": ZONE}
ROWS = [
    "lgwan,追加,a,A,10.20.7.1",
    "lgwan,追加,b,A,10.20.7.2",
    "lgwan,変更,files,A,10.20.1.31",
    "lgwan,削除,SW-HON-1F-01,,",
]
WANTED = {"a": ["10.20.7.1"], "b": ["10.20.7.2"], "files": ["10.20.1.31"], "sw-hon-1f-01": []}


@pytest.fixture(autouse=True)
def seeded(lab: Path) -> Iterator[None]:
    """The zones as they were seeded, before and after."""
    reset([SERVER])
    yield
    reset([SERVER])


@pytest.fixture
def plan(lab: Path, tmp_path: Path) -> Plan:
    file = tmp_path / "request.csv"
    file.write_text("\n".join(["系統,操作,名前,種別,値", *ROWS, ""]), encoding="utf-8")
    found = plan_dns(system=SERVER, settings=own(lab), policy=POLICY, rules=RULES, request=file)
    assert not found.problems
    return found


def own(lab: Path, **more: object) -> dict[str, object]:
    return {"kind": "dns", **settings(lab, **more)}


def sealed(site: Site, lab: Path, plan: Plan) -> str:
    return site.seal([site.put(plan)], Author(SATO, lab / "keys" / SATO)).change_set.id


def apply(site: Site, id_: str, system: Mapping[str, object]) -> None:
    settle(apply_all(site, id_, CREW, {SERVER: system}, lambda _system, _done, _total: None))


def done(site: Site, id_: str, plan: Plan) -> int:
    return len(Ledger.of(plan, site.store.journal.rows(id_, SERVER)).positions(Status.DONE))


def cut() -> None:
    """The line is dead before anything has passed."""
    raise ConnectionResetError


@pytest.mark.parametrize("loses", [True, False])
def test_what_became_of_a_message_is_looked_up_and_the_rest_is_made(
    lab: Path, tmp_path: Path, plan: Plan, loses: bool
) -> None:
    """The answer is lost, or the network is gone before the message gets through."""
    gate = Gate((lambda: None) if loses else cut, loses=loses)
    with open_site(tmp_path / "site", lab) as site:
        id_ = sealed(site, lab, plan)
        with pytest.raises(SystemUnreachable):
            apply(site, id_, own(lab, server=f"{PRIMARY}#{gate.port}"))
        gate.close()
        assert done(site, id_, plan) == 0
        apply(site, id_, own(lab))
        assert done(site, id_, plan) == len(plan.changes)
    assert {name: dig(f"{name}.{ZONE}", "A") for name in WANTED} == WANTED
