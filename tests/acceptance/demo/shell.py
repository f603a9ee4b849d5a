"""Runs the commands that a person would type, shows them, and keeps what they say."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.stores import remove_store, store_at

ROOT = Path(__file__).resolve().parents[3]
SITE = ROOT / "inventories/shiomino/site.yml"
MOST_LINES, LAST_LINES = 200, 8


@dataclass(frozen=True, slots=True)
class Shell:
    """The environment in which commands run: a site with a store of its own, and the project's programs."""

    environment: Mapping[str, str]

    def run(self, *command: str, expect: int = 0, lines: int = MOST_LINES, clerk: Path | None = None) -> str:
        """Run a command before the reader's eyes; what it said. Of more than `lines` the middle is left out. Beside it
        works the lab's `clerk`, where its command is given, who imports the files that the command writes.

        Raises when it ends otherwise than expected.
        """
        code, said = self.try_run(*command, lines=lines, clerk=clerk)
        if code != expect:
            print("".join(said[lines:][-MOST_LINES:]), flush=True)
            raise RuntimeError(f"{shlex.join(command)}: {code}, not {expect}")
        return "".join(said)

    def try_run(self, *command: str, lines: int = MOST_LINES, clerk: Path | None = None) -> tuple[int, list[str]]:
        """The same, however it ends: its exit code and its lines."""
        print(f"\n$ {shlex.join(command)}", flush=True)
        running = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        helper = self._clerk(clerk, running.pid) if clerk else None
        said: list[str] = []
        for line in running.stdout or ():
            said.append(line)
            if len(said) <= lines:
                print(f"  {line}", end="", flush=True)
        running.wait()
        if helper:
            print(f"  {clerk} imported {len((helper.communicate()[0] or '').splitlines())} files", flush=True)
        rest = said[lines:]
        if len(rest) > LAST_LINES:
            print(f"  … ({len(rest) - LAST_LINES})")
        print("".join(f"  {line}" for line in rest[-LAST_LINES:]), end="", flush=True)
        return running.returncode, said

    def _clerk(self, command: Path, pid: int) -> subprocess.Popen[str]:
        words = [str(command), "--operator", "suzuki", "--while", str(pid)]
        print(f"$ {shlex.join(words)} &", flush=True)
        return subprocess.Popen(
            words, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )

    def call(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command quietly, however it ends; `environment` is added to the shell's own."""
        env = {**self.environment, **environment}
        return subprocess.run(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

    def read(self, *command: str) -> str:
        """Run a command quietly; its standard output. Raises when it does not end with 0."""
        done = self.call(*command)
        if done.returncode:
            raise RuntimeError(f"{shlex.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout


def shell(folder: Path, lab: Path, approval: str | None = None) -> Shell:
    """A shell with a fresh store in `folder`, under the rules of the lab's site, or with another kind of approval."""
    folder.mkdir(parents=True, exist_ok=True)
    remove_store(folder / "chonai.db")
    (folder / "anchors.log").unlink(missing_ok=True)
    site = yaml.safe_load(SITE.read_text(encoding="utf-8"))
    keys = {"allowed_signers": str(lab / "keys/allowed_signers"), "author_key": str(lab / "keys" / site["author"])}
    own: dict[str, object] = {"store": store_at(folder / "chonai.db"), "anchor_file": str(folder / "anchors.log")}
    if approval:
        own["approval"] = {"default": {"kind": approval}}
    file = folder / "site.yml"
    file.write_text(yaml.safe_dump({**site, **keys, **own}, allow_unicode=True), encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CHONAI_STORE", "ANSIBLE"))}
    return Shell(
        {
            **inherited,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "CHONAI_SITE": str(file),
        }
    )
