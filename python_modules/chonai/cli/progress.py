"""How far a long piece of work is: bars at a terminal, plain lines otherwise. Nothing here can stop the work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock

import click

from chonai.cli.framework import text
from chonai.reports.visible import visible

SECONDS = 2.0
"""Plain lines of one system are at least this far apart."""

Show = Callable[[str, int, int], None]
"""Is told how many changes of which system are done, of how many; called by several threads."""


@dataclass(slots=True)
class PlainLines:
    """At most one line in `SECONDS` for each system, and the last one."""

    echo: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    shown: dict[str, tuple[float, int]] = field(default_factory=dict)
    latest: dict[str, tuple[int, int]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def update(self, system: str, done: int, total: int) -> None:
        """Show this one if it is time."""
        with self.lock:
            self.latest[system] = (done, total)
            last = self.shown.get(system)
            if last is None or self.clock() - last[0] >= SECONDS:
                self._show(system)

    def close(self) -> None:
        """Show where each system stands at the end."""
        with self.lock:
            for system, (done, _) in self.latest.items():
                if self.shown[system][1] != done:
                    self._show(system)

    def _show(self, system: str) -> None:
        done, total = self.latest[system]
        self.shown[system] = (self.clock(), done)
        percent = 100 * done // total if total else 100
        with suppress(OSError):  # nobody reads any more; the work goes on
            self.echo(text("cli.progress", system=visible(system), done=done, total=total, percent=percent))


@contextmanager
def display(totals: Mapping[str, int]) -> Iterator[Show]:
    """Bars where standard error is a terminal, lines elsewhere."""
    shown = bars(totals) if sys.stderr.isatty() else plain_lines()
    with shown as show:
        yield show


@contextmanager
def plain_lines() -> Iterator[Show]:
    """Lines on standard error."""
    lines = PlainLines(lambda line: click.echo(line, err=True))
    try:
        yield lines.update
    finally:
        lines.close()


@contextmanager
def bars(totals: Mapping[str, int]) -> Iterator[Show]:
    """A bar for each system on standard error."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks = {system: progress.add_task(escape(visible(system)), total=total) for system, total in totals.items()}
        yield lambda system, done, total: progress.update(tasks[system], completed=done, total=total)
