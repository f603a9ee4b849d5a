"""A run of a job that was carried out, on paper and in a bundle of evidence, checked where no chonai is."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest

from tests.acceptance.test_jobs import INPUTS, STEPS
from tests.jobs.city import City, make_city

pytestmark = pytest.mark.apart


def test_a_run_is_told_and_proved(tmp_path: Path) -> None:
    city = carried_out(tmp_path)
    run = city.run_id()
    told = city.chonai("report", "work", run, "--output", "report.docx")
    assert told.returncode == 0, told.stderr
    paper = docx.Document(str(tmp_path / "report.docx"))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert [cell for cell in cells if "変更: Second" in cell]
    made = city.chonai("evidence", "make", run, "--output", "evidence.zip")
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(tmp_path / "evidence.zip") as archive:
        archive.extract("verify.py", tmp_path)
    command = [sys.executable, "-I", "-S", "verify.py", "evidence.zip", "--signers", "keys/allowed_signers"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "signed: operator sato, watcher -, approver suzuki; begun 1 times, ended: done" in checked.stdout


def carried_out(folder: Path) -> City:
    """A city in which a run was asked for, agreed to and done."""
    city = make_city(folder)
    with (folder / "site.yml").open("a") as site:
        site.write("virus_check: {elsewhere: true}\n")
    city.playbook("steps", STEPS)
    job = {"playbook": "steps", "inputs": INPUTS, "variables": {"folder": str(folder)}}
    city.jobs(agreed={**job, "approval": "second_person"})
    asked = city.chonai("job", "run", "agreed", "--ask-only")
    assert asked.returncode == 0, asked.stderr
    run = city.run_id()
    assert city.chonai("job", "approve", run, "--as", "suzuki", "--key", city.key("suzuki")).returncode == 0
    done = city.chonai("job", "run", run, "--as", "sato")
    assert done.returncode == 0, done.stderr
    return city
