"""Fonts for PDF: which face shows which character. A character that none shows is named, never printed as a box."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError

from chonai.change.errors import InputError, UsageError

TEXT = ("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf", "/usr/share/fonts/ipa-ex-gothic-fonts/ipaexg.ttf")
NAMES = ("/usr/share/fonts/truetype/ipamj/ipamjm.ttf", "/usr/share/fonts/truetype/ipamj-mincho/ipamjm.ttf")
MONOSPACED = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/dejavu-sans-mono-fonts/DejaVuSansMono.ttf",
)
"""Where Debian and Ubuntu, and where Red Hat and Fedora, keep each face."""
PACKAGES = "fonts-ipaexfont-gothic fonts-ipamj-mincho fonts-dejavu-core"
_SELECTORS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))


@dataclass(frozen=True)
class Face:
    """A font file, and what it can show."""

    path: Path

    def shows(self, cluster: str) -> bool:
        """Whether the face has a glyph for one character, with the variation selector and marks that follow it."""
        if len(cluster) == 2 and ord(cluster[1]) in _SELECTORS:
            return (ord(cluster[0]), ord(cluster[1])) in self._variants
        return all(ord(character) in self._plain for character in cluster)

    @cached_property
    def _plain(self) -> frozenset[int]:
        return frozenset(self._font.getBestCmap() or ())

    @cached_property
    def _variants(self) -> frozenset[tuple[int, int]]:
        tables = (table for table in self._font["cmap"].tables if table.format == 14)
        return frozenset(
            (base, selector) for table in tables for selector, pairs in table.uvsDict.items() for base, _ in pairs
        )

    @cached_property
    def _font(self) -> TTFont:
        try:
            return TTFont(self.path, fontNumber=0, lazy=True)
        except (OSError, TTLibError) as error:
            raise UsageError("report.bad_font", file=self.path, cause=error) from None


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that one face shows; `face` is its number, None where no face does."""

    face: int | None
    text: str


@dataclass(frozen=True)
class Faces:
    """Faces in the order in which they are asked; the first that shows a character is taken."""

    faces: Sequence[Face]

    def runs(self, text: str) -> Iterator[Run]:
        """The text in runs of one face each."""
        face, part = None, ""
        for number, cluster in ((self._number(cluster), cluster) for cluster in clusters(text)):
            if part and number != face:
                yield Run(face, part)
                part = ""
            face, part = number, part + cluster
        if part:
            yield Run(face, part)

    def missing(self, text: str) -> list[str]:
        """The characters that no face shows, each once."""
        return list(dict.fromkeys(cluster for cluster in clusters(text) if self._number(cluster) is None))

    def _number(self, cluster: str) -> int | None:
        return next((number for number, face in enumerate(self.faces) if face.shows(cluster)), None)


def clusters(text: str) -> Iterator[str]:
    """Characters, each with the variation selectors and combining marks that follow it."""
    part = ""
    for character in text:
        if part and (ord(character) in _SELECTORS or unicodedata.combining(character)):
            part += character
            continue
        if part:
            yield part
        part = character
    if part:
        yield part


def code_points(cluster: str) -> str:
    """`U+8FBB U+E0100`."""
    return " ".join(f"U+{ord(character):04X}" for character in cluster)


def text_faces(extra: Iterable[Path] = ()) -> Faces:
    """The faces for text: gothic, then the face of the family registers, then a city's own ones (外字).

    Raises `InputError` if a package is missing, `UsageError` if a file of the city is no font.
    """
    own = [Face(path) for path in extra]
    for face in own:
        face.shows("あ")
    return Faces([Face(_installed(TEXT)), Face(_installed(NAMES)), *own])


def monospaced() -> Face:
    """The face for passwords: nothing in it looks like something else."""
    return Face(_installed(MONOSPACED))


def _installed(places: Sequence[str]) -> Path:
    for place in places:
        if Path(place).is_file():
            return Path(place)
    raise InputError("report.no_font", file=Path(places[0]).name, packages=PACKAGES)
