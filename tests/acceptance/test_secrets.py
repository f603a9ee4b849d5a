"""No password is in what playbooks leave behind: output at its most talkative, results, event files, the store."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import ansible_runner
import pytest

from tests.acceptance.demo.domain import DOMAINS
from tests.acceptance.demo.shell import ROOT
from tests.acceptance.stage import SMALL, Stage, reset, stage, told
from tests.lab import LAB

INVENTORY = ROOT / "inventories/shiomino"


@pytest.fixture
def seeded(lab: Path) -> Iterator[None]:
    reset()
    yield
    reset()


def careless(folder: Path) -> Path:
    """The lab's inventory as a careless engineer writes it: with the passwords themselves in the host variables."""
    inventory = folder / "inventory"
    shutil.copytree(INVENTORY, inventory, ignore=shutil.ignore_patterns("files", "site.yml"))
    for domain in DOMAINS:
        file = inventory / "host_vars" / domain.host / "system.yml"
        lines = file.read_text(encoding="utf-8").splitlines()
        plain = f"    password: {json.dumps(domain.secret.read_text())}"
        file.write_text("\n".join(plain if "password_file" in line else line for line in lines), encoding="utf-8")
    return inventory


@pytest.mark.usefixtures("seeded")
def test_no_password_is_left_behind(tmp_path: Path) -> None:
    terminal = stage(tmp_path / "site", "none")
    inventory, private = careless(tmp_path), tmp_path / "runner"
    private.mkdir()
    run = ansible_runner.run(
        private_data_dir=str(private),
        project_dir=str(ROOT),
        inventory=str(inventory),
        playbook=str(ROOT / "playbooks/personnel_change.yml"),
        extravars=SMALL,
        limit=",".join(domain.host for domain in DOMAINS),
        envvars={**terminal.shell.environment, "ANSIBLE_DEBUG": "1"},
        verbosity=4,
        quiet=True,
        settings={"idle_timeout": 600},
    )
    said = (private / "artifacts" / run.config.ident / "stdout").read_text(encoding="utf-8")
    assert run.rc == 0, said[-4000:]
    (change,) = terminal.change_sets
    assert change["state"] == "applied"
    planted = {domain.secret.read_text() for domain in DOMAINS}
    made = initial_passwords(terminal, change["id"])
    assert made
    left_behind = [*(path for path in private.rglob("*") if path.is_file()), *(tmp_path / "site").iterdir()]
    found = {
        path.name for path in left_behind if any(secret.encode() in path.read_bytes() for secret in planted | made)
    }
    assert not found


def initial_passwords(terminal: Stage, id_: str) -> set[str]:
    """Those that the apply made."""
    text = terminal.shell.read("chonai", "passwords", id_, "--key", str(LAB / "keys/jinji"), "--format", "csv")
    return {row[-1] for row in list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]}


def test_a_failed_login_does_not_tell_the_password(lab: Path, tmp_path: Path) -> None:
    terminal, inventory = stage(tmp_path / "site"), careless(tmp_path)
    planted = "planted-Passw0rd-in-host-vars"
    for file in inventory.glob("host_vars/*/system.yml"):
        lines = file.read_text(encoding="utf-8").splitlines()
        wrong = [f"    password: {planted}" if "password:" in line else line for line in lines]
        file.write_text("\n".join(wrong), encoding="utf-8")
    done = terminal.playbook("personnel_change", "-i", str(inventory), "-vvvv", "--diff", **SMALL)
    assert done.returncode not in (0, 1), told(done)
    assert planted not in told(done)
