"""New databases for tests: an SQLite file, and where its server is installed, one of a PostgreSQL server of our own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

ENGINES = ("sqlite", "postgresql")
_databases = count()


def programs() -> Path | None:
    """Where PostgreSQL's own programs are; None where they are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def postgresql_server(where: Path, *options: str) -> Iterator[str]:
    """The folder of the socket of a PostgreSQL server that only this process uses."""
    folder = Path(tempfile.mkdtemp(prefix="chonai-pg-"))
    # The server refuses to run as root.
    as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_server:
        shutil.chown(folder, "postgres")
    server = [*as_server, str(where / "pg_ctl"), "-s", "-w", "-D", str(folder / "data")]
    init = [*as_server, str(where / "initdb"), "-A", "trust", "-U", "chonai", "-D", str(folder / "data")]
    subprocess.run(init, check=True, capture_output=True, cwd=folder)
    told = " ".join(["-k", str(folder), "-c listen_addresses='' -c fsync=off", *options])
    subprocess.run([*server, "-l", str(folder / "log"), "-o", told, "start"], check=True, cwd=folder)
    try:
        yield str(folder)
    finally:
        subprocess.run([*server, "-m", "immediate", "stop"], check=True, cwd=folder)
        shutil.rmtree(folder)


def new_database(folder: str) -> str:
    """The URL of a new, empty database of a server."""
    name = f"test{os.getpid()}x{next(_databases)}"
    subprocess.run(["createdb", "-h", folder, "-U", "chonai", name], check=True)
    return f"postgresql://chonai@/{name}?host={folder}"
