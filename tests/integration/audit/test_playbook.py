"""The playbook with --check: it says what differs and changes nothing. That it can be told not to fail, the commands of
its runbook show.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.unit.addressing.town import address
from tests.unit.change.people import make_people
from tests.unit.cli.ledger import give_ledger
from tests.unit.cli.town import Town, make_town

pytestmark = pytest.mark.apart
STRANGER = "10.20.1.77 dev eth0 lladdr 00:11:22:33:44:77 REACHABLE\n"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path, make_people(tmp_path))


def audited(town: Town) -> subprocess.CompletedProcess[str]:
    paths = {"ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"), "LC_ALL": "C.UTF-8"}
    environment = {**os.environ, **town.environment, **paths, "CHONAI_LANG": "en"}
    command = [Path(sys.executable).parent / "ansible-playbook", "-i", "hosts.yml", "--check"]
    playbook = [ROOT / "playbooks/audit_addresses.yml", "-e", "arp=neigh.txt,vrf=lgwan"]
    return subprocess.run(
        [*command, *playbook], cwd=town.folder, env=environment, capture_output=True, text=True, check=False
    )


def test_what_differs_is_said_and_fails_the_playbook(town: Town) -> None:
    ledger = give_ledger(town, [("address:5", address("10.20.1.5"))])
    (town.folder / "neigh.txt").write_text(STRANGER)
    before = ledger.read_bytes()
    told = audited(town)
    assert told.returncode == 2, told.stdout
    assert "10.20.1.77  lgwan  unknown" in told.stdout
    assert '{"unknown": 1}' in told.stdout.replace('\\"', '"')
    assert "changed=0" in told.stdout
    assert ledger.read_bytes() == before
