"""Playbooks and modules as an engineer runs them on the lab, each test with a site and a store of its own."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.acceptance.demo.domain import DOMAINS
from tests.acceptance.demo.dumps import differences
from tests.acceptance.demo.shell import ROOT, Shell, shell
from tests.acceptance.demo.story import offered
from tests.lab import LAB
from tests.lab import reset as reset_servers

FILES = ROOT / "inventories/shiomino/files"
MOVER = {
    "orders": str(FILES / "orders-one-mover.csv"),
    "organisation": str(FILES / "organisation-2025.csv"),
    "effective_date": "2026-04-01",
}
SMALL = {**MOVER, "orders": str(FILES / "orders-small.csv")}
CREW = {"operator": "sato", "watcher": "tanaka"}

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class Stage:
    """One engineer's terminal."""

    shell: Shell

    def playbook(self, name: str, *arguments: str, **extra: object) -> Done:
        """Run a playbook with extra variables; a personnel change on both domains unless other hosts are named."""
        limit = () if name != "personnel_change" or "--limit" in arguments else ("--limit", "lgwan_ad,ext_ad")
        return self.shell.call(
            "ansible-playbook", f"playbooks/{name}.yml", "-e", json.dumps(extra, ensure_ascii=False), *limit, *arguments
        )

    def chonai(self, *arguments: str) -> Done:
        """Run the command."""
        return self.shell.call("chonai", *arguments)

    def module(self, host: str, name: str, **options: object) -> Done:
        """Run one module, without any playbook."""
        return self.shell.call("ansible", host, "-m", f"chonai.ops.{name}", "-a", json.dumps(options))

    def result(self, host: str, name: str, **options: object) -> dict[str, Any]:
        """What one module returns, whether it fails or not."""
        with TemporaryDirectory() as folder:
            self.shell.call("ansible", host, "-t", folder, "-m", f"chonai.ops.{name}", "-a", json.dumps(options))
            found: dict[str, Any] = json.loads(Path(folder, host).read_text(encoding="utf-8"))
        return found

    def plan(self, **extra: object) -> str:
        """Plan and seal; the id of the change set, which waits for an approval."""
        done = self.playbook("personnel_change", **extra)
        assert done.returncode == 0, told(done)
        return offered(done.stdout)

    def approve(self, id_: str, name: str = "suzuki", *more: str, key: str | None = None) -> Done:
        """Approve with a person's key."""
        return self.chonai("approve", id_, "--as", name, "--key", str(LAB / "keys" / (key or name)), *more)

    def state(self, id_: str) -> str:
        """How far a change set is."""
        return str(self.shown(id_)["state"])

    def shown(self, id_: str) -> dict[str, Any]:
        """A change set as it tells programs."""
        data: dict[str, Any] = json.loads(self.shell.read("chonai", "show", id_, "--format", "json"))
        return data

    @property
    def change_sets(self) -> list[dict[str, Any]]:
        """All that were ever sealed here."""
        found: list[dict[str, Any]] = json.loads(self.shell.read("chonai", "list", "--format", "json"))["change_sets"]
        return found


def stage(folder: Path, approval: str | None = None) -> Stage:
    """A fresh one; without `approval` under the lab's own rule."""
    return Stage(shell(folder, LAB, approval))


def told(done: Done) -> str:
    """Everything that a command said."""
    return f"{done.stdout}{done.stderr}"


def refusal(done: Done) -> str:
    """What a refused playbook said; it must not have ended well."""
    assert done.returncode not in (0, 1), told(done)
    return told(done)


@contextmanager
def untouched() -> Iterator[None]:
    """Nothing inside may change anything in either domain."""
    before = {domain.server: domain.dump() for domain in DOMAINS}
    yield
    for domain in DOMAINS:
        found = differences(before[domain.server], domain.dump())
        assert not found, "\n".join(found[:20])


def reset() -> None:
    """Both domains as they were seeded."""
    reset_servers([domain.server for domain in DOMAINS])
