"""The way of a row through the house, as docs/architecture.md tells it: every stop exists."""

from __future__ import annotations

import importlib
import importlib.util
import re
from functools import reduce

import pytest

from tests.house.tree import ROOT

STOP = re.compile(r"`((?:text|operations|systems|change|site|store|reports)(?:\.\w+)+)`")


def stops() -> list[str]:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    walk = text.partition("## The way of one row")[2].partition("\n## ")[0]
    return list(dict.fromkeys(STOP.findall(walk)))


def test_the_walk_has_stops() -> None:
    assert len(stops()) > 30


@pytest.mark.parametrize("stop", stops())
def test_a_stop_of_the_walk_exists(stop: str) -> None:
    parts = stop.split(".")
    depth = max(n for n in range(1, len(parts)) if _is_module(parts[:n]))
    found = reduce(getattr, parts[depth:], importlib.import_module(".".join(["chonai", *parts[:depth]])))
    assert callable(found)


def _is_module(parts: list[str]) -> bool:
    try:
        return importlib.util.find_spec(".".join(["chonai", *parts])) is not None
    except ModuleNotFoundError:  # the one before is no package
        return False
