"""The documents' commands, run in order as a reader would type them, each document on a freshly seeded
lab.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.documents import RUN, blocks, documents, session
from tests.house.tree import name_of
from tests.lab import reset

DOCUMENTS = {
    name_of(path): [block for block in blocks(path) if block.options.get("test") in RUN or "file" in block.options]
    for path in documents()
    if not path.name.endswith(".ja.md")  # the same commands as in the English document beside it
}


def needs_nothing(name: str) -> bool:
    """Whether the commands of a document need the project only, and no lab."""
    return all(block.options.get("test", "plain") == "plain" for block in DOCUMENTS[name])


WITH_COMMANDS = [
    pytest.param(name, marks=[pytest.mark.apart] if needs_nothing(name) else [])
    for name, found in DOCUMENTS.items()
    if found
]


@pytest.fixture
def fresh_lab(request: pytest.FixtureRequest, name: str) -> Iterator[None]:
    """The lab as it was seeded, before and after, for a document that uses it."""
    if needs_nothing(name):
        yield
        return
    request.getfixturevalue("lab")
    reset()
    yield
    reset()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", WITH_COMMANDS)
@pytest.mark.usefixtures("fresh_lab")
def test_the_commands_of_a_document_work(name: str, tmp_path: Path) -> None:
    running = session(tmp_path, Path(sys.executable))
    for block in DOCUMENTS[name]:
        if "file" in block.options:
            running.write(block)
        else:
            running.run(block)
