"""Text from directories and files, made safe for a terminal and for a reader's eye."""

from __future__ import annotations

import re

# Control characters (a terminal obeys them) and marks that turn the direction of text around (a reader is deceived
# by them), and two code points that no XML file may hold. Variation selectors and joiners stay: names are written
# with them.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_HIDDEN_BUT_LINES = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


def visible(text: str) -> str:
    """One line of text in which every character that acts on a terminal is spelled out: `\\x1b`, `\\u202e`."""
    return _HIDDEN.sub(_spelled, text)


def visible_lines(text: str) -> str:
    """Like `visible`, for sentences of more than one line."""
    return _HIDDEN_BUT_LINES.sub(_spelled, text)


def json_safe(text: str) -> str:
    """A JSON text with the same characters as `\\u…` escapes. They occur in its strings only."""
    return _HIDDEN_BUT_LINES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _spelled(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "backslashreplace").decode()
