"""A branch office on the lab's real servers: its VLAN, its network, its addresses and their names in DNS, all in one
change set; proved by dig and by what SQLite itself says, and taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.demo.network import HOSTS, answers, expected, issued, ledger, zones
from tests.acceptance.demo.story import offered
from tests.acceptance.stage import FILES, Stage, refusal, stage, told
from tests.contract.nameserver import PRIMARY, SECONDARY, SERVER, ZONE, by_hand
from tests.lab import reset

pytestmark = pytest.mark.usefixtures("lab")
REQUEST = str(FILES / "branch-office.yml")
NOTHING: tuple[list[str], list[str]] = ([], [])


@pytest.fixture(autouse=True)
def seeded(lab: Path) -> Iterator[None]:
    """Ledger and zones as they were seeded, before and after."""
    reset([SERVER, "ledger"])
    yield
    reset([SERVER, "ledger"])


def written(folder: Path, *items: dict[str, object], request: str = "R8-0500") -> str:
    """A request with these items."""
    file = folder / f"{request}.yml"
    file.write_text(yaml.safe_dump({"request": request, "owner": "市民課", "items": list(items)}, allow_unicode=True))
    return str(file)


def ended(terminal: Stage, id_: str) -> list[str]:
    """The systems in the order in which their parts were over."""
    said: dict[str, Any] = json.loads(terminal.shell.read("chonai", "journal", "show", id_, "--format", "json"))
    return [event["system"] for event in said["events"] if event["event"] == "finished"]


def taken_back(terminal: Stage, id_: str) -> str:
    """Undo a change set; the id of the undo, which has been applied."""
    undo = terminal.chonai("undo", id_)
    assert undo.returncode == 0, told(undo)
    (back,) = [one["id"] for one in terminal.change_sets if one["undo_of"] == id_]
    agreed = terminal.approve(back)
    assert agreed.returncode == 0, told(agreed)
    done = terminal.chonai("apply", back, "--operator", "sato", "--watcher", "tanaka")
    assert done.returncode == 0, told(done)
    return back


def test_a_branch_office_is_planned_approved_applied_proved_and_taken_back(tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    before = (zones(), ledger())
    planned = terminal.playbook("issue_address", request=REQUEST)
    assert planned.returncode == 0, told(planned)
    id_ = offered(planned.stdout)
    assert (zones(), ledger()) == before
    agreed = terminal.approve(id_)
    assert agreed.returncode == 0, told(agreed)
    applied = terminal.chonai("apply", id_, "--operator", "sato", "--watcher", "tanaka")
    assert applied.returncode == 0, told(applied)
    assert ended(terminal, id_) == ["ledger", "dns_lgwan"]

    given = issued("R8-0412")
    assert list(given) == HOSTS
    assert len({address.rpartition(".")[0] for address in given.values()}) == 1
    for server in (PRIMARY, SECONDARY):
        assert answers(given, server) == expected(given)
    assert len(zones() - before[0]) == 2 * len(HOSTS)

    again = terminal.playbook("issue_address", request=REQUEST)
    assert again.returncode == 0, told(again)
    assert len(terminal.change_sets) == 1

    back = taken_back(terminal, id_)
    assert ended(terminal, back) == ["dns_lgwan", "ledger"]
    assert (zones(), ledger()) == before
    assert answers(given, SECONDARY) == dict.fromkeys(HOSTS, NOTHING)


def test_released_names_go_and_renumbered_ones_move(tmp_path: Path) -> None:
    terminal = stage(tmp_path, "none")
    done = terminal.playbook("issue_address", request=REQUEST)
    assert done.returncode == 0, told(done)
    given, before = issued("R8-0412"), zones()

    gone = {name: given[name] for name in (HOSTS[0], HOSTS[-1])}
    items: list[dict[str, object]] = [{"action": "release", "type": "address", "hostname": name} for name in gone]
    done = terminal.playbook("release_address", request=written(tmp_path, *items))
    assert done.returncode == 0, told(done)
    assert answers(gone, SECONDARY) == dict.fromkeys(gone, NOTHING)
    after = zones()
    assert (len(before - after), after - before) == (4, set())

    [moved, old] = HOSTS[1], given[HOSTS[1]]
    item: dict[str, object] = {"action": "renumber", "type": "address", "hostname": moved}
    done = terminal.playbook("issue_address", request=written(tmp_path, item, request="R8-0501"))
    assert done.returncode == 0, told(done)
    new = issued("R8-0501")
    assert new[moved] not in given.values()
    assert answers(new, SECONDARY) == expected(new)
    assert answers({moved: old}, SECONDARY) == {moved: ([new[moved]], [])}


def test_a_name_that_cannot_be_had_stops_all_of_the_request(lab: Path, tmp_path: Path) -> None:
    terminal = stage(tmp_path, "none")
    by_hand(lab, f"add annex-pc01.{ZONE} 60 CNAME portal.{ZONE}.", f"add annex-pc02.{ZONE} 60 A 10.20.1.66")
    before = (zones(), ledger())
    said = refusal(terminal.playbook("issue_address", request=REQUEST))
    assert f"annex-pc01.{ZONE}. would have a CNAME and A" in said
    assert f"annex-pc02.{ZONE} is in DNS already" in said
    assert not terminal.change_sets
    assert (zones(), ledger()) == before
