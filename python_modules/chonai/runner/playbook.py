"""One playbook in a process of its own, started and watched over by ansible-runner.

ansible-runner would write each event and each line to disk as it comes, and hand on the whole environment. Here lines
and events reach the caller alone, who takes secrets out before anything is kept; the environment holds what Ansible
needs; host keys are checked as Ansible does it by default.
"""

from __future__ import annotations

import configparser
import os
import shutil
import sys
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Self

from chonai.change.errors import Fault

CALLBACK = "chonai.ops.record"
EVENTS, RUN_FOLDER = "events", "CHONAI_RUN"
_PASSED = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "SSH_AUTH_SOCK", "VIRTUAL_ENV")
_FAMILIES = ("ANSIBLE_", "CHONAI_", "LC_", "KRB5", "COVERAGE_")
KILLED = -1
"""In the place of the exit code of a process that a signal ended."""
_MOST_AT_ONCE = 1_000
_LONGEST_LINE = 100_000
"""Of a longer line the rest is not kept in memory."""
_POLL = 1
"""Seconds after which ansible-runner looks at last whether the run is cancelled."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run.

    project    the folder of ansible.cfg
    variables  extra variables
    timeout    after which it is killed
    """

    project: Path
    playbook: Path
    inventory: Path
    variables: Mapping[str, str]
    limit: str
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class Ending:
    """How the process ended: ansible-runner's word (successful, failed, canceled, timeout) and the exit code."""

    status: str
    code: int


class Playbook:
    """A playbook that runs. Use as a context manager in a folder of its own, which nobody else can read; whatever still
    runs at its end is ended.
    """

    def __init__(self, order: Order, folder: Path) -> None:
        self._order, self._folder = order, folder
        self._said: SimpleQueue[tuple[str, str]] = SimpleQueue()
        self._end = f"\0{uuid.uuid4().hex}\n"  # which the playbook does not know
        self._killed = threading.Event()
        self._ending: Ending | None = None
        self._error: BaseException | None = None
        self._threads = [threading.Thread(target=task, daemon=True) for task in (self._listen, self._run)]

    def __enter__(self) -> Self:
        path = self._folder / EVENTS
        os.mkfifo(path, 0o600)
        self._reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._writer = os.open(path, os.O_WRONLY)  # as long as it is open the reader meets no end
        os.set_blocking(self._reader, True)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        for thread in self._threads:
            thread.join()
        os.close(self._writer)

    def kill(self) -> None:
        """End its process within a second, whatever it is at."""
        self._killed.set()

    def said(self, wait: float) -> Iterator[tuple[str, str]]:
        """What it says, within so many seconds: `("line", text)` of its output, `("event", JSON)` of the callback.
        Of one that says much a part: its caller has more to see to.
        """
        try:
            yield self._said.get(timeout=wait)
            for _ in range(_MOST_AT_ONCE):
                yield self._said.get_nowait()
        except Empty:
            return

    @property
    def is_over(self) -> bool:
        """The process has ended, and all that it said has been read."""
        return not any(thread.is_alive() for thread in self._threads) and self._said.empty()

    @property
    def ending(self) -> Ending:
        """How it ended. Raises `Fault` where it could not be run at all."""
        if self._ending is None:
            raise Fault("runs.no_runner", cause=" ".join(str(self._error).split())) from self._error
        return self._ending

    def _run(self) -> None:
        try:
            self._ending = _ending(_config(self._order, self._folder), self._killed.is_set, self._hear)
        except Exception as error:  # noqa: BLE001 - told by `ending`, in the caller's thread
            self._error = error
        finally:
            os.write(self._writer, f"\n{self._end}".encode())

    def _hear(self, line: str) -> None:
        self._said.put(("line", line))

    def _listen(self) -> None:
        """Until the end of the process: what it left behind may hold its pipe open for longer."""
        with open(self._reader, encoding="utf-8", errors="replace") as events:  # noqa: PTH123 - a descriptor
            for line in events:
                if line == self._end:
                    return
                if line.strip():
                    self._said.put(("event", line))


def _config(order: Order, folder: Path) -> object:
    from ansible_runner.config.runner import RunnerConfig

    config = RunnerConfig(
        private_data_dir=str(folder),
        project_dir=str(order.project),
        playbook=str(order.playbook),
        inventory=str(order.inventory),
        limit=order.limit or None,
        extravars=dict(order.variables),
        suppress_env_files=True,
        timeout=int(order.timeout.total_seconds()),
        settings={"pexpect_timeout": _POLL},
    )
    config.prepare()
    config.suppress_output_file = config.suppress_ansible_output = True  # asked for earlier it would be forgotten
    config.env = _environment(order, folder, os.environ)
    config.command[0] = str(_program())
    return config


def _environment(order: Order, folder: Path, own: Mapping[str, str]) -> dict[str, str]:
    """What Ansible and chonai read, and nothing else of the caller's."""
    found = {name: value for name, value in own.items() if name in _PASSED or name.startswith(_FAMILIES)}
    callbacks = dict.fromkeys([*_callbacks(order.project, own), CALLBACK])
    return {
        **found,
        "PATH": f"{_program().parent}:{own.get('PATH', os.defpath)}",
        "ANSIBLE_CONFIG": str(order.project / "ansible.cfg"),
        "ANSIBLE_CALLBACKS_ENABLED": ",".join(callbacks),
        "ANSIBLE_NOCOLOR": "1",
        "PYTHONUNBUFFERED": "1",
        # Nobody sits there to answer ssh: it would wait for a passphrase or about a host key until the job's timeout.
        "SSH_ASKPASS": shutil.which("false") or "",
        "SSH_ASKPASS_REQUIRE": "force",
        RUN_FOLDER: str(folder),
    }


def _callbacks(project: Path, own: Mapping[str, str]) -> list[str]:
    """Those that are enabled already."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(project / "ansible.cfg", encoding="utf-8")
    given = own.get("ANSIBLE_CALLBACKS_ENABLED") or parser.get("defaults", "callbacks_enabled", fallback=None)
    return [name.strip() for name in (given or "").split(",") if name.strip()]


def _program() -> Path:
    """ansible-playbook of the environment that chonai is installed in, or on the path."""
    beside = Path(sys.executable).with_name("ansible-playbook")
    found = str(beside) if beside.is_file() else shutil.which("ansible-playbook")
    if found is None:
        raise Fault("runs.no_ansible")
    return Path(found)


def _ending(config: object, is_cancelled: Callable[[], bool], line: Callable[[str], None]) -> Ending:
    from ansible_runner import runner

    # Its own filter looks for its events in the output: what a host says might hide lines by them, or end the run.
    runner.OutputEventFilter = partial(Lines, line)
    status, code = runner.Runner(config, cancel_callback=is_cancelled).run()
    return Ending(str(status), KILLED if code is None else int(code))


class Lines:
    """Cuts output into lines, in the place of ansible-runner's filter."""

    def __init__(self, line: Callable[[str], None], *_: object, **__: object) -> None:
        self._line, self._begun = line, ""

    def write(self, text: str) -> None:
        """Some more of the output."""
        *whole, rest = text.split("\n")
        for one in whole:
            self._tell(self._begun + one)
            self._begun = ""
        self._begun = (self._begun + rest)[:_LONGEST_LINE]

    def flush(self) -> None:
        """A line that is not whole waits for its rest."""

    def close(self) -> None:
        """The end of the output."""
        self._tell(self._begun)
        self._begun = ""

    def _tell(self, text: str) -> None:
        for one in text.splitlines():
            self._line(one)
