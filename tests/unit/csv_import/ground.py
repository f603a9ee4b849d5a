"""A product with a shipped profile in a folder, and short ways to make changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from chonai.change.model import Action, Change, Key, Record, Scope, TypeScope
from chonai.change.system import Result
from chonai.systems.csv_import.answers import confirm, waiting
from chonai.systems.csv_import.profile_reader import load_profile
from chonai.systems.csv_import.settings import parse
from chonai.systems.csv_import.system import CsvImportSystem
from chonai.systems.csv_import.waiting import Clock

NOW = datetime(2026, 4, 1, 0, 5, tzinfo=UTC)
PASSWORD = "Shoki-2026-Pass!"


class Town:
    """Somebody confirms or rejects at once what is written; the bytes of each file are kept."""

    def __init__(self, folder: Path, profile: str, **more: object) -> None:
        (folder / "outbox").mkdir(mode=0o700)
        self.outbox = folder / "outbox"
        self.settings: dict[str, object] = {
            "name": "product",
            "profile": profile,
            "outbox": str(self.outbox),
            "begin_with": "nothing",
            "confirm_within": 0.0001,
            **more,
        }
        self.seen: dict[str, bytes] = {}
        self.rejected: str | None = None
        self.answers = True
        self.system = self.connect()

    def connect(self, sleep: Callable[[float], None] | None = None) -> CsvImportSystem:
        """The system, with an operator who works while it sleeps."""
        return CsvImportSystem(parse(self.settings), Clock(now=lambda: NOW, sleep=sleep or self._work))

    def _work(self, _seconds: float) -> None:
        for file in waiting(self.settings):
            self.seen[file.path.name] = file.path.read_bytes()
        if self.answers:
            confirm(self.settings, by="佐藤", at=NOW, rejected=self.rejected)

    def apply(self, *changes: Change) -> list[Result]:
        """Make changes; every secret is the same."""
        return list(self.system.apply(changes, lambda change, name: PASSWORD))

    def scope(self) -> Scope:
        """Everything."""
        files = load_profile(str(self.settings["profile"])).files
        return {name: TypeScope(frozenset(file.attributes)) for name, file in files.items()}

    def state(self) -> Mapping[Key, Record]:
        """What is there."""
        return self.system.observe(self.scope()).state


def create(type_: str, id_: str, *secrets: str, **record: object) -> Change:
    """A new object."""
    return Change(Action.CREATE, Key(type_, f"new:{id_}"), {}, record, "採用", secrets=secrets)


def update(key: Key, before: Record, after: Record) -> Change:
    """A changed one."""
    return Change(Action.UPDATE, key, before, after, "異動")


def delete(key: Key) -> Change:
    """One that goes."""
    return Change(Action.DELETE, key, {}, {}, "退職")


def users(*names: str) -> frozenset[str]:
    """References to users."""
    return frozenset(f"user:{name}" for name in names)
