"""What the modules return is what their documentation says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.acceptance.stage import CREW, MOVER, reset, stage
from tests.house.tree import COLLECTION

pytestmark = pytest.mark.usefixtures("lab")
COMMON = {"changed", "failed", "msg", "diff", "skipped"}
TYPES = {"str": str, "bool": bool, "int": int, "list": list, "dict": dict}


@pytest.fixture
def seeded(lab: Path) -> Iterator[None]:
    """The city as it was seeded, before and after."""
    reset()
    yield
    reset()


def documented(module: str) -> dict[str, dict[str, Any]]:
    """The RETURN block of a module."""
    tree = ast.parse((COLLECTION / "plugins/modules" / f"{module}.py").read_text(encoding="utf-8"))
    blocks = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "RETURN"
    }
    return dict(yaml.safe_load(blocks["RETURN"]))


def agree(module: str, result: dict[str, Any]) -> dict[str, Any]:
    """The result, when each of its keys is documented with its type, and none is missing that is always there."""
    said, failed = documented(module), "code" in result
    own = {name: value for name, value in result.items() if name not in COMMON and not name.startswith("_")}
    assert own.keys() <= said.keys()
    for name, value in own.items():
        assert value is None or isinstance(value, TYPES[said[name]["type"]]), name
        if isinstance(value, dict) and "contains" in said[name]:
            assert value.keys() == said[name]["contains"].keys(), name
    promised = {name for name, each in said.items() if each["returned"] == ("failure" if failed else "success")}
    assert promised <= own.keys()
    return result


@pytest.mark.usefixtures("seeded")
def test_every_module_returns_what_it_says(tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    host = "lgwan_ad"
    assert agree("personnel_plan", terminal.result(host, "personnel_plan", effective_date="2026-04-01"))["code"]
    planned = agree("personnel_plan", terminal.result(host, "personnel_plan", **MOVER))
    sealed = agree("change_seal", terminal.result(host, "change_seal", plan_ids=[planned["plan_id"]]))
    id_ = sealed["id"]
    assert agree("change_approval", terminal.result(host, "change_approval", id=id_, **CREW))["exit_code"] == 3
    assert terminal.approve(id_).returncode == 0
    assert agree("change_approval", terminal.result(host, "change_approval", id=id_, **CREW))["approved_by"] == [
        "suzuki"
    ]
    assert agree("change_apply", terminal.result(host, "change_apply", id=id_, **CREW))["done"] == sum(
        planned["counts"].values()
    )
    assert agree("change_report", terminal.result(host, "change_report", id=id_))["state"] == "applied"
    assert agree("change_undo", terminal.result(host, "change_undo", id=id_))["undo_of"] == id_
