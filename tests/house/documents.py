"""Command blocks of documents: found, classified, and run one after the other in one session.

A block of commands is fenced as `sh` and says in its info string what becomes of it:

    test=plain          it is run; it needs nothing but the project
    test=lab            it is run on the lab
    test=demo           it is run on the lab and takes minutes
    test=self           it is what runs the tests, so that it cannot be run by one
    test=no why="…"     it cannot be run here, and says why

`exit=N` is the exit code that the block ends with (0). Blocks of one document share one session: variables
live on, and `$ID` is the id of the change set that the last block offered for approval; of one that takes
another back it is `$UNDO_ID`. What programs answer is fenced as `console`.

Any other block with `file=PATH` is written there, below the folder that the variable HOUSE names.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.house.tree import ROOT, project_files
from tests.stores import store_at

CLASSES = ("plain", "lab", "demo", "self", "no")
RUN = ("plain", "lab", "demo")
# What shows something else than commands.
SHOWN = (
    "console",
    "csv",
    "ini",
    "json",
    "jsonc",
    "ldif",
    "makefile",
    "mermaid",
    "python",
    "text",
    "toml",
    "yaml",
)
OFFERED = re.compile(r"chonai approve (?!ID\b)([\w-]+)")
UNDONE = re.compile(r"\bchonai undo |\bUNDO_ID\b")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: where it is, its language, the words of its info string, and its text."""

    path: Path
    line: int
    language: str
    options: dict[str, str]
    text: str

    @property
    def where(self) -> str:
        """File and line, as an editor understands it."""
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def documents() -> list[Path]:
    """The project's documents, in the order of their names."""
    return [path for path in project_files() if path.suffix == ".md"]


def blocks(path: Path) -> Iterator[Block]:
    """The fenced blocks of a document."""
    lines = path.read_text(encoding="utf-8").splitlines()
    opened: tuple[int, str, str] | None = None
    for number, line in enumerate(lines, start=1):
        fence = re.match(r"\s*(`{3,}|~{3,})(.*)$", line)
        if fence and opened is None:
            opened = (number, fence[1], fence[2].strip())
        elif fence and opened and fence[1].startswith(opened[1]) and not fence[2].strip():
            yield _block(path, opened, "\n".join(lines[opened[0] : number - 1]))
            opened = None


def _block(path: Path, opened: tuple[int, str, str], text: str) -> Block:
    number, _, info = opened
    words = shlex.split(info)
    language = words[0] if words and "=" not in words[0] else ""
    options = dict(word.split("=", 1) for word in words if "=" in word)
    return Block(path, number, language, options, text)


def fault(block: Block) -> str | None:
    """What is wrong with a block's fence, if anything."""
    if block.language in SHOWN:
        hidden = block.language == "console" and re.search(r"^\$ ", block.text, re.MULTILINE)
        return "commands stand in a block of output: give them a block of their own" if hidden else None
    if block.language != "sh":
        known = ", ".join(SHOWN)
        return f"a block of {block.language or 'nothing'}: commands are fenced as sh, others as {known}"
    if block.options.get("test") not in CLASSES:
        return f"commands without a class: add test={'|'.join(CLASSES)}"
    if block.options["test"] == "no" and not block.options.get("why"):
        return 'test=no needs a reason: why="…"'
    return None


class BlockFailed(AssertionError):
    """A command block did not end as its document says."""


@dataclass
class Session:
    """Runs blocks in order, each in a new `sh` that inherits the variables of the one before."""

    folder: Path
    environment: dict[str, str]
    said: list[str] = field(default_factory=list)

    def write(self, block: Block) -> None:
        """Write a block into its file, which must not be there yet."""
        path = Path(self.environment["HOUSE"], block.options["file"])
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(f"{block.text}\n")

    def run(self, block: Block, seconds: int = 1500) -> str:
        """Run a block and give what it said; raises `BlockFailed` when it ends with another exit code than
        its own.
        """
        after = self.folder / "environment"
        script = f"trap 'env -0 >{shlex.quote(str(after))}' EXIT\nset -eua\n{block.text}\n"
        run = subprocess.run(
            ["sh", "-c", script],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
        expected = int(block.options.get("exit", 0))
        if run.returncode != expected:
            said = f"{block.text}\n---\n{run.stdout[-6000:]}"
            raise BlockFailed(f"{block.where} ended with {run.returncode}, not {expected}:\n{said}")
        self._inherit(after)
        self._remember(run.stdout, "UNDO_ID" if UNDONE.search(block.text) else "ID")
        return run.stdout

    def _inherit(self, after: Path) -> None:
        pairs = after.read_bytes().decode(errors="surrogateescape").split("\0")
        self.environment = dict(pair.split("=", 1) for pair in pairs if "=" in pair)

    def _remember(self, output: str, name: str) -> None:
        self.said.append(output)
        if offered := OFFERED.findall(output):
            self.environment[name] = offered[-1]


def session(folder: Path, python: Path) -> Session:
    """A session with a store of its own in `folder`; `python` is the interpreter of the project's
    environment.
    """
    ours = ("MAKE", "MFLAGS", "PYTEST")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return Session(
        folder,
        {
            **inherited,
            "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "CHONAI_LANG": "en",
            "CHONAI_STORE": store_at(folder / "chonai.db"),
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
        },
    )
