"""A town for each test, and the command line run in it as a person would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from chonai.cli import main
from tests.unit.change.people import People, make_people
from tests.unit.cli.town import Town, make_town


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
def town(tmp_path: Path, people: People, monkeypatch: pytest.MonkeyPatch) -> Town:
    made = make_town(tmp_path, people)
    monkeypatch.chdir(tmp_path)
    for name, value in {**made.environment, "CHONAI_LANG": "en", "LC_ALL": "C.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CHONAI_STORE", raising=False)
    return made


@pytest.fixture
def run(town: Town, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run one command in the town."""

    def call(*arguments: object) -> Ran:
        code = main([str(argument) for argument in arguments])
        said = capsysbinary.readouterr()
        return Ran(code, said.out, said.err.decode())

    return call
