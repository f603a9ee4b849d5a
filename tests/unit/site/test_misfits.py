"""A person whose name a product's file cannot hold: told when the plan is made, and the rest of the plan shows."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from chonai.change.leaving import left_alone
from chonai.change.model import Action, Key, Plan, State, TypeScope
from chonai.site.personnel import Asked, plan_personnel
from tests.city import products
from tests.city.build import build
from tests.unit.personnel import world

HEADER = "任命権者コード,職員番号,氏名,カナ氏名,発令区分,発令日,新所属コード,職名コード,任用区分\n"
ORDERS = f"""{HEADER}1,009001,𠮷田　花子,ヨシダ　ハナコ,採用,2026/4/1,010100,080,正規
1,009002,吉田　次郎,ヨシダ　ジロウ,採用,2026/4/1,010100,080,正規
"""


def plan(folder: Path, ending: str = "", **rules: object) -> Plan:
    host: dict[str, Any] = yaml.safe_load(
        (world.INVENTORY / "host_vars/internal_exchange/personnel.yml").read_text(encoding="utf-8")
    )
    (folder / "outbox").mkdir(mode=0o700)
    exports = {}
    for type_, data in products.exports(build(), products.INTERNAL).items():
        (folder / f"{type_}.csv").write_bytes(data.replace(ending.encode("cp932"), b"=1") if ending else data)
        exports[type_] = str(folder / f"{type_}.csv")
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    return plan_personnel(
        system="internal_exchange",
        settings={
            "kind": "csv_import",
            "profile": "internal_file_exchange",
            "outbox": str(folder / "outbox"),
            "observed": "export",
            "exports": exports,
        },
        policy=world.policy_data(),
        rules={"personnel_directory": {**host["personnel_directory"], **rules}},
        asked=Asked({"orders": folder / "orders.csv"}, date(2026, 4, 1)),
    )


def test_by_default_the_plan_has_a_problem_and_the_rest_of_it_shows(tmp_path: Path) -> None:
    found = plan(tmp_path)
    [problem] = found.problems
    said = problem.render("en")
    assert "1-009001" in said
    assert "氏名" in said
    assert "U+20BB7" in said
    assert '"吉田　花子"' in said
    assert {change.key.id for change in found.changes if change.action is Action.CREATE} == {
        "new:1-009001",
        "new:1-009002",
    }


def test_the_policy_may_leave_them_out_behind_a_brake(tmp_path: Path) -> None:
    found = plan(tmp_path, unwritable="leave_out")
    assert not found.problems
    assert [(brake.name, brake.releasable) for brake in found.brakes] == [("unwritable", True)]
    assert [warning for warning in found.warnings if "1-009001" in warning.render("en")]
    assert [change.key.id for change in found.changes if change.action is Action.CREATE] == ["new:1-009002"]


def test_a_row_that_is_there_and_cannot_be_written_again_is_a_problem_before_the_night(tmp_path: Path) -> None:
    text = products.exports(build(), products.INTERNAL)["user"].decode("cp932")
    name = next(row["氏名"] for row in csv.DictReader(io.StringIO(text)) if row["氏名"])
    for leave_out in ({}, {"unwritable": "leave_out"}):
        (folder := tmp_path / f"odd{len(leave_out)}").mkdir()
        found = plan(folder, name, **leave_out)
        assert [problem for problem in found.problems if '"=1"' in problem.render("en")]


def test_nobody_refers_to_what_is_left_out() -> None:
    scope = {
        "user": TypeScope(frozenset({"name", "home"}), references=frozenset({"home"})),
        "group": TypeScope(frozenset({"name", "member"}), references=frozenset({"member"})),
    }
    new, old, hanging, group = Key("group", "new:g"), Key("group", "o"), Key("user", "u"), Key("group", "g")
    observed: State = {
        old: {"name": "o"},
        hanging: {"name": "u", "home": str(old)},
        group: {"name": "g", "member": frozenset({str(hanging)})},
    }
    desired: State = {
        **observed,
        new: {"name": "n"},
        hanging: {"name": "u2", "home": str(new)},
        group: {"name": "g2", "member": frozenset({str(hanging), str(new)})},
    }
    found = left_alone(observed, desired, [new], scope)
    assert new not in found
    assert found[hanging] == observed[hanging]
    assert found[group] == {"name": "g2", "member": frozenset({str(hanging)})}
