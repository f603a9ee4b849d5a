"""Help on lines of one width, where Japanese characters take two places and words stay whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest

import click

from chonai.reports.columns import width

# A piece ends after a blank or after Japanese punctuation; what would begin a line with punctuation belongs to it.
_PIECE = re.compile(r"[^ 、。，；：）」』]*(?:[、。，；：）」』]+ ?| +|$)")
_UNIT = re.compile(r"(?:[\x00-\x7f]+|[^\x00-\x7f])[、。，；：）」』]*")


def wrapped(text: str, most: int) -> Iterator[str]:
    """The lines of one paragraph, each at most `most` places wide; a word that is longer stands alone."""
    line = ""
    for piece in _pieces(text, most):
        if line and width((line + piece).rstrip()) > most:
            yield line.rstrip()
            line = ""
        line += piece
    if line.strip():
        yield line.rstrip()


def _pieces(text: str, most: int) -> Iterator[str]:
    """What stays together. Japanese without punctuation for a whole line may be parted, an ASCII word never."""
    for piece in _PIECE.findall(text):
        if width(piece.rstrip()) > most:
            yield from _UNIT.findall(piece)
        elif piece:
            yield piece


class Formatter(click.HelpFormatter):
    """Wraps as `wrapped` does."""

    def write_text(self, text: str) -> None:
        """Paragraphs, indented."""
        indent = " " * self.current_indent
        paragraphs = (wrapped(one, self.width - self.current_indent) for one in text.split("\n\n"))
        self.write("\n\n".join("\n".join(f"{indent}{line}" for line in lines) for lines in paragraphs) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Names, and beside them what they mean."""
        table, indent = list(rows), " " * self.current_indent
        first = min(max(width(name) for name, _ in table), col_max) + col_spacing
        for name, said in table:
            lines = list(wrapped(said, max(self.width - first - self.current_indent, 10)))
            is_alone = width(name) + col_spacing > first
            names, said_beside = ([name, *[""] * len(lines)], ["", *lines]) if is_alone else ([name], lines or [""])
            for head, line in zip_longest(names, said_beside, fillvalue=""):
                self.write(f"{indent}{head}{' ' * (first - width(head))}{line}".rstrip() + "\n")


class Context(click.Context):
    """Help is written by `Formatter`."""

    formatter_class = Formatter
