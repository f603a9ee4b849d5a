"""The documents' commands, run in order as a reader would type them, each document on a freshly seeded
lab.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.documents import RUN, blocks, documents, session
from tests.house.tree import ROOT, name_of

DOCUMENTS = {
    name_of(path): [block for block in blocks(path) if block.options.get("test") in RUN]
    for path in documents()
    if not path.name.endswith(".ja.md")  # the same commands as in the English document beside it
}
WITH_COMMANDS = [name for name, found in DOCUMENTS.items() if found]


def reset() -> None:
    command = ["ansible-playbook", "-i", "inventories/shiomino", "playbooks/lab.yml", "-e", "lab_state=reset"]
    command[0] = str(Path(sys.executable).parent / command[0])
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


@pytest.fixture
def fresh_lab(request: pytest.FixtureRequest, name: str) -> Iterator[None]:
    """The lab as it was seeded, before and after, for a document that uses it."""
    if all(block.options["test"] == "plain" for block in DOCUMENTS[name]):
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
        running.run(block)
