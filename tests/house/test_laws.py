"""The laws in pyproject.toml cover every room there is; import-linter itself runs in test_gates.py."""

from __future__ import annotations

import tomllib
from typing import Any

from tests.house.tree import PACKAGE, ROOT

PURE = {"text", "calendar", "policies", "change", "operations", "jobs"}


def contract(name: str) -> dict[str, Any]:
    laws = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return next(law for law in laws["contracts"] if law["id"] == name)


def rooms() -> set[str]:
    return {path.parent.name for path in PACKAGE.glob("*/__init__.py")} | {
        path.stem for path in PACKAGE.glob("[a-z]*.py")
    }


def test_every_room_has_its_place() -> None:
    placed = {room.strip(" ()") for layer in contract("rooms")["layers"] for room in layer.split("|")}
    assert not rooms() - placed


def test_every_pure_room_is_kept_from_reaching_outside() -> None:
    assert set(contract("purity")["source_modules"]) == {f"chonai.{room}" for room in PURE & rooms()}
