"""Each playbook is one task of an engineer, and each has the runbook that says how it goes and what to do
when it does not.
"""

from __future__ import annotations

from tests.house.tree import ROOT


def names(folder: str, ending: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob(f"*{ending}")}


def test_playbooks_and_runbooks_have_the_same_names() -> None:
    assert names("playbooks", ".yml") == names("docs/runbooks", ".md")
