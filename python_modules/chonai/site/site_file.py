"""The content of a site file, read strictly: nothing in it may mean something else than a person reads."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import yaml

from chonai.change.errors import InputError, UsageError
from chonai.text.documents import odd_events
from chonai.text.messages import Message, message

MOST_BYTES = 1_000_000


def load(path: Path) -> Mapping[str, object]:
    """The settings by name. Raises `UsageError` where there is no file, `InputError` for one that is none.

    A key that stands twice, a tag and too deep a nesting are refused with the line: YAML would take the last of the
    two, make an object, or end in a recursion.
    """
    text = _content(path)
    try:
        problems = [odd.message for odd in odd_events(path.name, text, has_aliases=True)]
        if not problems:
            problems += _double_keys(yaml.compose(text, Loader=yaml.SafeLoader), "", set())
        data = None if problems else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # the latter for a day that does not exist
        raise InputError("site.bad_file", file=path, cause=" ".join(str(error).split())) from None
    if problems:
        raise InputError("site.bad_settings", file=path, details=problems)
    if not isinstance(data, dict):
        raise InputError("site.bad_file", file=path, cause="no mapping")
    return data


def _content(path: Path) -> str:
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe is not waited for
        with os.fdopen(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise InputError("site.not_regular", file=path)
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise InputError("site.too_long", file=path, most=MOST_BYTES)
        return raw.decode("utf-8")
    except FileNotFoundError:
        raise UsageError("site.no_file", file=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("site.bad_file", file=path, cause=str(error)) from None


def _double_keys(node: yaml.Node | None, path: str, seen: set[int]) -> list[Message]:
    """Keys that stand twice in one mapping, at any depth."""
    if node is None or id(node) in seen:
        return []
    seen.add(id(node))
    found: list[Message] = []
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            found += _double_keys(item, f"{path}[{position}]", seen)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            name, line = f"{path}.{key.value}".lstrip("."), key.start_mark.line + 1
            if name in first:
                found.append(message("site.double_key", key=name, line=line, first=first[name]))
            first.setdefault(name, line)
            found += _double_keys(value, name, seen)
    return found
