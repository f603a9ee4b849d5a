"""Notes of changes are such that a release takes them in."""

from __future__ import annotations

import tomllib

import pytest

from tests.house.tree import ROOT

NOTES = sorted(path.name for path in (ROOT / "docs/changes").glob("*.md") if path.name != "README.md")


def kinds() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
    return {kind["directory"] for kind in settings["type"]}


@pytest.mark.parametrize("name", NOTES)
def test_a_note_is_a_sentence_of_a_kind(name: str) -> None:
    word, kind, _ = name.split(".")
    text = (ROOT / "docs/changes" / name).read_text(encoding="utf-8")
    assert word.startswith("+")
    assert kind in kinds()
    assert text.endswith(".\n")
    assert len(text.splitlines()) == 1
