"""Every key of the settings and of a profile stands in the document that says what keys there are, and no other."""

from __future__ import annotations

import re

import pytest

from chonai.systems.csv_import.profile import (
    DELIMITERS,
    ENCODINGS,
    LINE_ENDINGS,
    Empty,
    Formula,
    Kind,
    Many,
    Mode,
    Quoting,
)
from chonai.systems.csv_import.profile_reader import shipped_profiles
from tests.house.tree import PACKAGE, ROOT

PAGE = (ROOT / "docs" / "systems" / "csv_import.md").read_text(encoding="utf-8")
READ = re.compile(
    r"""\.(?:raw|text|needed|number|truth|texts|one_of|choice|limit|word|entries|part|names)\(\s*"(\w+)"""
)
ELSEWHERE = {"kind", "name", "names", "protected", "exports"}
"""Told with their group or for all systems."""


def keys_read() -> set[str]:
    folder = PACKAGE / "systems" / "csv_import"
    sources = [(folder / name).read_text(encoding="utf-8") for name in ("profile_reader.py", "settings.py")]
    return {key for source in sources for key in READ.findall(source)} | {kind.value for kind in Kind}


def keys_documented() -> set[str]:
    rows = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    return set(re.findall(r"`([a-z_]+)`", " ".join(rows)))


def test_the_page_has_every_key_and_no_other() -> None:
    documented = keys_documented() - set(shipped_profiles())
    assert documented == keys_read() - ELSEWHERE
    assert "`protected.names`" in PAGE
    assert "`exports.TYPE`" in PAGE


@pytest.mark.parametrize(
    "word",
    [*ENCODINGS, *DELIMITERS, *LINE_ENDINGS, *Quoting, *Formula, *Mode, *Empty, *Many, *shipped_profiles()],
)
def test_the_page_has_every_word(word: str) -> None:
    assert f"`{word}`" in PAGE
