"""A small city whose jobs need no servers: a folder with an inventory, playbooks, people with keys, and a store."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chonai.site import Site, find_site
from chonai.store import Store
from tests.stores import store_at
from tests.unit.change.people import make_key

ROOT = Path(__file__).parents[2]
PEOPLE = ("sato", "suzuki", "tanaka", "jinji")
CONFIG = f"""\
[defaults]
inventory = inventory
collections_path = {ROOT}/collections
vault_password_file = vault
retry_files_enabled = false
"""
HOSTS = """\
all:
  hosts:
    one:
      ansible_connection: local
      ansible_python_interpreter: "{{ ansible_playbook_python }}"
"""
SITE = """\
allowed_signers: keys/allowed_signers
city_staff: [jinji]
secret_recipients: [jinji]
approval: {default: {kind: none}}
author: sato
author_key: keys/sato
jobs: jobs.yml
"""

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class City:
    """The folder, and the environment of somebody who works there."""

    root: Path
    store: str

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "CHONAI_"))}
        own = {
            "ANSIBLE_CONFIG": str(self.root / "ansible.cfg"),
            "CHONAI_SITE": str(self.root / "site.yml"),
            "CHONAI_STORE": self.store,
            "CHONAI_LANG": "en",
        }
        return {**kept, **own}

    def key(self, name: str) -> str:
        return str(self.root / "keys" / name)

    def site(self) -> Site:
        return Site.open(find_site(self.environment, self.root))

    def chonai(self, *arguments: str) -> Done:
        return subprocess.run(
            self.command(*arguments), cwd=self.root, env=self.environment, text=True, capture_output=True, check=False
        )

    def command(self, *arguments: str) -> list[str]:
        return [str(Path(sys.executable).with_name("chonai")), *arguments]

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command, in a group of processes of its own; what it says goes into a file."""
        out = (self.root / f"out-{time.monotonic_ns()}").open("w", encoding="utf-8")
        settings: dict[str, Any] = {"cwd": self.root, "env": self.environment, "text": True, "start_new_session": True}
        return subprocess.Popen(self.command(*arguments), stdout=out, stderr=subprocess.STDOUT, **settings)

    def said(self) -> str:
        """All that commands said which were begun."""
        return "".join(path.read_text(encoding="utf-8") for path in sorted(self.root.glob("out-*")))

    def playbook(self, name: str, text: str) -> None:
        (self.root / "playbooks" / f"{name}.yml").write_text(text, encoding="utf-8")

    def jobs(self, **jobs: Mapping[str, object]) -> None:
        """Write the catalogue; every job has a title."""
        named = {name: {"title": name, **job} for name, job in jobs.items()}
        (self.root / "jobs.yml").write_text(json.dumps({"jobs": named}, ensure_ascii=False), encoding="utf-8")

    def runs(self) -> list[dict[str, Any]]:
        """The history, as programs read it."""
        done = self.chonai("job", "history", "--format", "json")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)["runs"]
        return found

    def run_id(self) -> str:
        """The run that was asked for last; waits for it."""
        wait_for(lambda: Store.exists(self.store) and self.runs())
        return str(self.runs()[0]["id"])

    def is_(self, state: str) -> bool:
        return bool(self.runs()) and self.runs()[0]["state"] == state


def make_city(root: Path, store: str = "") -> City:
    """A city in an empty folder, with its store in it unless another one is named."""
    for name in ("inventory", "playbooks", "keys", "var"):
        (root / name).mkdir()
    (root / "inventory/hosts.yml").write_text(HOSTS)
    (root / "ansible.cfg").write_text(CONFIG)
    (root / "site.yml").write_text(SITE)
    (root / "vault").write_text("the vault's own word\n")
    lines = []
    for name in PEOPLE:
        make_key(root / "keys" / name)
        lines.append(f"{name} {(root / 'keys' / f'{name}.pub').read_text()}")
    (root / "keys/allowed_signers").write_text("".join(lines))
    return City(root, store or store_at(root / "var/chonai.db"))


def wait_for(what: Callable[[], object], seconds: float = 60) -> None:
    """Return when it is so."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.2)


def kill(process: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
    """A signal to one process alone."""
    process.send_signal(number)
    process.wait()
