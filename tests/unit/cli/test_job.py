"""Jobs at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town

JOBS = """\
jobs:
  audit:
    title: 現況照合
    playbook: audit
    schedule: {opening_day: 8, at: "09:00"}
    start_by: 30m
  prepare:
    title: 準備
    playbook: audit
    approval: city
    watcher: true
    inputs: {orders: {title: 発令リスト, type: file, required: true}}
blackouts:
  - {title: 停電, begins: 2026-10-13T00:00, ends: 2026-10-14T00:00}
closed: [2026-04-10]
"""


@pytest.fixture
def jobs(town: Town) -> Path:
    """The town with a catalogue and the playbook that it names."""
    site = town.folder / "site.yml"
    site.write_text(yaml.safe_dump({**yaml.safe_load(site.read_text()), "jobs": "jobs.yml"}, allow_unicode=True))
    (town.folder / "playbooks").mkdir()
    (town.folder / "playbooks/audit.yml").write_text("---\n")
    file = town.folder / "jobs.yml"
    file.write_text(JOBS)
    return file


@pytest.mark.usefixtures("jobs")
def test_the_jobs_and_when_they_run_next(run: Run) -> None:
    told = run("job", "list")
    assert told.code == 0
    heads, audit, prepare = told.out.splitlines()
    assert heads.split() == ["job", "title", "agreed", "by", "schedule", "next"]
    assert "opening day 8 of the month, 09:00" in audit
    assert "the city, watched" in prepare
    assert prepare.split()[-3:] == ["by", "hand", "-"]


@pytest.mark.usefixtures("jobs")
def test_all_runs_of_some_days(run: Run) -> None:
    lines = run("job", "list", "--from", "2026-04-01", "--days", "30").out.splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [["2026-04-13", "(Mon)", "09:00"]]  # the 10th is closed
    [row] = json.loads(run("job", "list", "--from", "R8.10.1", "--days", "31", "--format", "json").out)["runs"]
    assert (row["at"], row["start_by"]) == ("2026-10-13T09:00:00+09:00", "2026-10-13T09:30:00+09:00")
    assert row["blackout"] == "停電"


@pytest.mark.usefixtures("jobs")
def test_one_job(run: Run) -> None:
    told = run("job", "show", "prepare").out
    assert "playbooks/audit.yml" in told
    assert "orders  発令リスト" in told
    assert len(json.loads(run("job", "show", "audit", "--format", "json").out)["jobs"][0]["next"]) == 5


@pytest.mark.usefixtures("jobs")
def test_a_job_that_there_is_not(run: Run) -> None:
    told = run("job", "show", "x")
    assert told.code == 2
    assert "There are: audit, prepare" in told.err


@pytest.mark.usefixtures("jobs")
def test_days_that_nobody_knows_yet(run: Run) -> None:
    told = run("job", "list", "--from", "2028-01-01")
    assert told.code == 2
    assert "holidays up to 2027" in told.err


def test_everything_wrong_with_a_catalogue(run: Run, jobs: Path) -> None:
    jobs.write_text(JOBS.replace("playbook: audit", "playbook: gone"))
    told = run("job", "list")
    assert told.code == 2
    assert told.err.count("there is no playbooks/gone.yml") == 2
    jobs.write_text(JOBS.replace("30m", "soon").replace("2026-04-10", "2026-04-31x"))
    told = run("job", "list")
    assert "jobs.jobs.audit.start_by: soon is no duration" in told.err
    assert "jobs.closed[0]: 2026-04-31x is no day" in told.err
    jobs.write_text(JOBS.replace("city", "mayor"))
    assert "jobs.jobs.prepare.approval: mayor" in run("job", "list").err


def test_a_city_without_a_catalogue(run: Run, town: Town) -> None:
    told = run("job", "list")
    assert told.code == 2
    assert "no catalogue of jobs" in told.err
    assert town.folder
