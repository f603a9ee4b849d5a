"""Names that a folder on Windows cannot have are told before anything is sent."""

from __future__ import annotations

import pytest

from chonai.systems.folders.names import problem


@pytest.mark.parametrize(
    "name", ["住民課", "020300 戸籍", "CONTACT", "NULL", "a.b", ".git", "x" * 255, "𠮷" * 127, "~$x"]
)
def test_allowed(name: str) -> None:
    assert problem(name) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_empty"),
        (None, "name_empty"),
        ("a/b", "name_character"),
        ("a\\b", "name_character"),
        ("何?", "name_character"),
        ("a\tb", "name_character"),
        ("a\ud842", "name_character"),
        ("課.", "name_edge"),
        ("課 ", "name_edge"),
        (" 課", "name_edge"),
        ("CON", "name_reserved"),
        ("con.txt", "name_reserved"),
        ("LPT9", "name_reserved"),
        ("com¹", "name_reserved"),
        ("nul .x", "name_reserved"),
        ("x" * 256, "name_long"),
        ("𠮷" * 128, "name_long"),
    ],
)
def test_forbidden(name: object, code: str) -> None:
    found = problem(name)
    assert found is not None
    assert found.code == f"folders.{code}"
    assert str(found)
