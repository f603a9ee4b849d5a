"""Texts with fields in braces that a city writes into a policy: `{account}@lgwan.shiomino.example`.

Only known field names are allowed, and nothing else of Python's format language: a policy is data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

_FIELD = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with fields. `fields` are those it uses; `allowed` those that a template of its class may use."""

    allowed: ClassVar[frozenset[str]] = frozenset()
    text: str
    fields: frozenset[str]

    @classmethod
    def parse(cls, text: str) -> Self:
        """The template written as `text`; raises `ValueError` naming what is not a known field."""
        rest = _FIELD.sub("", text)
        names = _FIELD.findall(text)
        unknown = [name for name in names if name not in cls.allowed]
        if unknown or "{" in rest or "}" in rest:
            raise ValueError(", ".join(unknown) or "{ }")
        return cls(text, frozenset(names))

    @property
    def single(self) -> str | None:
        """The field whose bare value this template is, or None."""
        match = _FIELD.fullmatch(self.text)
        return match.group(1) if match else None

    def render(self, values: Mapping[str, str]) -> str:
        """The text with its fields filled from `values`, which holds them all."""
        return self.text.format_map(values)

    def pattern(self, **shapes: str) -> re.Pattern[str]:
        """A pattern that matches what this template renders, each field a named group (the first time it occurs).

        `shapes` are patterns of fields that do not hold just anything.
        """
        parts, seen = [], set[str]()
        for i, part in enumerate(_FIELD.split(self.text)):
            if i % 2 == 0:
                parts.append(re.escape(part))
            else:
                parts.append(f"(?P={part})" if part in seen else f"(?P<{part}>{shapes.get(part, '.+')})")
                seen.add(part)
        return re.compile("".join(parts), re.DOTALL)
