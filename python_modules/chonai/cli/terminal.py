"""Writing to people and programs, and asking people."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from chonai.change.errors import UsageError
from chonai.cli.framework import text
from chonai.reports.visible import visible_lines


def say(code: str, /, **fields: object) -> None:
    """One sentence on standard output."""
    click.echo(visible_lines(text(code, **fields)))


def warn(code: str, /, **fields: object) -> None:
    """One sentence on standard error, for what a program that reads the output must not find in it."""
    click.echo(visible_lines(text(code, **fields)), err=True)


def write(pieces: Iterable[str]) -> None:
    """All pieces to standard output."""
    sys.stdout.writelines(pieces)
    sys.stdout.flush()


def page(lines: Iterable[str]) -> None:
    """Lines to standard output; at a terminal through the pager, which shows the first ones at once."""
    if not sys.stdout.isatty():
        write(lines)
        return
    os.environ.setdefault("LESS", "-FRX")  # what fits on one screen is simply shown
    click.echo_via_pager(lines)


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """What is written inside may find nobody reading any more (`| head`); what comes after goes on, to nowhere."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def has_person() -> bool:
    """Somebody sits at the terminal who can be asked and who reads the question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agreed(code: str, /, **fields: object) -> bool:
    """Ask y/N; no is the answer to everything else. Where nobody can be asked, whoever called has decided."""
    if not has_person():
        return True
    return click.confirm(visible_lines(text(code, **fields)), default=False, err=True)


def content_of(path: Path) -> str:
    """The text of a file, `-` being standard input. Raises `UsageError` when it cannot be read."""
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("cli.unreadable", file=path, cause=error) from None
