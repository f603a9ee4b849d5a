"""A system in a file keeps what was done to it, and says what is wrong with its settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from chonai.change.errors import InputError, SystemUnreachable
from chonai.change.model import Action, Change, Key
from chonai.site.systems import connect, health

BASE, NEW = Key("ou", "base"), Key("user", "new:1")


@pytest.fixture
def settings(tmp_path: Path) -> Mapping[str, object]:
    file = tmp_path / "objects.json"
    file.write_text(json.dumps({"objects": {"ou:base": {"name": "trial", "parent": None, "tags": ["a", "b"]}}}))
    return {"kind": "memory", "file": str(file)}


def test_what_was_done_is_there_next_time(settings: Mapping[str, object]) -> None:
    change = Change(Action.CREATE, NEW, {}, {"name": "山田", "parent": "ou:base"}, "", secrets=("initial_password",))
    with connect("trial", settings) as system:
        (result,) = system.apply([change], lambda change, name: "Un3ef?RK")
        assert system.warnings == ()
    with connect("trial", settings) as system:
        found = system.preimage([BASE, result.key])
    assert found[result.key] == {"name": "山田", "parent": "ou:base"}
    assert found[BASE]["tags"] == frozenset("ab")
    assert "Un3ef" not in Path(str(settings["file"])).read_text()


@pytest.mark.parametrize("wrong", [{"file": 1}, {"file": None}, {"pause": "long"}])
def test_wrong_settings(settings: Mapping[str, object], wrong: Mapping[str, object]) -> None:
    with pytest.raises(InputError), connect("trial", {**settings, **wrong}):
        pass


@pytest.mark.parametrize("content", [None, "no json", "[1]"])
def test_a_file_that_cannot_be_read(settings: Mapping[str, object], content: str | None) -> None:
    file = Path(str(settings["file"]))
    file.unlink() if content is None else file.write_text(content)
    with pytest.raises(SystemUnreachable):
        health("trial", settings)
