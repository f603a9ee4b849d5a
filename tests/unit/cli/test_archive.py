"""Old change sets go into a file, on the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from chonai.site import Site, find_site
from chonai.site.archiving import archive
from tests.unit.change.people import NOW
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town, wanted

CREW = ("--operator", "suzuki")


@pytest.fixture
def two(town: Town, run: Run) -> tuple[str, str]:
    """A change set that stays, since numbers begin with it, and one that was withdrawn."""
    first, second = town.seal(*wanted()), town.seal(*wanted())
    run("withdraw", second, "--as", "suzuki", "--why", "x")
    return first, second


def test_nothing_is_old_enough_yet(town: Town, run: Run, two: tuple[str, str]) -> None:
    told = run("store", "archive", town.folder / "old.gz", *CREW)
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("Nothing is old enough and over.")
    assert not (town.folder / "old.gz").exists()
    checked = run("store", "archive", town.folder / "old.gz", *CREW, "--check", "--before", "2020-01-01")
    assert checked.out.startswith("0 change set(s)")


def test_what_went_is_named_and_the_journal_proved(town: Town, run: Run, two: tuple[str, str]) -> None:
    first, second = two
    path = town.folder / "old.gz"
    with Site(find_site(), lambda: NOW + timedelta(days=4_000)) as site:
        assert archive(site, path, "suzuki", (NOW - timedelta(days=4_000)).date()) is None
        moved = archive(site, path, "suzuki")
    assert moved is not None
    assert moved.survey.leaving.change_sets == {second}
    shown = run("show", second)
    assert shown.code == 2
    assert "went into the archive old.gz" in shown.err
    assert run("show", first).code == 0
    for command in (("undo", second), ("statement", second), ("journal", "show", second)):
        assert "old.gz" in run(*command).err, command
    assert second not in run("list").out
    proved = run("journal", "verify")
    assert proved.code == 0
    assert "row(s) of it are in archives" in proved.err
    whole = run("journal", "verify", "--archive", path)
    assert (whole.code, whole.err) == (0, "")
    path.write_bytes(path.read_bytes()[:-20])
    assert run("journal", "verify", "--archive", path).code == 2
    assert run("doctor").out.count("ok    journal:") == 1


def test_evidence_takes_rows_between_from_the_archive(town: Town, run: Run, two: tuple[str, str]) -> None:
    path = town.folder / "old.gz"
    with Site(find_site(), lambda: NOW + timedelta(days=4_000)) as site:
        assert archive(site, path, "suzuki")
    refused = run("evidence", "make", two[0], "--output", "gap.zip")
    assert refused.code == 3
    assert "--archive FILE" in refused.err
    assert run("evidence", "make", two[0], "--output", "whole.zip", "--archive", path).code == 0
    checked = run("evidence", "verify", "whole.zip", "--signers", town.people.signers)
    assert (checked.code, checked.err) == (0, "")
    assert not (town.folder / "gap.zip").exists()


def test_a_file_that_is_there_stops_it(town: Town, run: Run, two: tuple[str, str]) -> None:
    path = town.folder / "old.gz"
    path.write_text("mine")
    with Site(find_site(), lambda: NOW + timedelta(days=4_000)) as site, pytest.raises(Exception, match="already"):
        archive(site, path, "suzuki")
    assert path.read_text() == "mine"
    assert json.loads(run("list", "--format", "json").out)


@pytest.mark.parametrize(
    ("value", "days"), [("{default: 30d}", 30), ("{personnel: 9d, default: 30d}", 9), ("{dns: 9d}", 365)]
)
def test_how_long_is_settled_by_class(town: Town, value: str, days: int) -> None:
    with town.site_file.open("a") as settings:
        settings.write(f"retention: {value}\n")
    assert find_site().kept_online("personnel") == timedelta(days=days)


@pytest.mark.parametrize("value", ["{default: 30}", "{default: 0d}", "30d", "{default: a year}"])
def test_what_is_no_time_is_refused(town: Town, run: Run, value: str) -> None:
    with town.site_file.open("a") as settings:
        settings.write(f"retention: {value}\n")
    told = run("list")
    assert told.code == 2
    assert "retention" in told.err


def test_evidence_is_not_made_over_a_gap(town: Town, run: Run, two: tuple[str, str]) -> None:
    first, _ = two
    assert run("evidence", "make", first, "--output", "whole.zip").code == 0
    with Site(find_site(), lambda: NOW + timedelta(days=4_000)) as site:
        assert archive(site, town.folder / "old.gz", "suzuki")
    told = run("evidence", "make", first, "--output", "gap.zip")
    assert told.code == 3
    assert "are in the archive old.gz" in told.err
