"""What is wrong in a file, and where: the value that every reader of the city's files collects, all of a file at
once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chonai.text.messages import Message


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file. `row` counts from 1 as a spreadsheet shows it; `column` is the header as the file
    has it.

    `code` and `fields` name the sentence (what is wrong and what to do); any room may bring its own codes. The fields
    `file`, `row`, `column`, `cell` and `value` are always there for the sentence to use.
    """

    code: str
    file: str
    row: int | None = None
    column: str = ""
    value: str = ""
    cell: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)

    @property
    def what(self) -> Message:
        """The sentence without the place."""
        place: dict[str, object] = {
            "file": self.file,
            "row": self.row or 0,
            "column": self.column,
            "value": self.value,
            "cell": self.cell,
        }
        return Message(self.code, place | dict(self.fields))

    @property
    def message(self) -> Message:
        """The sentence with the place before it: file, row, column (or cell) and value."""
        return Message(_PLACES[_parts(self)], self._place())

    def render(self, locale: str | None = None) -> str:
        """`message` in `locale`."""
        return self.message.render(locale)

    def _place(self) -> dict[str, object]:
        place: dict[str, object] = {"file": self.file, "what": self.what}
        if self.row is not None:
            place["row"] = f"{self.row} ({self.cell})" if self.cell and not self.column else self.row
        if self.column:
            place |= {"column": f"{self.column} {self.cell}".strip(), "value": shown(self.value)}
        return place


_PLACES = {
    (False, False): "text.in_file",
    (True, False): "text.in_row",
    (False, True): "text.in_column",
    (True, True): "text.in_cell",
}


def shown(value: str, most: int = 40) -> str:
    """A value as it is put into a sentence: on one line, control characters visible, not longer than `most`."""
    flat = "".join(
        c if c.isprintable() or c == "\u3000" or "\ue000" <= c <= "\uf8ff" else f"<U+{ord(c):04X}>" for c in value
    )
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def _parts(problem: Problem) -> tuple[bool, bool]:
    return problem.row is not None, bool(problem.column)
