"""The settings reader, with the shapes that a profile has: lists of mappings, words out of a few, row limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Self, TypeVar

from chonai.systems.settings_reader import SettingsReader
from chonai.text.messages import Message

Choice = TypeVar("Choice", bound=StrEnum)
ROOM = "csv_import"


class ProfileReader(SettingsReader):
    """Reads one mapping of a profile."""

    @classmethod
    def of(cls, values: Mapping[str, object], problems: list[Message], prefix: str = "") -> Self:
        """A reader whose problems are sentences of this room."""
        return cls(values, problems, room=ROOM, prefix=prefix)

    def entries(self, name: str, inherited: Mapping[str, object] | None = None) -> list[Self]:
        """A reader for each mapping of the list `name`; what one does not say is as `inherited` says."""
        found = self.raw(name)
        if not isinstance(found, list) or not found:
            self.problem("not_entries", name, value=str(found))
            return []
        return [self._entry(f"{name}[{n}]", item, inherited or {}) for n, item in enumerate(found, start=1)]

    def _entry(self, name: str, item: object, inherited: Mapping[str, object]) -> Self:
        if not isinstance(item, Mapping):
            self.problem("not_mapping", name, value=type(item).__name__)
            item = {}
        return self.of({**inherited, **item}, self._problems, f"{self._prefix}{name}.")

    def part(self, name: str) -> Self:
        """The mapping `name`, as `group` gives it."""
        value = self.raw(name)
        if not isinstance(value, Mapping):
            self.problem("not_mapping", name, value=type(value).__name__)
        return self.of(value if isinstance(value, Mapping) else {}, self._problems, f"{self._prefix}{name}.")

    def one_of(self, name: str, choices: Iterable[str], default: str | None = None) -> str:
        """A word out of a few; the default, or the first, takes the place of what is none of them."""
        known = list(choices)
        value = self.text(name, default, required=default is None)
        if value is not None and value not in known:
            self.problem("not_one_of", name, value=value, choices=", ".join(known))
        return value if value in known else default or known[0]

    def choice(self, name: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        """A word of an enum."""
        return kind(self.one_of(name, [str(one) for one in kind], default))

    def limit(self, name: str) -> int | None:
        """A whole number above zero, None when absent."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
        self.problem("not_whole", name, value=str(value))
        return None

    def word(self, name: str) -> str | None:
        """A text that may be empty, None when absent. YAML's own numbers and truths are refused: 01 would become 1."""
        value = self.raw(name)
        if value is None or isinstance(value, str):
            return value
        self.problem("not_text", name, value=str(value))
        return None

    def names(self, name: str) -> set[str]:
        """The keys that are there out of one."""
        return {name} if self.raw(name) is not None else set()
