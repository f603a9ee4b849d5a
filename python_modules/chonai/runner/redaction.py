"""Takes secrets out of what a playbook says, wherever it says it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

HIDDEN = "********"
SHORTEST = 4
"""Shorter ones are in every other word: hiding them would hide everything and protect nothing."""


class Redaction:
    """Hides each of some values in texts, also as JSON and as Python show them."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values for form in _forms(value) if len(form) >= SHORTEST}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        """The text without any of the values."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text


def _forms(value: str) -> Iterator[str]:
    """A value with several lines is hidden line by line too: output is cut into lines."""
    for one in (value, *(value.splitlines() if "\n" in value else ())):
        quoted = [json.dumps(one, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)]
        yield from (one, repr(one)[1:-1], one.encode("unicode_escape").decode("ascii"), *quoted)
        yield from (json.dumps(text)[1:-1] for text in quoted)
