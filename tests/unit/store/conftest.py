"""A new store for each test, on SQLite and, where its server is installed, on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from chonai.store import Store
from tests.unit.change.people import NOW, People, make_people

Clock = Callable[[], datetime]


def ticking() -> Clock:
    """A clock that goes on by a second each time it is read."""
    seconds = count()
    return lambda: NOW + timedelta(seconds=next(seconds))


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The folder of the socket of a PostgreSQL server that only this session uses."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    folder = Path(tempfile.mkdtemp(prefix="chonai-pg-"))
    # The server refuses to run as root.
    as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_server:
        shutil.chown(folder, "postgres")
    server = [*as_server, str(programs / "pg_ctl"), "-s", "-w", "-D", str(folder / "data")]
    init = [*as_server, str(programs / "initdb"), "-A", "trust", "-U", "chonai", "-D", str(folder / "data")]
    subprocess.run(init, check=True, capture_output=True, cwd=folder)
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    subprocess.run([*server, "-l", str(folder / "log"), "-o", options, "start"], check=True, cwd=folder)
    yield str(folder)
    subprocess.run([*server, "-m", "immediate", "stop"], check=True, cwd=folder)
    shutil.rmtree(folder)


_databases = count()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that is not there yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/var/chonai.db"
    folder, name = request.getfixturevalue("postgresql"), f"test{next(_databases)}"
    subprocess.run(["createdb", "-h", folder, "-U", "chonai", name], check=True)
    return f"postgresql://chonai@/{name}?host={folder}"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url, clock=ticking()) as opened:
        yield opened


@pytest.fixture(scope="session")
def people(tmp_path_factory: pytest.TempPathFactory) -> People:
    return make_people(tmp_path_factory.mktemp("people"))
