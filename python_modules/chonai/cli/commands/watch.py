"""`chonai watch`."""

from __future__ import annotations

import select
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from chonai.cli.commands.runs import EXIT, identity, key_option, name_option, run_argument
from chonai.cli.framework import Command, text
from chonai.cli.terminal import has_person, warn, write
from chonai.jobs.runs import Role
from chonai.reports.runs import told_text
from chonai.site import Site
from chonai.site.control import Wanted
from chonai.site.run_people import order, take_part
from chonai.site.run_reports import line, of_row
from chonai.site.watching import Follower
from chonai.site.watching import watch as be_there
from chonai.text.messages import Message, current_locale

KEYS = {"p": Wanted.PAUSE, "g": Wanted.GO, "s": Wanted.STOP}
SECONDS = 1.0


@click.command("watch", cls=Command, help=text("cli.help_watch"))
@run_argument
@name_option
@key_option
def watch(id_: str, person: str | None, key: Path | None) -> int:
    """Follow a run as its watcher."""
    with Site.visit() as site:
        name, own_key = identity(site, person, key)
        take_part(site, id_, Role.WATCHER, name, own_key)
        follower = Follower(site, id_)
        with be_there(site, id_, name) as presence, _keyboard() as pressed:
            warn("runs.watching" if has_person() else "runs.watching_only", id=id_)
            while True:
                is_over = follower.is_over
                for row in follower.news():
                    write(told_text(of_row(row), current_locale()))
                if is_over:
                    break
                presence.here()
                if wanted := KEYS.get(pressed(SECONDS)):
                    order(site, id_, wanted, name, own_key)
        found = line(site, id_)
        result = found.result or "interrupted"
        warn("runs.ended", id=id_, result=Message(f"runs.result_{result}"))
    return EXIT[result]


@contextmanager
def _keyboard() -> Iterator[Callable[[float], str]]:
    """Single keys, where somebody sits at a terminal; else only the time that passes."""
    if not has_person():
        yield _nothing
        return
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield _pressed
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _nothing(seconds: float) -> str:
    time.sleep(seconds)
    return ""


def _pressed(seconds: float) -> str:
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return sys.stdin.read(1).lower() if ready else ""
