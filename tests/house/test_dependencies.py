"""What the package imports is what pyproject.toml names; each of these stands in the decision that says
why.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator

from tests.house.tree import ROOT, package_files, syntax

# Packages whose import name differs from their own name.
IMPORT_NAMES = {
    "ansible-core": "ansible",
    "ansible-runner": "ansible_runner",
    "dnspython": "dns",
    "fonttools": "fontTools",
    "fpdf2": "fpdf",
    "pyyaml": "yaml",
    "python-calamine": "python_calamine",
    "python-dateutil": "dateutil",
    "python-docx": "docx",
    "pyvmomi": "pyVmomi",
}
DECISION = ROOT / "docs" / "decisions" / "0003-libraries.md"


def project() -> dict[str, list[str]]:
    """The names in `dependencies` and in each extra, without versions."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"runtime": table["dependencies"], **table["optional-dependencies"]}
    return {name: [re.split(r"[\[<>=!~ ;]", line)[0].lower() for line in lines] for name, lines in groups.items()}


def imports() -> Iterator[str]:
    """The top names that the package imports."""
    for path in package_files():
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0]


def test_everything_imported_is_a_named_dependency() -> None:
    named = {IMPORT_NAMES.get(name, name) for name in project()["runtime"]}
    assert not set(imports()) - named - set(sys.stdlib_module_names) - {"chonai"}


def test_every_dependency_has_its_line_in_the_decision() -> None:
    decision = DECISION.read_text(encoding="utf-8")
    names = [name for group in project().values() for name in group]
    assert not [name for name in names if f"| {name} |" not in decision]


def test_every_dependency_is_pinned() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9.-]+)(?:\[.*\])?==", lock, re.MULTILINE))
    assert not {name for group in project().values() for name in group} - pinned
