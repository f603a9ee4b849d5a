"""Reads a mapping of settings by name and kind, and gathers every problem instead of stopping at the first.

For all systems.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chonai.text.messages import Message, message


class SettingsReader:
    """Values of one mapping. What is wrong goes to `problems`, as messages of `room`, and a default takes its place."""

    def __init__(self, values: Mapping[str, object], problems: list[Message], *, room: str, prefix: str = "") -> None:
        self._values, self._problems, self._room, self._prefix = values, problems, room, prefix
        self._seen: set[str] = set()

    def problem(self, code: str, name: str, **fields: object) -> None:
        """Note that the setting `name` is wrong; the message is `<room>.setting_<code>`."""
        self._problems.append(message(f"{self._room}.setting_{code}", setting=self._prefix + name, **fields))

    def raw(self, name: str) -> object:
        """The value as it is, None when absent."""
        self._seen.add(name)
        return self._values.get(name)

    def text(self, name: str, default: str | None = None, *, required: bool = False) -> str | None:
        """A text; an empty one counts as absent."""
        value = self.raw(name)
        if isinstance(value, str) and value:
            return value
        if value not in (None, ""):
            self.problem("not_text", name, value=str(value))
        elif required:
            self.problem("missing", name)
        return default

    def needed(self, name: str) -> str:
        """A text that must be there."""
        return self.text(name, required=True) or ""

    def number(self, name: str, default: float) -> float:
        """A number above zero."""
        value = self.raw(name)
        if value is None:
            return default
        try:
            number = float(str(value))
        except ValueError:
            number = 0.0
        if number > 0:
            return number
        self.problem("not_number", name, value=str(value))
        return default

    def whole_number(self, name: str, default: int) -> int:
        """A whole number, 1 or more."""
        return max(1, int(self.number(name, default)))

    def truth(self, name: str, default: bool) -> bool:
        """Yes or no."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.problem("not_bool", name, value=str(value))
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self.raw(name)
        if value is None:
            return ()
        if isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.problem("not_list", name, value=str(value))
        return ()

    def group(self, name: str) -> SettingsReader:
        """The settings inside the mapping `name`."""
        value = self.raw(name)
        if value is not None and not isinstance(value, Mapping):
            self.problem("not_mapping", name, value=type(value).__name__)
        values = value if isinstance(value, Mapping) else {}
        return SettingsReader(values, self._problems, room=self._room, prefix=f"{self._prefix}{name}.")

    def no_more(self) -> None:
        """Note every setting that nobody asked for: most often a misspelt one."""
        for name in sorted(set(self._values) - self._seen):
            self.problem("unknown", name)
