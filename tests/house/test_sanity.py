"""`ansible-test sanity` on the collection, where it lies and with no list of exceptions."""

from __future__ import annotations

import subprocess

import pytest

from tests.house.tree import COLLECTION, ROOT


def test_no_sanity_test_is_ignored() -> None:
    assert not list(COLLECTION.glob("tests/sanity/ignore*"))


@pytest.mark.acceptance
@pytest.mark.apart
def test_sanity_passes() -> None:
    run = subprocess.run(["scripts/sanity"], cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        pytest.fail(f"ansible-test sanity found something:\n{run.stdout}{run.stderr}", pytrace=False)
