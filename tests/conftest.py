"""What every test gets: its kind by its folder, purity for pure rooms, and the lab for those that need it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.databases import postgresql_server, programs
from tests.house.purity import watching
from tests.lab import LAB, runs
from tests.stores import SERVER, on_a_server, server_of_the_session

if TYPE_CHECKING:
    from tests.netbox.running import Netbox

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("unit", "property", "contract", "integration", "acceptance", "bench", "molecule")
# Folders whose tests start servers of their own.
APART = ("integration/awx", "integration/ipam", "integration/netbox", "integration/scim")
PURE_KINDS = ("unit", "property")
PATIENCE = {"integration": 600, "acceptance": 1200, "molecule": 1200, "bench": 3600}

# Read once by openpyxl: see tests/city/__init__.py.
os.environ["OPENPYXL_LXML"] = "False"
# A slow machine is no failure.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
# What scripts/mutation takes, which runs every test hundreds of times: always the same few, and a failure is enough.
FEW = {"max_examples": 15, "derandomize": True, "phases": (Phase.explicit, Phase.generate)}
settings.register_profile("few", settings.get_profile("unhurried"), **FEW)
# Expected sentences are the English ones unless a test says otherwise.
os.environ["CHONAI_LANG"] = "en"


def pytest_configure(config: pytest.Config) -> None:
    """Stores on a server need one: this process starts it, its workers use it."""
    if on_a_server() and SERVER not in os.environ:
        server = server_of_the_session()
        server.__enter__()
        config.add_cleanup(lambda: server.__exit__(None, None, None))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the folder they are in, and give slow kinds the time they need."""
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parent
        kind = folder.parts[0]
        if kind in KINDS:
            item.add_marker(kind)
        if folder.as_posix() in APART:
            item.add_marker("apart")
        slow = [name for name in PATIENCE if item.get_closest_marker(name)]
        if slow and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(max(PATIENCE[name] for name in slow)))


def pytest_report_teststatus(report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
    """A benchmark prints its own line; no dot goes into it."""
    if isinstance(report, pytest.TestReport) and "bench" in report.keywords and report.passed:
        return ("passed" if report.when == "call" else "", "", "")
    return None


@pytest.fixture(autouse=True)
def pure_rooms_stay_pure(request: pytest.FixtureRequest) -> Iterator[None]:
    """In unit and property tests, code of a pure room that opens a file, a socket or a process fails the
    test.
    """
    if not any(request.node.get_closest_marker(kind) for kind in PURE_KINDS):
        yield
        return
    with watching() as seen:
        yield
    assert not seen, "\n".join(seen)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The folder of the socket of a PostgreSQL server that only this session uses."""
    where = programs()
    if where is None:
        pytest.skip("no PostgreSQL server is installed")
    with postgresql_server(where) as folder:
        yield folder


@pytest.fixture(scope="session")
def netbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Netbox]:
    """A NetBox: the one that the environment names, else a fake."""
    from tests.netbox.running import running  # its library takes its time

    with running(tmp_path_factory.mktemp("netbox")) as found:
        yield found


@pytest.fixture(scope="session")
def lab() -> Path:
    """The running lab's folder; its servers are started when they are not running."""
    if not runs():
        _start_lab()
    return LAB


def _start_lab() -> None:
    command = ["ansible-playbook", "-i", "inventories/shiomino", "playbooks/lab.yml"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    started = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if started.returncode:
        pytest.fail(f"The lab did not start:\n{started.stdout[-4000:]}{started.stderr[-2000:]}", pytrace=False)
