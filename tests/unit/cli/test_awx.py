"""`chonai awx export` at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.awx.exported import tasks
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town

JOBS = """\
jobs:
  audit:
    title: 現況照合
    playbook: audit
    schedule: {opening_day: 8, at: "09:00"}
"""
AWX = """\
awx:
  prefix: 汐見野市
  organization: 汐見野市
  scm_url: https://git.shiomino.example/chonai.git
  inventory: inventory
  image: registry.shiomino.example/chonai:1
"""


@pytest.fixture(autouse=True)
def jobs(town: Town) -> Path:
    site = town.folder / "site.yml"
    site.write_text(yaml.safe_dump({**yaml.safe_load(site.read_text()), "jobs": "jobs.yml"}, allow_unicode=True))
    (town.folder / "playbooks").mkdir()
    (town.folder / "playbooks/audit.yml").write_text("---\n")
    file = town.folder / "jobs.yml"
    file.write_text(JOBS + AWX)
    return file


def test_the_playbook_goes_to_standard_output(run: Run) -> None:
    told = run("awx", "export")
    assert (told.code, told.err) == (0, "")
    names = [task.arguments["name"] for task in tasks(told.out) if task.module == "job_template"]
    assert names == ["汐見野市 chonai check due", "汐見野市 chonai carry out", "汐見野市 audit"]
    assert "ジョブを始めてよい時刻か確認" in told.out


def test_or_into_a_new_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "awx.yml"
    told = run("awx", "export", "--out", file, "--locale", "en")
    assert (told.code, told.out) == (0, "")
    assert file.read_text() == run("awx", "export", "--locale", "en").out
    again = run("awx", "export", "--out", file)
    assert again.code == 2
    assert str(file) in again.err


def test_jobs_that_are_gone(run: Run) -> None:
    found = tasks(run("awx", "export", "--gone", "old", "--gone", "older").out)
    gone = [task.arguments["name"] for task in found if task.module == "job_template" and "state" in task.arguments]
    assert gone == ["汐見野市 old", "汐見野市 older"]


@pytest.mark.parametrize(
    ("name", "sentence"), [("audit", "the catalogue names this job"), ("Old one", "this is no job's name")]
)
def test_what_is_not_gone(run: Run, name: str, sentence: str) -> None:
    told = run("awx", "export", "--gone", name)
    assert told.code == 2
    assert sentence in told.err


def test_a_catalogue_that_says_nothing_of_awx(run: Run, jobs: Path) -> None:
    jobs.write_text(JOBS)
    told = run("awx", "export")
    assert told.code == 2
    assert "awx: {prefix: …" in told.err


def test_a_job_that_is_begun_by_hand_is_never_due(run: Run, jobs: Path) -> None:
    jobs.write_text("jobs: {audit: {title: 照合, playbook: audit}}\n")
    told = run("job", "due", "audit")
    assert told.code == 3
    assert "nothing begins it by itself" in told.err


def test_a_job_that_is_due_always(run: Run, jobs: Path) -> None:
    rule = "DTSTART;TZID=Asia/Tokyo:20260101T000000 RRULE:FREQ=HOURLY;INTERVAL=1"
    jobs.write_text(f"jobs: {{audit: {{title: 照合, playbook: audit, schedule: {{rrule: {rule!r}}}, start_by: 2h}}}}\n")
    told = run("job", "due", "audit")
    assert told.code == 0
    assert told.out.startswith("audit: due since ")
