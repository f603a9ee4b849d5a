"""Why something changes, in the words of the city: `異動: 税務課→市民課, 発令 2026-04-01`.

A plan keeps these sentences, in the city's language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chonai.operations.personnel.records import Reform
from chonai.text.messages import sentences


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences in one language."""

    language: str

    def say(self, code: str, /, **fields: object) -> str:
        """The catalogue's sentence `personnel.why_<code>`."""
        return sentences("personnel", self.language)[f"personnel.why_{code}"].format_map(fields)

    def order(self, type_: str, detail: str, day: date) -> str:
        """One order; `detail` says what it did, or is blank."""
        return self.say("order" if detail else "order_only", type=type_, detail=detail, date=day.isoformat())

    def change(self, old: str, new: str) -> str:
        """From one thing to another, or the new one alone."""
        return self.say("from_to", old=old, new=new) if old and old != new else new

    def reform(self, word: str, detail: str, day: date) -> str:
        """One row of the reorganisation table."""
        return self.say("reform", word=word, detail=detail, date=day.isoformat())

    def newly(self, reforms: Iterable[Reform], code: str, name: str) -> str:
        """Why something is made for a section: the row that says so, or that the organisation table has it."""
        row = next((row for row in reforms if row.new == code), None)
        return self.reform(row.word, name, row.date) if row is not None else self.say("new_section", name=name)

    def turnover(self, come: Counter[str], gone: Counter[str]) -> str:
        """Comings and goings of a group, by cause."""
        parts = [self.say("comes", cause=cause, count=count) for cause, count in sorted(come.items())]
        parts += [self.say("goes", cause=cause, count=count) for cause, count in sorted(gone.items())]
        return ", ".join(parts)

    def together(self, sentences: Iterable[str]) -> str:
        """Several reasons as one, none twice."""
        return " / ".join(dict.fromkeys(sentence for sentence in sentences if sentence))
