"""Backups on the command line, and those that a folder keeps."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chonai.site import Site, find_site
from chonai.site.anchors import note
from chonai.site.storing import back_up_into
from chonai.store import Store
from tests.databases import new_database
from tests.unit.change.people import NOW
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town, wanted


@pytest.fixture
def id_(town: Town) -> str:
    return town.seal(*wanted())


def test_a_backup_is_proved_and_comes_back_elsewhere(
    town: Town, run: Run, monkeypatch: pytest.MonkeyPatch, id_: str
) -> None:
    file = town.folder / "store.gz"
    made = run("store", "backup", file)
    assert (made.code, made.err) == (0, "")
    anchor = run("journal", "anchor").out.strip()
    assert made.out.endswith(f"written and proved. Anchor: {anchor}\n")
    assert anchor in run("store", "verify", file).out
    shown = run("show", id_).out
    monkeypatch.setenv("CHONAI_STORE", str(town.folder / "elsewhere" / "chonai.db"))
    restored = run("store", "restore", file, "--operator", "suzuki")
    assert (restored.code, restored.err) == (0, "")
    assert "row by row" in restored.out
    assert run("show", id_).out == shown
    assert run("journal", "verify").code == 0
    again = run("store", "restore", file, "--operator", "suzuki")
    assert again.code == 2
    assert "holds something already" in again.err


def test_it_says_what_came_after_it(town: Town, run: Run, monkeypatch: pytest.MonkeyPatch, id_: str) -> None:
    file = town.folder / "store.gz"
    run("store", "backup", file)
    run("withdraw", id_, "--as", "suzuki", "--why", "x")
    with Site.visit() as site:
        note(site)
    told = run("store", "verify", file)
    assert told.code == 0
    assert told.err.startswith("1 row(s) of the journal that the anchors know came after")


def test_no_store_no_backup(town: Town, run: Run) -> None:
    assert run("store", "backup", town.folder / "x.gz").code == 2
    assert not (town.folder / "x.gz").exists()
    assert run("store", "verify", town.folder / "x.gz").code == 2


def test_a_folder_keeps_the_newest_and_makes_none_in_vain(town: Town, id_: str) -> None:
    folder, now = town.folder / "backups", [NOW]

    def keep(count: int, **how: bool) -> tuple[list[str], bool, int]:
        now[0] += timedelta(days=1)
        with Site(find_site(), lambda: now[0]) as site:
            kept = back_up_into(site, folder, count, **how)
        there = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        return there, kept.is_new, len(kept.removed)

    def happen() -> None:
        with Site(find_site(), lambda: now[0]) as site:
            site.store.plans.put(
                site.checked(id_).plans[0], datetime.fromisoformat("2026-01-01T00:00:00+09:00"), mark=now[0].day
            )

    assert keep(2, is_check=True) == ([], True, 0)
    first, is_new, _ = keep(2)
    assert (len(first), is_new) == (1, True)
    assert keep(2) == (first, False, 0)
    happen()
    assert keep(2, is_check=True) == (first, True, 0)
    second, is_new, removed = keep(2)
    assert (len(second), is_new, removed) == (2, True, 0)
    happen()
    assert keep(2, is_check=True) == (second, True, 1)
    third, is_new, removed = keep(2)
    assert (is_new, removed, third[0]) == (True, 1, second[1])
    newest = folder / third[-1]
    newest.write_bytes(newest.read_bytes()[:-9])
    assert keep(3)[1], "the newest was damaged, so there is another"


def test_what_else_lies_there_stays(town: Town, id_: str) -> None:
    folder = town.folder / "backups"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "chonai-store-x.jsonl.gz").write_text("mine")
    with Site(find_site(), lambda: NOW) as site:
        back_up_into(site, folder, 1)
    assert len(list(folder.iterdir())) == 3


def test_a_store_of_the_other_kind(
    town: Town, run: Run, monkeypatch: pytest.MonkeyPatch, id_: str, postgresql: str
) -> None:
    file = Path(town.folder / "store.gz")
    run("store", "backup", file)
    url = new_database(postgresql)
    monkeypatch.setenv("CHONAI_STORE", url)
    assert run("store", "restore", file, "--operator", "suzuki").code == 0
    with Store.open(url) as store:
        assert [one.id for one in store.change_sets.list()] == [id_]
