"""What all settings have in common: secrets, and that whatever can be wrong with them can be said."""

from __future__ import annotations

from pathlib import Path

import pytest

from chonai.systems.settings_reader import COMMON, SettingsReader
from chonai.text.messages import Message, sentences


def secret(settings: dict[str, object]) -> tuple[str | None, list[str]]:
    problems: list[Message] = []
    found = SettingsReader(settings, problems, room="mail").secret("password")
    return found, [problem.render("en") for problem in problems]


def test_what_is_common_can_be_said() -> None:
    assert {f"systems.setting_{code}" for code in COMMON} == sentences("systems", "en").keys() - {
        "systems.bad_settings"
    }


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"password": "x"}, "x"),
        ({"password": "x", "password_file": ""}, "x"),
        ({"password": "x", "password_file": None}, "x"),
        ({"password": " x "}, " x "),
    ],
)
def test_a_secret_in_the_settings(settings: dict[str, object], found: str) -> None:
    assert secret(settings) == (found, [])


def test_a_number_is_no_secret_and_is_not_told() -> None:
    found, [said] = secret({"password": 20260401})
    assert found is None
    assert "password has to be a text" in said
    assert "20260401" not in said


def test_a_file_goes_first(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(" kept as it is \r\n", encoding="utf-8")
    assert secret({"password": "x", "password_file": str(file)}) == (" kept as it is ", [])


@pytest.mark.parametrize("content", ["", "\n", " \n"])
def test_an_empty_file_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "password"
    file.write_text(content, encoding="utf-8")
    assert "which is empty" in secret({"password_file": str(file)})[1][0]


def test_what_is_no_file_is_told_once(tmp_path: Path) -> None:
    _found, [said] = secret({"password_file": str(tmp_path)})
    assert "does not exist" in said
