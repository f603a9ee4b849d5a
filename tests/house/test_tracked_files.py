"""Nothing that is true of one machine only gets into the project, and nothing is left for later."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.tree import ROOT, name_of, project_files

# Put together here so that this file does not find itself.
PLACES = "|".join(["/" + "home/[a-z]", "/" + "Users/[a-z]", "/" + "root/", "/" + "work/", "[A-Z]:" + r"\\Users"])
REGISTRIES = "|".join(
    ["py" + "pi.org", "python" + "hosted", "test" + "pypi", "index" + "-url ", "galaxy" + ".ansible.com"]
)
LATER = "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "for " + "now", "HA" + "CK"])
BYTES = (".xlsx", ".png", ".csv", ".gz")
# Other people's words, and sentences of this test's own rules.
NOT_OURS = {"LICENSE"}


def found(pattern: str) -> dict[str, str]:
    """The first place in each text file of the project that the pattern matches."""
    wanted = re.compile(rf"(?<![\w-])(?:{pattern})", re.MULTILINE)
    texts = ((path, _text(path)) for path in project_files() if path.name not in NOT_OURS)
    matches = ((path, wanted.search(text)) for path, text in texts)
    return {name_of(path): match[0] for path, match in matches if match}


def _text(path: Path) -> str:
    return "" if path.suffix in BYTES else path.read_text(encoding="utf-8", errors="replace")


def test_no_place_of_one_machine() -> None:
    assert not found(PLACES)


def test_no_package_registry() -> None:
    assert not found(REGISTRIES)


def test_nothing_left_for_later() -> None:
    assert not found(LATER)


def test_requirements_are_hashes_only() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    allowed = re.compile(r"#|    #|    --hash=sha256:[0-9a-f]{64}|[a-z0-9.-]+(\[[a-z0-9,-]+\])?==[^ ]+ \\$")
    assert not [line for line in lines if line.strip() and not allowed.match(line)]
