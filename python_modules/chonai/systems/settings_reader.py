"""Reads a mapping of settings by name and kind, and gathers every problem instead of stopping at the first.

For all systems.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from chonai.change.errors import InputError
from chonai.text.messages import Message, message

COMMON = frozenset(
    {
        "empty",
        "missing",
        "no_file",
        "not_bool",
        "not_list",
        "not_mapping",
        "not_number",
        "not_one_of",
        "not_text",
        "not_utf8",
        "unknown",
        "unreadable",
    }
)
"""What can be wrong with a setting of any system; anything else is said in a system's own room of the catalogue."""


class Named(Protocol):
    """Settings of a system."""

    @property
    def name(self) -> str:
        """What the inventory calls it."""


T = TypeVar("T", bound=Named)


def read_settings(settings: Mapping[str, object], room: str, read: Callable[[SettingsReader], T]) -> T:
    """The settings of one system. Raises InputError listing everything that is wrong with them."""
    problems: list[Message] = []
    reader = SettingsReader(settings, problems, room=room)
    reader.raw("kind")
    parsed = read(reader)
    reader.no_more()
    if problems:
        raise InputError("systems.bad_settings", system=parsed.name or "?", details=problems)
    return parsed


class SettingsReader:
    """Values of one mapping. What is wrong goes to `problems`, and a default takes its place. `room` is where the
    catalogue says what only settings of this kind can have wrong.
    """

    def __init__(self, values: Mapping[str, object], problems: list[Message], *, room: str, prefix: str = "") -> None:
        self._values, self._problems, self._room, self._prefix = values, problems, room, prefix
        self._seen: set[str] = set()

    def problem(self, code: str, name: str, **fields: object) -> None:
        """Note that the setting `name` is wrong; the message is `<room>.setting_<code>`, or one of all systems."""
        room = "systems" if code in COMMON else self._room
        self._problems.append(message(f"{room}.setting_{code}", setting=self._prefix + name, **fields))

    def also(self, problems: Sequence[Message]) -> None:
        """Note what was found wrong elsewhere."""
        self._problems.extend(problems)

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

    def file(self, name: str) -> str | None:
        """The path of a file that has to be there."""
        value = self.text(name)
        if value is not None and not Path(value).is_file():
            self.problem("no_file", name, value=value)
        return value

    def content(self, name: str) -> str | None:
        """What a file says that has to be there; None, and a problem, when it cannot be read."""
        path = self.needed(name)
        try:
            return Path(path).read_text(encoding="utf-8") if path else None
        except FileNotFoundError:
            self.problem("no_file", name, value=path)
        except UnicodeDecodeError:
            self.problem("not_utf8", name, value=path)
        except OSError as error:
            self.problem("unreadable", name, value=path, why=error.strerror or type(error).__name__)
        return None

    def secret(self, name: str, *, required: bool = True) -> str | None:
        """What the file in `<name>_file` says, without the end of its last line, or `<name>` itself; never told."""
        file, inline = f"{name}_file", self.raw(name)
        path = self.file(file)
        if path is None:
            if inline is not None and not isinstance(inline, str):
                self.problem("not_text", name, value=type(inline).__name__)
                return None
            return self.text(name, required=required)
        said = self.content(file) if Path(path).is_file() else None  # what is no file was told
        if said is not None and not said.strip():
            self.problem("empty", file, value=path)
        return None if said is None else said.rstrip("\r\n")

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
