"""Characters that nobody sees in a name: those that must not be in one, and those that a person should know of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Control characters, separators of lines, embedding and isolating bidi controls, and the mark of a lost character.
_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffd]")
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def harmful(text: str) -> str:
    """Code points of `text` that a name must not hold; blank when there are none."""
    return _code_points(c for c in text if _HARMFUL.match(c))


def invisible(text: str) -> str:
    """Code points of `text` that have no width; blank when there are none. Variation selectors (IVS) are not among
    them: they choose the form of the character before.
    """
    return _code_points(c for c in text if _is_invisible(c))


def shows_nothing(text: str) -> bool:
    """Whether a text that is not empty has nothing that can be seen."""
    return bool(text) and all(_is_invisible(c) or c.isspace() for c in _SELECTOR.sub("", text))


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or character in _BLANK


def _code_points(characters: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in characters))
