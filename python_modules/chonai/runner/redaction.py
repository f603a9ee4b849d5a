"""Takes secrets out of what a playbook says, wherever it says it."""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from itertools import groupby
from urllib.parse import quote, quote_plus

HIDDEN = "********"
SHORTEST = 4
"""Shorter ones are in every other word: hiding them would hide everything and protect nothing."""
_SHORTEST_CODED = 6


class Redaction:
    """Hides each of some values in texts, also as JSON, Python, shells, YAML, URLs and base64 show them."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in _forms(value) if len(form) >= SHORTEST}
        self._pattern = re.compile("|".join(_by_first_letter(forms))) if forms else None

    def __call__(self, text: str) -> str:
        """The text without any of the values."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text


def _by_first_letter(forms: Iterable[str]) -> Iterator[str]:
    """Patterns of which a text is compared with few at each place; the longest first."""
    for letter, some in groupby(sorted(forms), key=lambda form: form[0]):
        rests = sorted((form[1:] for form in some), key=lambda rest: (-len(rest), rest))
        yield f"{re.escape(letter)}(?:{'|'.join(map(re.escape, rests))})"


def _forms(value: str) -> Iterator[str]:
    """A value with several lines is hidden line by line too: output is cut into lines."""
    for one in (value, *(value.splitlines() if "\n" in value else ())):
        quoted = [json.dumps(one, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)]
        yield from (one, repr(one)[1:-1], one.encode("unicode_escape").decode("ascii"), *quoted)
        yield from (json.dumps(text)[1:-1] for text in quoted)
        yield from (shlex.quote(one)[1:-1] if "'" in one else one, one.replace("'", "''"))
        yield from (quote(one), quote(one, safe=""), quote_plus(one))
        if len(one) >= _SHORTEST_CODED:
            yield from _coded(one.encode("utf-8", "replace"))


def _coded(value: bytes) -> Iterator[str]:
    """Base64 of it wherever it stands in what was coded: of three bytes four letters are made."""
    for before, mixed in enumerate((0, 2, 3)):
        whole = (before + len(value)) * 8 // 6
        for coded in (b64encode(bytes(before) + value), urlsafe_b64encode(bytes(before) + value)):
            yield coded[mixed:whole].decode("ascii")
