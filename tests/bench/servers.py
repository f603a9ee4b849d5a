"""The benchmark's own directory servers: the lab's roles on other addresses and in another folder.

They hold as many people as a figure needs. What was loaded once is kept as a snapshot, so that every measurement starts
from the same content in seconds.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.city.build import build
from tests.city.model import City, Size
from tests.city.seed import AD_BASES, CORP_BASE, CORP_HOLDER, ldif
from tests.city.sheets import csv_bytes, orders_as_arrived, organisation_rows, reorganisation_rows

ROOT = Path(__file__).resolve().parents[2]
LAB = Path(os.environ.get("CHONAI_BENCH", "/var/tmp/chonai-bench"))
WORK = ROOT / "var" / "bench"
INVENTORIES = ("-i", "inventories/shiomino", "-i", "tests/bench/inventory")
SMALL = 1_500


@dataclass(frozen=True, slots=True)
class Server:
    """One directory.

    name, host  its name in the lab and in the inventory
    command     the lab's command for it
    sizes       the numbers of staff that it is loaded with in turn: for the year's change, and for a small one
    """

    name: str
    host: str
    command: str
    address: str
    sizes: tuple[int, ...]

    @property
    def big(self) -> int:
        """The number of staff for the year's change."""
        return self.sizes[0]

    @property
    def is_ad(self) -> bool:
        return self.command == "dc"

    @property
    def base(self) -> str:
        return AD_BASES[self.name][1] if self.is_ad else CORP_BASE

    @property
    def user(self) -> str:
        domain = self.base.partition(",")[2]
        return f"svc-chonai@{AD_BASES[self.name][0]}" if self.is_ad else f"cn=svc-chonai,{domain}"

    @property
    def password_file(self) -> Path:
        return LAB / "secrets" / f"{self.name}-svc-chonai"

    def settings(self, port: int = 636) -> Mapping[str, object]:
        """What `chonai_system` of the inventory says."""
        return {
            "kind": "directory",
            "flavour": "active_directory" if self.is_ad else "openldap",
            "url": f"ldaps://{self.address}:{port}",
            "base": self.base,
            "ca_file": str(LAB / "ca" / "ca.pem"),
            "bind": {"user": self.user, "password_file": str(self.password_file)},
            **(
                {"protected": {"names": ["svc-*"], "dns": [f"OU=管理,{self.base}"]}}
                if self.is_ad
                else {"holder": CORP_HOLDER}
            ),
        }

    def control(self, action: str, *arguments: str) -> None:
        """Run the lab's command for this server."""
        subprocess.run([LAB / "bin" / self.command, action, self.name, *arguments], check=True, capture_output=True)

    def reset(self, people: int) -> None:
        """Back to the city of this size as it was loaded."""
        self.control("reset", snapshot(self, people))


# Samba takes minutes to load 10,000 people: Active Directory gets just enough for a change of 3,000.
LGWAN = Server("lgwan", "lgwan_ad", "dc", "127.0.0.41", (4_000, SMALL))
EXT = Server("ext", "ext_ad", "dc", "127.0.0.42", (4_000, SMALL))
CORP = Server("corp", "corp_ldap", "slapd", "127.0.0.43", (10_000,))
ALL = (LGWAN, EXT, CORP)


def city(people: int) -> City:
    """The city of a size; the big one has the year's change that the figures speak of."""
    return build(Size()) if people == SMALL else build(Size(staff=people, moves=2_700, leavers=150, joiners=200))


@cache
def snapshot(server: Server, people: int) -> str:
    """The name of the snapshot of a size: other content is another snapshot."""
    digest = hashlib.sha256(ldif(city(people), server.name)).hexdigest()
    return f"people-{people}-{digest[:8]}"


@cache
def files(people: int) -> Mapping[str, Path]:
    """The year's change as a city hands it in, by role."""
    made = city(people)
    contents = {
        "orders": csv_bytes(orders_as_arrived(made)),
        "organisation": csv_bytes(organisation_rows(made.after_organisation)),
        "reorganisation": csv_bytes(reorganisation_rows(made)),
    }
    folder = WORK / "files" / str(people)
    folder.mkdir(parents=True, exist_ok=True)
    for role, content in contents.items():
        (folder / f"{role}.csv").write_bytes(content)
    return {role: folder / f"{role}.csv" for role in contents}


def start() -> None:
    """All servers running, with a snapshot of every size. Minutes on a fresh machine, seconds on any other."""
    for people in sorted({people for server in ALL for people in server.sizes}):
        missing = [server for server in ALL if people in server.sizes and not _kept(server, people)]
        if missing:
            hosts = ",".join(server.host for server in missing)
            playbook("playbooks/lab.yml", "--limit", hosts, "-e", f"bench_seeds={_seeds(people)}")
        for server in missing:
            server.control("reset", "seeded")
            server.control("snapshot", snapshot(server, people))
    for server in ALL:
        server.control("start")


def stop() -> None:
    """All servers stopped; what was loaded stays for the next time."""
    for server in ALL:
        if (LAB / "bin" / server.command).exists():
            server.control("stop")


def playbook(*arguments: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a playbook on the benchmark's inventory; raises with its output when it fails."""
    folder = Path(sys.executable).parent
    full = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        **(environment or {}),
    }
    command = [str(folder / "ansible-playbook"), *INVENTORIES, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=full, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-4000:]}{done.stderr[-2000:]}")


def _kept(server: Server, people: int) -> bool:
    return (LAB / server.name / "snapshots" / snapshot(server, people)).is_dir()


def _seeds(people: int) -> Path:
    folder = WORK / "seeds" / str(people)
    folder.mkdir(parents=True, exist_ok=True)
    for server in ALL:
        (folder / f"{server.name}.ldif").write_bytes(ldif(city(people), server.name))
    return folder
