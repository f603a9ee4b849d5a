"""The project's files as the house tests see them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "python_modules" / "chonai"
COLLECTION = ROOT / "collections" / "ansible_collections" / "chonai" / "ops"


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that git has or would take: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def package_files() -> tuple[Path, ...]:
    """The Python files of the chonai package."""
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def collection_files() -> tuple[Path, ...]:
    """The Python files of the collection."""
    return tuple(sorted((COLLECTION / "plugins").rglob("*.py")))


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a Python file."""
    return (node for node in ast.walk(syntax(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def name_of(path: Path) -> str:
    """The path as people write it, from the project's folder."""
    return str(path.relative_to(ROOT))
