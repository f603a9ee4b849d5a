"""The city's own characters (外字): the font in which 汐見野市 draws what it has in the user-defined area."""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont

SHAPES = {"\ue000": "吉", "\ue001": "嶋"}
"""A character of the city, and the one whose shape stands for it in this fictional font."""


def write(source: Path, target: Path) -> None:
    """Make the font from one that has the shapes."""
    font = TTFont(source)
    glyphs = font.getBestCmap()
    for table in font["cmap"].tables:
        if table.isUnicode() and table.cmap:
            table.cmap.update({ord(own): glyphs[ord(shape)] for own, shape in SHAPES.items()})
    font.save(target)
