"""A `MemorySystem` that a JSON file keeps: the whole of chonai can be tried out without a server.

The file: `objects` (key text to record; a list is a set), and where wanted `protected` and `refuse` (key text to
message). Settings: `file`, and `pause`, the seconds that each pass of an apply takes. Secrets are set and forgotten.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from chonai.change.codec import message_from_json, record_from_json, record_to_json
from chonai.change.errors import InputError, SystemUnreachable
from chonai.change.model import Change, Key
from chonai.change.system import Result, SecretMaker
from chonai.systems.memory.system import MemorySystem
from chonai.text.messages import Message


class FileSystem(MemorySystem):
    """Writes its file after every pass, so that what was done outlives the process."""

    def __init__(self, name: str, file: Path, pause: float) -> None:
        data = _load(name, file)
        objects = {Key.parse(key): record_from_json(record) for key, record in data.get("objects", {}).items()}
        super().__init__(name, objects, _messages(data.get("protected", {})))
        self.refuse = _messages(data.get("refuse", {}))
        self._file, self._data, self._pause = file, data, pause

    @property
    def warnings(self) -> tuple[Message, ...]:
        """There is no safeguard to weaken."""
        return ()

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make the changes and keep them."""
        time.sleep(self._pause)
        results = super().apply(changes, secret)
        objects = {str(key): record_to_json(record) for key, record in self.objects.items()}
        beside = self._file.with_name(f".{self._file.name}.new")
        beside.write_text(json.dumps({**self._data, "objects": objects}, ensure_ascii=False), encoding="utf-8")
        beside.replace(self._file)
        return results


@contextmanager
def connect(settings: Mapping[str, object]) -> Iterator[FileSystem]:
    """The system in a file. Raises InputError for wrong settings, SystemUnreachable when the file cannot be read."""
    name, file, pause = str(settings.get("name")), settings.get("file"), settings.get("pause", 0)
    if not isinstance(file, str):
        raise InputError("site.bad_value", key=f"{name}: file", value=file, wanted="path")
    if not isinstance(pause, int | float):
        raise InputError("site.bad_value", key=f"{name}: pause", value=pause, wanted="seconds")
    yield FileSystem(name, Path(file), pause)


def _load(name: str, file: Path) -> dict[str, dict[str, object]]:
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise SystemUnreachable("site.input_unreadable", file=file, role=name, cause=error) from error


def _messages(data: Mapping[str, object]) -> dict[Key, Message]:
    return {Key.parse(key): message_from_json(item) for key, item in data.items()}
