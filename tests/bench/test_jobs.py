"""What it costs that a playbook runs as a job: processor time beside the playbook alone, and room in the store."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from chonai.site import Site, find_site
from tests.bench.report import Figure, seconds, tell
from tests.bench.runs import in_turn
from tests.bench.servers import WORK
from tests.jobs.city import City, make_city

HOSTS, TASKS = 20, 43
ROUNDS = 3
MOST_ROOM = 300_000
FOLDER = WORK / "jobs"
HOST = "    h{n:02}: {{ansible_connection: local, ansible_python_interpreter: '{{{{ ansible_playbook_python }}}}'}}\n"
TASK = "    - name: Task {n}\n      ansible.builtin.command: echo {n}\n"
HEAD = "- name: Many tasks\n  hosts: all\n  gather_facts: false\n  tasks:\n"


@pytest.fixture(scope="module")
def city() -> City:
    """A city with a job of 860 results."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    made = make_city(FOLDER)
    hosts = "".join(HOST.format(n=n) for n in range(HOSTS))
    (FOLDER / "inventory/hosts.yml").write_text(f"all:\n  hosts:\n{hosts}")
    made.playbook("many", HEAD + "".join(TASK.format(n=n) for n in range(TASKS)))
    made.jobs(many={"playbook": "many"})
    return made


def spent(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds of processor time of a command and all that it started."""
    before = _children()
    subprocess.run(command, cwd=FOLDER, env=environment, check=True, stdout=subprocess.DEVNULL)
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def playbook(programs: Path, environment: Mapping[str, str]) -> Callable[[], float]:
    command = [str(programs / "ansible-playbook"), "playbooks/many.yml"]
    return lambda: spent(command, environment)


def with_ara(programs: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which a playbook is recorded by ARA, with its own offline server in one process."""
    ask = [str(programs / "python"), "-m", "ara.setup.callback_plugins"]
    plugins = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip()
    own = {"ANSIBLE_CALLBACK_PLUGINS": plugins, "ARA_BASE_DIR": str(FOLDER / "ara"), "ARA_API_CLIENT": "offline"}
    return {**environment, **own}


@pytest.mark.parametrize("name", ["job-cpu", "job-room"])
def test_a_job_of_860_results(name: str, city: City) -> None:
    peers = Path(os.environ["CHONAI_BENCH_PEERS"]) / "bin"
    own = Path(city.command()[0]).parent
    environment = city.environment
    recorded = with_ara(peers, environment)
    if name == "job-room":
        _tell_room(city, playbook(peers, recorded))
        return
    job, plain, ara, beside_ara = in_turn(
        ROUNDS,
        lambda: spent(city.command("job", "run", "many"), environment),
        playbook(own, environment),
        playbook(peers, recorded),
        playbook(peers, environment),
    )
    what = f"ansible-playbook alone; 860 results. ARA on the same run: {ara / beside_ara:.2f} times its own"
    tell(Figure(name, job / plain, "<=1.05", seconds(job), seconds(plain), what))


def _tell_room(city: City, run_with_ara: Callable[[], float]) -> None:
    """What one more run adds to the store and its log, against what it adds to ARA's database."""
    before = _room(city)
    assert city.chonai("job", "run", "many").returncode == 0
    ours = _room(city) - before
    run_with_ara()
    first = _size(FOLDER / "ara")
    run_with_ara()
    theirs = _size(FOLDER / "ara") - first
    what = f"of {MOST_ROOM // 1000} kB; one more run of 860 results. ARA: {theirs / 1000:.0f} kB"
    tell(Figure("job-room", ours / MOST_ROOM, "<=1", f"{ours / 1000:.0f}kB", f"{MOST_ROOM // 1000}kB", what))


def _room(city: City) -> int:
    """Bytes of all that the city keeps, side files of its database written back."""
    with Site.open(find_site(city.environment, city.root)) as site:
        site.store.journal.head()
    return _size(FOLDER / "var")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
