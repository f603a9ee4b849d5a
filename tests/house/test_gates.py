"""The linters, each as one test, so that `make test` says which one found what."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

TOOLS = {
    "ruff": ["ruff", "check", "--output-format", "concise", "."],
    "format": ["ruff", "format", "--diff", "--quiet", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports", "--no-logo"],
    "yamllint": ["yamllint", "--strict", "."],
    "ansible-lint": ["ansible-lint", "-q", "--nocolor", "--format=pep8"],
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("tool", TOOLS)
def test_the_project_passes(tool: str) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": "python_modules", "LC_ALL": "C.UTF-8"}
    run = subprocess.run(TOOLS[tool], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.fail(f"{tool} found something:\n{run.stdout}{run.stderr}", pytrace=False)
