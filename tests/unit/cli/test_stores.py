"""Who only reads makes no store: a path mistyped must not look like an empty city."""

from __future__ import annotations

import json

import pytest

from tests.stores import files_only
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town, wanted

READERS = (
    ("list",),
    ("show",),
    ("show", "20260401-abc123"),
    ("journal", "show", "20260401-abc123"),
    ("journal", "verify"),
    ("journal", "anchor"),
    ("statement", "20260401-abc123"),
    ("undo", "20260401-abc123"),
    ("apply", "20260401-abc123", "--operator", "suzuki"),
    ("unlock", "ext_ad", "--operator", "suzuki"),
)


@pytest.mark.parametrize("command", READERS)
def test_a_store_that_is_not_there_is_an_error_and_stays_so(
    town: Town, run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    town.seal(*wanted())
    elsewhere = town.folder / "mistyped" / "store.db"
    monkeypatch.setenv("CHONAI_STORE", str(elsewhere))
    wrong = run(*command)
    assert (wrong.code, wrong.out) == (2, "")
    assert str(elsewhere) in wrong.err
    assert "CHONAI_STORE" in wrong.err
    assert not elsewhere.parent.exists()


def test_passwords_and_approvals_make_none_either(town: Town, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    key = town.people.key("jinji")
    monkeypatch.setenv("CHONAI_STORE", str(town.folder / "mistyped.db"))
    assert run("passwords", "x", "--key", key, "--format", "csv").code == 2
    assert run("approve", "x", "--as", "suzuki", "--key", key).code == 2
    assert not (town.folder / "mistyped.db").exists()


def test_doctor_fails_for_it_and_looks_at_the_rest(town: Town, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHONAI_STORE", str(town.folder / "mistyped.db"))
    ill = run("doctor")
    assert ill.code == 1
    failed = [line for line in ill.out.splitlines() if line.startswith("fail")]
    assert [line.split()[1] for line in failed] == ["store:"]
    assert "mistyped.db" in failed[0]
    assert "ok    ext_ad: " in ill.out
    assert not (town.folder / "mistyped.db").exists()


def test_before_the_first_plan_the_sites_own_store_is_no_fault(town: Town, run: Run) -> None:
    listed = run("list")
    assert (listed.code, "Nothing was planned yet" in listed.out) == (0, True)
    assert json.loads(run("list", "--format", "json").out)["change_sets"] == []
    well = run("doctor")
    assert (well.code, "ok    store: not made yet" in well.out) == (0, True)
    assert run("show", "20260401-abc123").code == 2
    assert not (town.folder / "store.db").exists()


@files_only
def test_an_empty_file_is_no_store(town: Town, run: Run) -> None:
    (town.folder / "store.db").touch()
    assert run("journal", "verify").code == 2
    assert (town.folder / "store.db").stat().st_size == 0


@files_only
def test_doctor_looks_at_the_rest_when_the_store_is_none(town: Town, run: Run) -> None:
    (town.folder / "store.db").write_text("not a database, but somebody's notes\n" * 100)
    ill = run("doctor")
    failed = [line for line in ill.out.splitlines() if line.startswith("fail")]
    assert (ill.code, [line.split()[1] for line in failed]) == (1, ["store:"])
    assert "ok    ext_ad: " in ill.out
