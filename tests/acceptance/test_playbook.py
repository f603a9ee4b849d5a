"""The playbooks on the lab: what they change, where they stop, and what they say."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.acceptance.demo.domain import DOMAINS, EXT
from tests.acceptance.demo.dumps import differences, objects
from tests.acceptance.stage import CREW, FILES, MOVER, SMALL, refusal, reset, stage, told, untouched

pytestmark = pytest.mark.usefixtures("lab")


@pytest.fixture
def seeded(lab: Path) -> Iterator[None]:
    """The city as it was seeded, before and after."""
    reset()
    yield
    reset()


def test_the_playbook_stops_with_the_two_commands_to_type(tmp_path: Path) -> None:
    with untouched():
        done = stage(tmp_path).playbook("personnel_change", **SMALL)
    assert done.returncode == 0, told(done)
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("chonai ")]
    (id_,) = {line.split()[2] for line in lines}
    assert lines == [
        f"chonai approve {id_} --as NAME --key FILE",
        f"chonai apply {id_} --operator NAME --watcher NAME",
    ]


@pytest.mark.usefixtures("seeded")
def test_planned_approved_applied_and_planned_again_and_taken_back(tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    before = {domain.server: domain.dump() for domain in DOMAINS}
    id_ = terminal.plan(**SMALL)
    assert terminal.approve(id_).returncode == 0
    applied = terminal.playbook("change", change_id=id_, **CREW)
    assert applied.returncode == 0, told(applied)
    assert terminal.state(id_) == "applied"
    assert all(differences(before[domain.server], domain.dump()) for domain in DOMAINS)

    again = terminal.playbook("personnel_change", **SMALL)
    assert again.returncode == 0, told(again)
    assert "chonai approve" not in again.stdout
    assert len(terminal.change_sets) == 1

    undo = terminal.module("lgwan_ad", "change_undo", id=id_)
    assert undo.returncode == 0, told(undo)
    (back,) = [one["id"] for one in terminal.change_sets if one["undo_of"] == id_]
    assert terminal.approve(back).returncode == 0
    assert terminal.playbook("change", change_id=back, **CREW).returncode == 0
    assert terminal.state(id_) == "undone"
    assert [differences(before[domain.server], domain.dump()) for domain in DOMAINS] == [[], []]


@pytest.mark.usefixtures("seeded")
def test_where_no_approval_is_wanted_it_goes_through(tmp_path: Path) -> None:
    terminal = stage(tmp_path, "none")
    done = terminal.playbook("personnel_change", **MOVER)
    assert done.returncode == 0, told(done)
    (change,) = terminal.change_sets
    assert change["state"] == "applied"
    assert "applied" in done.stdout
    again = terminal.playbook("personnel_change", **MOVER)
    assert again.returncode == 0, told(again)
    assert len(terminal.change_sets) == 1


@pytest.mark.usefixtures("seeded")
def test_a_system_that_is_gone_is_named_and_keeps_the_others_from_nothing(tmp_path: Path) -> None:
    gone = ("ext_ad", "asset_management", "external_exchange", "internal_exchange")
    terminal = stage(tmp_path, "none")
    done = terminal.playbook(
        "personnel_change", "--limit", ":".join(["personnel", *(f"!{host}" for host in gone)]), **MOVER
    )
    assert done.returncode == 0, told(done)
    (change,) = terminal.change_sets
    assert change["state"] == "applied"
    shown = json.loads(terminal.shell.read("chonai", "show", change["id"], "--format", "json"))
    assert {plan["system"] for plan in shown["plans"]} == {"lgwan_ad", "webmail", "sanitizer"}
    warnings = [warning["code"] for plan in shown["plans"] for warning in plan["warnings"]]
    assert warnings.count("personnel.left_out") == 1
    assert all(host in done.stdout for host in gone)

    assert terminal.chonai("undo", change["id"]).returncode == 0
    (back,) = [one["id"] for one in terminal.change_sets if one["undo_of"] == change["id"]]
    assert terminal.chonai("apply", back, "--operator", "sato", "--watcher", "tanaka").returncode == 0


@pytest.mark.parametrize("approval", ["none", "second_person"])
def test_check_ends_after_the_plan(tmp_path: Path, approval: str) -> None:
    terminal = stage(tmp_path, approval)
    with untouched():
        done = terminal.playbook("personnel_change", "--check", **MOVER)
    assert done.returncode == 0, told(done)
    assert "lgwan_ad" in done.stdout
    assert not terminal.change_sets


def test_an_apply_in_check_mode_only_checks(tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    id_ = terminal.plan(**MOVER)
    assert terminal.approve(id_).returncode == 0
    with untouched():
        done = terminal.playbook("change", "--check", change_id=id_, **CREW)
    assert done.returncode == 0, told(done)
    assert terminal.state(id_) == "approved"


def test_without_input_it_says_what_is_missing(tmp_path: Path) -> None:
    said = refusal(stage(tmp_path).playbook("personnel_change"))
    assert "orders" in said


def test_a_wrong_file_is_refused_with_every_error(tmp_path: Path) -> None:
    text = (FILES / "orders-one-mover.csv").read_text(encoding="cp932")
    file = tmp_path / "wrong.csv"
    rows = [
        text.splitlines()[1].replace("2026-04-01", f"2026-13-0{day}").replace("R8-0001", f"R8-{day}") for day in (1, 2)
    ]
    file.write_text("\n".join([text.splitlines()[0], *rows]), encoding="cp932")
    terminal = stage(tmp_path / "site")
    with untouched():
        said = refusal(terminal.playbook("personnel_change", **{**MOVER, "orders": str(file)}))
    assert "wrong.csv" in said
    assert all(f"2026-13-0{day}" in said for day in (1, 2))
    assert not terminal.change_sets


def test_relative_paths_start_where_the_caller_is(tmp_path: Path) -> None:
    relative = {**MOVER, "orders": "inventories/shiomino/files/orders-one-mover.csv"}
    assert stage(tmp_path).plan(**relative)


@pytest.mark.parametrize("approval", ["none", "second_person"])
def test_a_brake_refuses_until_an_approval_releases_it(tmp_path: Path, approval: str) -> None:
    sheet = CalamineWorkbook.from_path(str(FILES / "roster-2026.xlsx")).get_sheet_by_index(0).to_python()
    roster = tmp_path / "half.csv"
    with roster.open("w", encoding="utf-8-sig", newline="") as file:
        rows = ([int(cell) if isinstance(cell, float) else cell for cell in row] for row in sheet[:700])
        csv.writer(file).writerows(rows)
    city = {
        "roster": str(roster),
        "organisation": str(FILES / "organisation-2026.csv"),
        "reorganisation": str(FILES / "reorganisation-2026.csv"),
        "effective_date": "2026-04-01",
    }
    terminal = stage(tmp_path / "site", approval)
    with untouched():
        said = refusal(terminal.playbook("personnel_change", **city))
    (change,) = terminal.change_sets
    assert change["state"] == "sealed"
    assert "roster" in said
    assert f"chonai approve {change['id']} --as NAME --key FILE --release " in said


@pytest.mark.usefixtures("seeded")
def test_drift_on_one_system_stops_all_before_the_first_write(tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    id_ = terminal.plan(**MOVER)
    assert terminal.approve(id_).returncode == 0
    (order,) = csv.DictReader((FILES / "orders-one-mover.csv").read_text(encoding="cp932").splitlines())
    account = order["職員番号"]
    user = next(one for one in objects(EXT.dump()).values() if one.first("sAMAccountName") == account)
    EXT.modify(f"dn: {user.dn}\nchangetype: modify\nreplace: title\ntitle: drifted\n")
    with untouched():
        said = refusal(terminal.playbook("change", change_id=id_, **CREW))
    assert user.first("displayName") in said
    assert terminal.state(id_) == "approved"


def test_an_unknown_change_set_is_refused_and_those_like_it_are_named(tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    id_ = terminal.plan(**MOVER)
    said = refusal(terminal.playbook("change", change_id=id_[:-1] + "x", **CREW))
    assert id_ in said


def test_hosts_that_a_change_set_does_not_concern_are_left_alone(tmp_path: Path) -> None:
    terminal = stage(tmp_path)
    id_ = terminal.plan(**MOVER)
    assert terminal.approve(id_).returncode == 0
    done = terminal.module("corp_ldap", "change_apply", id=id_, **CREW)
    assert done.returncode == 0, told(done)
    assert "SKIPPED" in done.stdout
