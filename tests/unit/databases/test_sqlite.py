"""Many programs open a database that none of them has made yet: a playbook does so, a host to a process."""

from __future__ import annotations

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import URL

from chonai.databases import sqlite
from chonai.store import Store
from tests.unit.store.facts import entry

_PROGRAMS = 4
_ROUNDS = 12


def _make_and_write(folder: Path, gate: Barrier) -> None:
    for number in range(_ROUNDS):
        gate.wait(60)
        with Store.open(str(folder / f"{number}.db")) as store:
            store.journal.append([entry(0)])


def test_whoever_comes_first_makes_it_and_the_others_wait(tmp_path: Path) -> None:
    spawned = multiprocessing.get_context("spawn")
    gate = spawned.Barrier(_PROGRAMS)
    programs = [spawned.Process(target=_make_and_write, args=(tmp_path, gate)) for _ in range(_PROGRAMS)]
    for program in programs:
        program.start()
    for program in programs:
        program.join(120)
    assert [program.exitcode for program in programs] == [0] * _PROGRAMS
    for number in range(_ROUNDS):
        with Store.open(str(tmp_path / f"{number}.db")) as store:
            assert store.journal.verify().seq == _PROGRAMS


def test_making_a_file_leaves_one_alone_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "there.db"
    sqlite.make_file(path)
    path.write_bytes(b"kept")
    sqlite.make_file(path)
    assert path.read_bytes() == b"kept"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("seconds", ["0.2", None])
def test_the_url_says_how_long_to_wait(tmp_path: Path, seconds: str | None) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "x.db"), query={"timeout": seconds} if seconds else {})
    with sqlite.engine(url).connect() as connection:
        milliseconds = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert milliseconds == int(float(seconds or sqlite.PATIENCE) * 1000)
