"""How people spell their own names in Latin letters; of a reading, the passport's spelling is only the usual one."""

from __future__ import annotations

import re
import unicodedata

from chonai.operations.personnel.cells import Cells

_PART = "[A-Za-z]+(?:-[A-Za-z]+)*"
_SPELLING = re.compile(rf"{_PART}(?: {_PART})*")


def spelling(cells: Cells) -> str:
    """The person's own spelling, family name first, as the cell has it in half width; blank for a blank cell, and for
    what is none (then noted).
    """
    written = " ".join(unicodedata.normalize("NFKC", cells["romaji"]).split())
    if not written:
        return ""
    if not _SPELLING.fullmatch(written):
        cells.wrong("romaji", "personnel.not_spelling")
        return ""
    return written


def parts(written: str) -> tuple[str, str]:
    """Family and given name in small letters; several given names with `-` between, blank where there is none."""
    family, _, given = written.lower().partition(" ")
    return family, given.replace(" ", "-")
