"""Each role's own scenario: made from nothing, made again without a change, checked, taken away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

ROLES = sorted(path.parent.parent.parent.name for path in ROOT.glob("roles/*/molecule/default/molecule.yml"))


def test_every_role_has_a_scenario() -> None:
    roles = sorted(path.parent.parent.name for path in ROOT.glob("roles/*/tasks/main.yml"))
    assert roles == ROLES


@pytest.mark.parametrize("role", ROLES)
def test_the_scenario_of_a_role(role: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
    environment.pop("ANSIBLE_CONFIG", None)
    command = ["molecule", "test"]
    run = subprocess.run(
        command, cwd=ROOT / "roles" / role, env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode:
        pytest.fail(f"molecule test of {role} failed:\n{run.stdout[-6000:]}{run.stderr[-3000:]}", pytrace=False)
