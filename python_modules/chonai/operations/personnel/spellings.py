"""How people spell their own names in Latin letters; of a reading, the passport's spelling is only the usual one."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from chonai.operations.personnel.cells import Cells
from chonai.operations.personnel.names import split
from chonai.text.romaji import passport

_PART = "[A-Za-z]+(?:-[A-Za-z]+)*"
_SPELLING = re.compile(rf"{_PART}(?: {_PART})*")
_DROPPED = re.compile("['\u2019\u0302\u0304]")
"""Apostrophes (Jun'ichi), and the long marks of vowels (Ōno, Ôno), which passports leave out."""
_COMMA = re.compile(r"^([^ ,]+), ?")
_CLEARLY = 0.5
"""By how much, of 2, two names have to fit better in the other order: foreign names fit no reading well."""


def spelling(cells: Cells) -> str:
    """The person's own spelling as the cell has it in half width; blank for a blank cell. Whether it is one matters
    only where addresses are made of it.
    """
    return " ".join(unicodedata.normalize("NFKC", cells["romaji"]).split())


def plain(written: str) -> str:
    """A spelling in the letters of addresses: without apostrophes, long marks, and the comma after the family name."""
    letters = _DROPPED.sub("", unicodedata.normalize("NFD", written))
    return _COMMA.sub(r"\1 ", unicodedata.normalize("NFC", letters))


def fault(written: str, kana: str) -> str | None:
    """Why a plain spelling cannot stand for this reading, as the code of a message; None where it can."""
    if not _SPELLING.fullmatch(written):
        return "personnel.not_spelling"
    return "personnel.spelling_swapped" if _is_swapped(written, kana) else None


def parts(written: str) -> tuple[str, str]:
    """Family and given name in small letters; several given names with `-` between, blank where there is none."""
    family, _, given = written.lower().partition(" ")
    return family, given.replace(" ", "-")


def romanised(kana: str) -> tuple[str, str]:
    """Family and given name as passports spell a reading. Raises ValueError for what is no reading."""
    family, given = ("-".join(map(passport, part.split())) for part in split(kana))
    return family, given


def _is_swapped(written: str, kana: str) -> bool:
    """Given name first: the names fit the reading clearly better the other way round."""
    try:
        family, given = romanised(kana)
    except ValueError:
        return False
    first, second = parts(written)
    as_given, swapped = _fit(first, family) + _fit(second, given), _fit(second, family) + _fit(first, given)
    return bool(given and second) and swapped >= as_given + _CLEARLY


def _fit(one: str, other: str) -> float:
    """How alike two names are, 0 to 1."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
