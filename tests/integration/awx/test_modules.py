"""The published modules of awx.awx carry the exported playbook out, against a fake of AWX: everything is made, the
second run changes nothing, and what the catalogue has no longer is gone after the next.

The collection comes with the environment of the benchmarks (make bench); CHONAI_AWX_PLAYBOOK names another
ansible-playbook that has it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.house.tree import ROOT
from tests.unit.jobs.awx.cities import CLEANUP, JOB, playbook

ANSIBLE = Path(os.environ.get("CHONAI_AWX_PLAYBOOK") or ROOT / "var/bench/venv/bin/ansible-playbook")
pytestmark = [
    pytest.mark.skipif(not ANSIBLE.is_file(), reason="no ansible-playbook with awx.awx: see docs/testing.md"),
    pytest.mark.timeout(1800),  # a hundred modules, each in a process of its own
]
EVERYTHING = {
    "scm_credential": "git",
    "credentials": ["vault"],
    "instance_groups": ["default"],
    "notifications": ["mail"],
}


@pytest.fixture
def awx() -> Iterator[str]:
    """The address of a fake AWX."""
    command = [sys.executable, "-m", "tests.awx.fake_awx", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.terminate()


def changed(awx: str, file: Path, text: str) -> int:
    """How many tasks changed something."""
    file.write_text(text, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(file.parent), "LC_ALL": "C.UTF-8"}
    controller = {"CONTROLLER_HOST": awx, "CONTROLLER_OAUTH_TOKEN": "any", "CONTROLLER_REQUEST_TIMEOUT": "60"}
    ran = subprocess.run(
        [ANSIBLE, file], cwd=file.parent, env=environment | controller, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
    found = re.search(r"changed=(\d+)", ran.stdout)
    assert found is not None
    return int(found[1])


def named(awx: str, path: str) -> dict[str, dict[str, Any]]:
    """What AWX has, by name."""
    with urlopen(f"{awx}/api/v2/{path}/") as answer:
        return {one.get("name") or one["identifier"]: one for one in json.load(answer)["results"]}


def follows(awx: str, node: dict[str, Any]) -> list[int]:
    """The nodes that follow where a node succeeds."""
    with urlopen(f"{awx}{node['url']}success_nodes/") as answer:
        return [one["id"] for one in json.load(answer)["results"]]


def test_a_city_moves_over_and_goes_on(awx: str, tmp_path: Path) -> None:
    file = tmp_path / "awx.yml"
    first = playbook({"cleanup": CLEANUP, "audit": JOB}, awx=EVERYTHING)
    assert changed(awx, file, first) > 0
    assert named(awx, "schedules").keys() >= {"汐見野市 cleanup 2026", "汐見野市 cleanup 2027"}
    nodes = named(awx, "workflow_job_template_nodes")
    assert follows(awx, nodes["check"]) == [nodes["approve"]["id"]]
    assert follows(awx, nodes["approve"]) == [nodes["check again"]["id"]]
    assert follows(awx, nodes["check again"]) == [nodes["run"]["id"]]
    assert changed(awx, file, first) == 0

    # No approval any more, an RRULE instead of days, and the other job is gone.
    rule = "DTSTART;TZID=Asia/Tokyo:20260406T060000 RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;UNTIL=20270331T060000"
    second = playbook(
        {"cleanup": {**CLEANUP, "approval": "none", "schedule": {"rrule": rule}}}, awx=EVERYTHING, gone=("audit",)
    )
    assert changed(awx, file, second) > 0
    assert named(awx, "schedules").keys() == {"汐見野市 cleanup"}
    nodes = named(awx, "workflow_job_template_nodes")
    assert nodes.keys() == {"check", "run"}
    assert follows(awx, nodes["check"]) == [nodes["run"]["id"]]
    assert "汐見野市 audit" not in named(awx, "job_templates")
    assert changed(awx, file, second) == 0
