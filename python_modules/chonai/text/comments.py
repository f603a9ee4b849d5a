"""The comments (notes) of a sheet's cells: parsers of tables leave them out, and people keep in them what matters."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from chonai.text.extents import Archive

_KIND = "/comments"
"""How the type of the relation ends (ECMA-376 part 1, 12.3.4). Threaded comments are kept here too, as plain text."""


def comments_of(archive: Archive, sheet: str) -> dict[str, str]:
    """The text of each comment by its cell (`B12`). Raises `ExtentError` for a workbook that cannot be read."""
    found: dict[str, str] = {}
    for part in _parts(archive, archive.part_of(sheet)):
        reader = _Reader(found)
        archive.parse(part, reader.begin, reader.end, reader.text)
    return {cell: text for cell, text in found.items() if text}


def _parts(archive: Archive, sheet: str) -> list[str]:
    folder, name = posixpath.split(sheet)
    relations = f"{folder}/_rels/{name}.rels"
    targets: list[str] = []

    def begin(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith(_KIND):
            targets.append(attributes.get("Target", ""))

    if archive.has(relations):
        archive.parse(relations, begin)
    return [posixpath.normpath(posixpath.join("/", folder, target)).removeprefix("/") for target in targets]


class _Reader:
    """Gathers the text of each comment, without the readings (rPh) of its words."""

    def __init__(self, found: dict[str, str]) -> None:
        self._found = found
        self._cell = ""
        self._is_text = False
        self._words: list[str] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "comment":
            self._cell, self._words = attributes.get("ref", ""), []
        self._is_text = name == "t"

    def text(self, piece: str) -> None:
        """A piece of text."""
        if self._is_text:
            self._words.append(piece)

    def end(self, name: str) -> None:
        """An element ends."""
        self._is_text = False
        if name == "comment":
            self._found[self._cell] = " ".join("".join(self._words).split())
