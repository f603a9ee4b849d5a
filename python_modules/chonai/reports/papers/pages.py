"""PDF pages on which text is drawn where it is told to be, each character in a face that shows it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate, islice
from pathlib import Path

from fpdf import FPDF

from chonai.reports.papers.faces import Face, Faces, Run, clusters
from chonai.reports.visible import visible

SMALLEST = 6.5
"""Points. Smaller print is not read."""
_MOST = 400
"""Characters that any line can hold at all."""
_LINE = 0.45
"""Millimetres from line to line, for each point of size."""
_WORDS = re.compile("[!-~]+ *|\n|[^!-~\\n][\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef]*")
_UNIT = 100.0
"""The size at which widths are taken; they grow with the size."""

# It warns of variation selectors although the glyph that they select is drawn. What cannot be drawn is refused before.
logging.getLogger("fpdf").setLevel(logging.ERROR)


class Pages:
    """A PDF of one page size, in millimetres. Fonts are embedded, and of each only the glyphs that occur."""

    def __init__(self, size: tuple[float, float], faces: Faces, mono: Face, at: datetime) -> None:
        self.faces = faces
        self._widths: dict[str, float] = {}
        self.pdf = FPDF(unit="mm", format=size)
        self.pdf.set_auto_page_break(False)
        self.pdf.set_creation_date(at)
        self.pdf.set_lang("ja-JP")
        self._loaded: set[Path] = set()
        self._mono = mono
        self.pdf.set_text_shaping(True)  # variation selectors choose glyphs

    def finish(self) -> bytes:
        """The file's content."""
        return bytes(self.pdf.output())

    def new(self) -> None:
        """Begin a page."""
        self.pdf.add_page()

    def text(self, at: tuple[float, float], text: str, size: float, room: float) -> None:
        """A line whose baseline begins at a point; smaller print where it needs more room, and cut, saying so, where
        that is not enough."""
        shown, size = self._fitted(visible(text), size, room)
        x, y = at
        for run in self.faces.runs(shown):
            self._set(self._face(run), size)
            self.pdf.text(x, y, run.text)
            x += self.width(run.text, size)

    def centred(self, box: tuple[float, float, float], text: str, size: float) -> None:
        """A line in the middle between x and x + room; `box` is x, baseline, room."""
        x, y, room = box
        shown, size = self._fitted(visible(text), size, room)
        self.text((x + (room - self.width(shown, size)) / 2, y), shown, size, room)

    def mono(self, box: tuple[float, float, float], character: str, size: float) -> None:
        """One character of the monospaced face in the middle of a box."""
        x, y, room = box
        self._set(self._mono, size)
        self.pdf.text(x + (room - self.pdf.get_string_width(character)) / 2, y, character)

    def box(self, x: float, y: float, size: tuple[float, float], line: float = 0.2) -> None:
        """An empty rectangle."""
        self.pdf.set_line_width(line)
        self.pdf.rect(x, y, *size)

    def rule(self, x: float, y: float, length: float) -> None:
        """A line across."""
        self.pdf.set_line_width(0.2)
        self.pdf.line(x, y, x + length, y)

    def width(self, text: str, size: float) -> float:
        """How much room a line takes."""
        if text not in self._widths:
            self._widths[text] = sum(map(self._unit_width, self.faces.runs(text)))
        return self._widths[text] * size

    def _face(self, run: Run) -> Face:
        if run.face is None:
            raise ValueError("text that no face shows")  # refused long before, in `refuse_unprintable`
        return self.faces.faces[run.face]

    def _set(self, face: Face, size: float) -> None:
        """Take this face from here on. Reading a font takes half a second: only those that occur are read."""
        if face.path not in self._loaded:
            self.pdf.add_font(str(face.path), fname=str(face.path))
            self._loaded.add(face.path)
        self.pdf.set_font(str(face.path), size=size)

    def _unit_width(self, run: Run) -> float:
        self._set(self._face(run), _UNIT)
        return self.pdf.get_string_width(run.text) / _UNIT

    def paragraph(self, at: tuple[float, float], lines: Sequence[str], size: float, room: float) -> None:
        """Lines below each other; the first one's baseline begins at a point."""
        x, y = at
        for number, line in enumerate(lines):
            self.text((x, y + number * size * _LINE), line, size, room)

    def wrapped(self, text: str, size: float, room: float) -> list[str]:
        """The lines of a text that take no more than `room` each; words of Latin letters stay whole where they can."""
        lines, left = [""], room
        for part in self._words(text, size, room):
            needed = 0.0 if part == "\n" else self.width(part.rstrip(" "), size)
            if part == "\n" or needed > left:
                lines.append("")
                left = room
            lines[-1] += part.strip("\n")
            left -= 0.0 if part == "\n" else self.width(part, size)
        return lines

    def _words(self, text: str, size: float, room: float) -> Iterator[str]:
        for word in _WORDS.findall(text):
            yield from [word] if self.width(word.strip("\n"), size) <= room else clusters(word)

    def _fitted(self, text: str, size: float, room: float) -> tuple[str, float]:
        parts = list(islice(clusters(text), _MOST + 1))
        taken = self.width("".join(parts), size)
        if len(parts) <= _MOST and taken <= room:
            return text, size
        smaller = size * room / taken * 0.99
        if len(parts) <= _MOST and smaller > SMALLEST:
            return text, smaller
        return self._cut(parts, f"…({len(text):,})", room), SMALLEST

    def _cut(self, parts: Sequence[str], end: str, room: float) -> str:
        """As many characters as there is room for, and then how many there are."""
        widths = accumulate((self.width(part, SMALLEST) for part in parts), initial=self.width(end, SMALLEST))
        kept = sum(1 for width in widths if width <= room) - 1
        return "".join(parts[: max(0, kept)]) + end
