"""Each playbook is one task of an engineer, and each has the runbook that says how it goes and what to do
when it does not, in English and in Japanese.
"""

from __future__ import annotations

import re

from tests.house.tree import ROOT


def names(folder: str, ending: str) -> set[str]:
    return {path.name.removesuffix(ending) for path in (ROOT / folder).glob(f"*{ending}")}


def test_playbooks_and_runbooks_have_the_same_names() -> None:
    japanese = names("docs/runbooks", ".ja.md")
    english = names("docs/runbooks", ".md") - {f"{name}.ja" for name in japanese}
    assert names("playbooks", ".yml") == english == japanese


def test_the_readmes_lead_to_the_runbooks() -> None:
    told = (ROOT / "README.ja.md").read_text(encoding="utf-8")
    assert not [name for name in names("playbooks", ".yml") if f"(docs/runbooks/{name}.ja.md)" not in told]
    assert "(docs/runbooks/)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_no_variable_of_a_playbook_is_left_undocumented() -> None:
    for name in names("playbooks", ".yml"):
        text = (ROOT / f"playbooks/{name}.yml").read_text(encoding="utf-8")
        variables = set(re.findall(r"-e ([a-z_]+)=", text))
        for ending in (".md", ".ja.md"):
            told = (ROOT / f"docs/runbooks/{name}{ending}").read_text(encoding="utf-8")
            assert not {variable for variable in variables if f"| `-e {variable}=` |" not in told}, (name, ending)


def test_what_a_form_hands_on_empty_is_not_given() -> None:
    """AWX sends an empty text for a field that is left empty. Numbers and yes or no are not asked as text."""
    optional = re.compile(r"(\w+) \| default\((?:omit|\[\])\) *[}\]]")
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "playbooks").rglob("*.yml")]
    assert {name for text in texts for name in optional.findall(text)} <= {"ping", "rate", "days", "overwrite"}
