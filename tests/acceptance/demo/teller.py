"""Tells a demonstration in the reader's language and notes what was proved."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from tests.house.tree import ROOT


@cache
def words(language: str) -> dict[str, str]:
    """The sentences in one language."""
    path = Path(__file__).with_name(f"words.{language}.yml")
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@dataclass
class Teller:
    """Says sentences, counts chapters, and keeps the proofs with the words that they were told in."""

    language: str
    chapter: int = 0
    proofs: list[tuple[str, bool]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def word(self, code: str, **fields: object) -> str:
        """A sentence or a word."""
        return words(self.language)[code].format(**fields)

    def say(self, code: str, **fields: object) -> None:
        """One sentence."""
        print(self.word(code, **fields), flush=True)

    def step(self, code: str) -> None:
        """A heading."""
        self.chapter += 1
        print(f"\n\n━━ {self.chapter}. ", end="")
        self.say(code)

    def prove(self, code: str, *, holds: bool, **fields: object) -> None:
        """Note whether something is so."""
        said = self.word(code, **fields)
        self.proofs.append((said, holds))
        print(f"  [{self._verdict(holds=holds)}] {said}", flush=True)

    def _verdict(self, *, holds: bool) -> str:
        return self.word("held" if holds else "failed")

    def table(self) -> bool:
        """All proofs, and whether each held."""
        self.step("table")
        for said, holds in self.proofs:
            print(f"  {self._verdict(holds=holds)}  {said}")
        held = sum(holds for _, holds in self.proofs)
        print()
        self.say("end", held=held, count=len(self.proofs), seconds=round(time.monotonic() - self.started))
        return held == len(self.proofs)


def short(path: Path) -> str:
    """A path as people in the project's folder write it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
