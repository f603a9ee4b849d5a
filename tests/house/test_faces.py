"""Faces are thin: what they need of chonai comes through site.py, and their third-party imports are
guarded.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import collection_files, name_of, syntax

# A face also speaks (messages) and translates errors into exit codes.
ALLOWED = ("chonai.site", "chonai.change.errors", "chonai.text.messages")


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def unguarded(tree: ast.Module) -> Iterator[str]:
    """What the module imports of chonai outside of a `try`."""
    guarded = {id(inner) for node in ast.walk(tree) if isinstance(node, ast.Try) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in guarded:
            yield from (name for name in imported(node) if name.split(".")[0] == "chonai")


def by_name(paths: tuple[Path, ...]) -> dict[str, Path]:
    return {name_of(path): path for path in paths}


@pytest.mark.parametrize("name", by_name(collection_files()))
def test_the_collection_reaches_chonai_through_site(name: str) -> None:
    names = [one for one in imported(syntax(by_name(collection_files())[name])) if one.split(".")[0] == "chonai"]
    assert not [one for one in names if not f"{one}.".startswith(tuple(f"{allowed}." for allowed in ALLOWED))]


@pytest.mark.parametrize("name", by_name(collection_files()))
def test_the_collection_guards_its_imports(name: str) -> None:
    assert not list(unguarded(syntax(by_name(collection_files())[name])))
