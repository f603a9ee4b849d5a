"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

from tests.house.tree import collection_files, functions, name_of, package_files

LONGEST_FILE = 350
LONGEST_FUNCTION = 35
IN_ONE_FILE = "python_modules/chonai/evidence/verify.py"
"""It travels in every bundle, and whoever checks one has to read it: one file, whatever its length."""
FILES = (*package_files(), *collection_files())


def test_no_file_is_too_long() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FILE and name != IN_ONE_FILE}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{name_of(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in FILES
        for node in functions(path)
    }
    assert not {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}
