"""Systems that wait for others, in the playbook: turn after turn, whatever became of the turn before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chonai.change.codec import message_to_json
from chonai.change.ports import Event
from chonai.text.messages import message
from tests.acceptance.demo.shell import ROOT
from tests.unit.change.people import People, make_people
from tests.unit.cli.town import OBJECTS, TANAKA, Town, make_town, wanted

WAITING = {"after": ["ext_ad"]}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
def town(tmp_path: Path, people: People) -> Town:
    """lgwan_ad, which comes first in the play, waits for ext_ad."""
    made = make_town(tmp_path, people)
    made.settle(kind="none", watcher=False)
    made.place(lgwan_ad=WAITING, ext_ad={"pause": 0.2})
    return made


def call(town: Town, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "CHONAI_LANG": "en",
        "CHONAI_SITE": str(town.site_file),
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
    }
    command = [program, "-i", str(town.folder / "hosts.yml"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def carry_out(town: Town, id_: str) -> subprocess.CompletedProcess[str]:
    return call(town, "ansible-playbook", "playbooks/change.yml", "-e", f"change_id={id_}", "-e", "operator=suzuki")


def begun(town: Town, id_: str) -> list[str]:
    """The systems in the order in which they ended."""
    with town.open() as site:
        rows = [row.entry for row in site.store.journal.rows(id_)]
    return [row.system for row in rows if row.event is Event.FINISHED]


def test_who_waits_has_a_later_turn_and_an_undo_goes_the_other_way_round(town: Town) -> None:
    id_ = town.seal(*wanted())
    done = carry_out(town, id_)
    assert done.returncode == 0, done.stdout
    assert begun(town, id_) == ["ext_ad", "lgwan_ad"]
    undone = call(town, "ansible", "ext_ad", "-m", "chonai.ops.change_undo", "-a", json.dumps({"id": id_}))
    assert undone.returncode == 0, undone.stdout
    with town.open() as site:
        [back] = site.store.change_sets.undos_of(id_)
    done = carry_out(town, back)
    assert done.returncode == 0, done.stdout
    assert begun(town, back) == ["lgwan_ad", "ext_ad"]


def test_a_failure_keeps_no_other_from_its_turn(town: Town) -> None:
    town.keep("ext_ad", OBJECTS, refuse={str(TANAKA): message_to_json(message("site.missing_key", key="x"))})
    id_ = town.seal(*wanted())
    done = carry_out(town, id_)
    assert done.returncode == 2, done.stdout
    assert begun(town, id_) == ["ext_ad", "lgwan_ad"]
    assert "lgwan_ad: done 5" in done.stdout, done.stdout


def test_drift_on_who_waits_still_stops_all(town: Town) -> None:
    id_ = town.seal(*wanted())
    town.keep("lgwan_ad", {key: record for key, record in OBJECTS.items() if key != TANAKA})
    assert carry_out(town, id_).returncode == 2
    assert begun(town, id_) == []


def test_a_module_alone_does_not_overtake(town: Town) -> None:
    id_ = town.seal(*wanted())
    options = json.dumps({"id": id_, "operator": "suzuki"})
    refused = call(town, "ansible", "lgwan_ad", "-m", "chonai.ops.change_apply", "-a", options)
    assert "lgwan_ad comes after ext_ad" in refused.stdout
    assert begun(town, id_) == []
    for host in ("ext_ad", "lgwan_ad"):
        done = call(town, "ansible", host, "-m", "chonai.ops.change_apply", "-a", options)
        assert done.returncode == 0, done.stdout
