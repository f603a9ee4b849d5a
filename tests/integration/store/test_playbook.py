"""The playbook that backs up: what it makes, makes not twice, and only tells with --check."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.unit.change.people import make_people
from tests.unit.cli.town import Town, make_town, wanted

pytestmark = pytest.mark.apart


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_town(tmp_path, make_people(tmp_path))


def backed_up(town: Town, *arguments: str) -> tuple[int, int]:
    """How many tasks changed something, and how many files there are then."""
    paths = {"ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"), "LC_ALL": "C.UTF-8"}
    environment = {**os.environ, **town.environment, **paths, "CHONAI_LANG": "en"}
    command = [Path(sys.executable).parent / "ansible-playbook", "-i", "hosts.yml", ROOT / "playbooks/backup_store.yml"]
    ran = subprocess.run(
        [*command, "-e", "backup_folder=backups", *arguments],
        cwd=town.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    changed = re.search(r"changed=(\d+)", ran.stdout)
    assert changed
    return int(changed[1]), len(list((town.folder / "backups").glob("*.gz")))


def test_it_makes_one_of_each_state_of_the_store(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(town.folder)
    for name, value in town.environment.items():
        monkeypatch.setenv(name, value)
    town.seal(*wanted())
    assert backed_up(town, "--check") == (1, 0)
    assert backed_up(town) == (1, 1)
    assert backed_up(town) == (0, 1)
    assert backed_up(town, "--check") == (0, 1)
    town.seal(*wanted())
    assert backed_up(town, "-e", "backups_kept=1") == (1, 1)
