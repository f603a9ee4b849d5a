"""What code says through the catalogue: the codes it names, and the fields it gives them."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from tests.house.tree import PACKAGE, collection_files, name_of, package_files, syntax

CATALOGUE = PACKAGE / "text" / "catalogue"
FILE_ENDINGS = ("yml", "yaml", "json", "db", "py", "sql", "j2", "csv", "xlsx", "html", "sock", "md")


@dataclass(frozen=True, slots=True)
class Mention:
    """A code in a piece of code: whole, or as a pattern where it is put together at run time."""

    where: str
    code: str


@dataclass(frozen=True, slots=True)
class Saying:
    """A call that makes a sentence from a code and from fields that can all be seen in the call."""

    where: str
    code: str
    fields: frozenset[str]


@cache
def rooms() -> frozenset[str]:
    """The rooms that have a catalogue."""
    return frozenset(path.name.split(".")[0] for path in CATALOGUE.glob("*.yml"))


@cache
def catalogue(room: str, locale: str) -> dict[str, str]:
    """The sentences of a room in one language; none when the file is missing."""
    path = CATALOGUE / f"{room}.{locale}.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {} if path.exists() else {}


def fields_of(sentence: str) -> frozenset[str]:
    """The names in a sentence's braces."""
    return frozenset(
        re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(sentence) if name is not None
    )


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    return ((path, syntax(path)) for path in (*package_files(), *collection_files()))


def whole_codes() -> Iterator[Mention]:
    """Every string in code or in a template that reads like a code of a room with a catalogue."""
    yield from _codes_of_templates()
    for where, text in _strings():
        if _is_code(text):
            yield Mention(where, text)


def _strings() -> Iterator[tuple[str, str]]:
    for path, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield f"{name_of(path)}:{node.lineno}", node.value


def _codes_of_templates() -> Iterator[Mention]:
    for path in PACKAGE.rglob("*.j2"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            quoted = re.findall(r"""["']([a-z_]+\.[a-z0-9_]+)["']""", line)
            yield from (Mention(f"{name_of(path)}:{number}", text) for text in quoted if _is_code(text))


def _is_code(text: str) -> bool:
    return _reads_like_code(text) and not text.endswith("_")


def _reads_like_code(text: str) -> bool:
    match = re.fullmatch(r"([a-z_]+)\.([a-z0-9_]+)", text)
    return bool(match) and match[1] in rooms() and match[2] not in FILE_ENDINGS


def patterns() -> Iterator[Mention]:
    """Every code that is put together at run time, as a regular expression: f-strings, and beginnings such as
    `room.name_`.
    """
    for where, text in _strings():
        if _reads_like_code(text) and text.endswith("_"):
            yield Mention(where, f"{re.escape(text)}[a-z0-9_]+")
    for path, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr) and (pattern := _pattern(node)):
                yield Mention(f"{name_of(path)}:{node.lineno}", pattern)


def _pattern(node: ast.JoinedStr) -> str | None:
    """None for an f-string that is something else: a code is `room.name`, and part of the name stands in
    the code.
    """
    parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
    shape = "".join("x" if part is None else str(part) for part in parts)
    known = "".join(str(part) for part in parts if part is not None)
    if not re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", shape) or len(known) < 4 or "." not in known:
        return None
    if parts[0] is None and parts[-1] is not None:
        return None  # `f"{where}.name"` is a path into some document
    if parts[0] is not None and str(parts[0]).split(".")[0] not in rooms():
        return None
    return "".join("[a-z0-9_]+" if part is None else re.escape(str(part)) for part in parts)


@cache
def error_classes() -> frozenset[str]:
    """ChonaiError and all that derive from it."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for _, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"ChonaiError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    own_constructor = {
        node.name
        for _, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and node.name != "ChonaiError"
        and any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in node.body)
    }
    return frozenset(found - own_constructor)


def sayings() -> Iterator[Saying]:
    """Every call of `message(…)` or of an error class whose code and fields all stand in the call."""
    for path, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (code := _said(node)):
                given = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                yield Saying(f"{name_of(path)}:{node.lineno}", code, given - {"details"})


def _said(node: ast.Call) -> str | None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if (
        name not in {"message", *error_classes()}
        or not node.args
        or any(keyword.arg is None for keyword in node.keywords)
    ):
        return None
    first = node.args[0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
