"""`chonai scheduler`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import click

from chonai.cli.framework import Command, option, text
from chonai.reports.visible import visible_lines
from chonai.site import Site
from chonai.site.scheduling import OFTEN, Scheduler
from chonai.text.messages import Message


@click.command("scheduler", cls=Command, help=text("cli.help_scheduler"))
@option("--once", is_flag=True, says="runs.opt_once")
def scheduler(once: bool) -> None:
    """Start the runs that are due, until it is ended."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with Site.open() as site:
        children = Children(site.settings.root)
        own = Scheduler(site, children.start, _tell)
        try:
            own.tick()
            while not once and not over.wait(OFTEN.total_seconds()):
                children.reap()
                own.tick()
        finally:
            own.close()


class Children:
    """The processes of runs. They live on when the scheduler ends."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, id_: str) -> None:
        """Start the process of a run."""
        environment: Mapping[str, str] = {**os.environ, "ANSIBLE_CONFIG": str(self._root / "ansible.cfg")}
        command = [str(Path(sys.executable).with_name("chonai")), "job", "run", id_]
        self._running.append(
            subprocess.Popen(
                command,
                cwd=self._root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )

    def reap(self) -> None:
        """Forget those that have ended."""
        self._running = [one for one in self._running if one.poll() is None]


def _tell(told: Message) -> None:
    click.echo(visible_lines(told.render()), err=True)
