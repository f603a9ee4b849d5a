"""The watch over pure rooms catches what it should, and only that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.purity import PACKAGE, Impure, watching

ACTS = {
    "file": "def do(folder):\n    open(folder / 'new', 'w').close()\n",
    "socket": "import socket\ndef do(folder):\n    with socket.socket() as s:\n        s.bind(('', 0))\n",
    "process": "import subprocess\ndef do(folder):\n    subprocess.run(['true'])\n",
}


def living_in(room: str) -> Callable[..., object]:
    """A function that calls its argument, compiled as if it stood in a file of `room`."""
    names: dict[str, Callable[..., object]] = {}
    exec(compile("def call(act, *a):\n    return act(*a)\n", f"{PACKAGE}/{room}/code.py", "exec"), names)
    return names["call"]


def library(act: str) -> Callable[[Path], object]:
    """The act, compiled so that no frame of the tests stands between it and its caller."""
    names: dict[str, Callable[[Path], object]] = {}
    exec(compile(ACTS[act], "<library>", "exec"), names)
    return names["do"]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("room", ["text", "calendar", "policies", "change", "operations", "jobs"])
def test_a_pure_room_that_reaches_outside_is_caught(room: str, act: str, tmp_path: Path) -> None:
    with watching() as seen, pytest.raises(Impure):
        living_in(room)(library(act), tmp_path)
    assert seen


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("room", ["store", "systems"])
def test_other_rooms_may(room: str, act: str, tmp_path: Path) -> None:
    with watching() as seen:
        living_in("change")(living_in(room), library(act), tmp_path)
    assert not seen


def test_a_pure_room_reads_what_ships_with_the_package() -> None:
    with watching() as seen:
        living_in("text")(Path(PACKAGE, "py.typed").read_text)
    assert not seen
