"""`chonai job run`, `approve`, `pause`, `continue`, `cancel`, `history`, `log` and `connections`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from chonai.change.errors import UsageError
from chonai.cli.common import FILE, list_format_option
from chonai.cli.framework import Command, option, text
from chonai.cli.stopping import StopButton, stop_button
from chonai.cli.terminal import page, say, warn, write
from chonai.jobs.runs import NAMESPACE, Role, is_run
from chonai.reports.runs import (
    history_text,
    presences_json,
    presences_text,
    run_text,
    runs_json,
    told_json,
    told_text,
)
from chonai.reports.visible import visible_lines
from chonai.site import Site
from chonai.site.control import Wanted
from chonai.site.run_ends import cancel as cancel_waiting
from chonai.site.run_people import order, prove, take_part
from chonai.site.run_reports import history as runs_of
from chonai.site.run_reports import line, presences, told
from chonai.site.running import carry_out
from chonai.site.runs import ask
from chonai.site.typed import day
from chonai.text.messages import Message, current_locale

EXIT = {"done": 0, "failed": 4, "refused": 3, "cancelled": 130, "timed_out": 4, "missed": 3, "interrupted": 4}
DAYS = 31

name_option = option("--as", "person", metavar="NAME", says="runs.opt_as")
key_option = option("--key", type=FILE, says="runs.opt_key")
run_argument = click.argument("id_", metavar="RUN")


def identity(site: Site, person: str | None, key: Path | None) -> tuple[str, Path]:
    """Who is at the keyboard: as said, else as the site file says who works here."""
    author = site.author(person, str(key) if key else None)
    if person and not key and person != site.settings.author:
        raise UsageError("runs.needs_key", person=person)
    return author.name, author.key


class Terminal:
    """Who follows a run where it was started: its lines on standard output, what becomes of it on standard error."""

    def __init__(self, button: StopButton) -> None:
        self._button = button

    def line(self, text: str) -> None:
        """A line of the playbook."""
        click.echo(visible_lines(text))

    def tell(self, told: Message) -> None:
        """What becomes of the run itself."""
        click.echo(visible_lines(told.render()), err=True)

    def wants_stop(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._button.pressed


@click.command("run", cls=Command, help=text("cli.help_job_run"))
@click.argument("target", metavar="JOB|RUN")
@option("--input", "-i", "inputs", multiple=True, metavar="NAME=VALUE", says="runs.opt_input")
@name_option
@key_option
@option("--ask-only", is_flag=True, says="runs.opt_ask_only")
def run(target: str, inputs: tuple[str, ...], person: str | None, key: Path | None, ask_only: bool) -> int:
    """Run a job now, or a run that waits."""
    with Site.open() as site:
        is_again = is_run(target)
        if is_again and inputs:
            raise UsageError("runs.inputs_are_given", id=target)
        is_attended = not is_again or person is not None
        name, own_key = identity(site, person, key) if is_attended else ("", Path())
        if not is_again:  # who asks is not who agrees: nobody asks under another's name
            prove(site, f"{NAMESPACE}\n{target}\nask\n".encode(), name, own_key)
        id_ = target if is_again else ask(site, target, _values(inputs), name, Path.cwd()).id
        if not is_again:
            warn("runs.asked", id=id_, job=target)
        if ask_only:
            return 0
        if is_attended:
            take_part(site, id_, Role.OPERATOR, name, own_key)
        with stop_button(f"chonai job run {id_}") as button:
            ended = carry_out(site, id_, Terminal(button))
        if ended.why is not None:
            click.echo(visible_lines(ended.why.render()), err=True)
        warn("runs.ended", id=id_, result=Message(f"runs.result_{ended.result.value}"))
    return EXIT[ended.result.value]


@click.command("approve", cls=Command, help=text("cli.help_job_approve"))
@run_argument
@option("--as", "person", required=True, metavar="NAME", says="cli.opt_approver")
@option("--key", type=FILE, required=True, says="cli.opt_approver_key")
def approve(id_: str, person: str, key: Path) -> None:
    """Agree to a run before it begins."""
    with Site.visit() as site:
        page(run_text(line(site, id_), current_locale()))
        take_part(site, id_, Role.APPROVER, person, key)
        say("runs.approved", id=id_, person=person)


def _order(id_: str, wanted: Wanted, person: str | None, key: Path | None) -> None:
    with Site.visit() as site:
        name, own_key = identity(site, person, key)
        order(site, id_, wanted, name, own_key)
        if wanted is Wanted.STOP and cancel_waiting(site, id_):
            say("runs.cancelled_waiting", id=id_)
        else:
            say(f"runs.ordered_{wanted.value}", id=id_)


@click.command("pause", cls=Command, help=text("cli.help_job_pause"))
@run_argument
@name_option
@key_option
def pause(id_: str, person: str | None, key: Path | None) -> None:
    """Let a run wait before its next step."""
    _order(id_, Wanted.PAUSE, person, key)


@click.command("continue", cls=Command, help=text("cli.help_job_continue"))
@run_argument
@name_option
@key_option
def continue_(id_: str, person: str | None, key: Path | None) -> None:
    """Let a run go on."""
    _order(id_, Wanted.GO, person, key)


@click.command("cancel", cls=Command, help=text("cli.help_job_cancel"))
@run_argument
@name_option
@key_option
def cancel(id_: str, person: str | None, key: Path | None) -> None:
    """End a run before its next step, or one that waits."""
    _order(id_, Wanted.STOP, person, key)


@click.command("history", cls=Command, help=text("cli.help_job_history"))
@click.argument("job", required=False)
@option("--from", "since", metavar="DAY", says="runs.opt_since")
@list_format_option
def history(job: str | None, since: str | None, format_: str) -> None:
    """The last runs."""
    with Site.visit() as site:
        found = runs_of(site, job, _moment(since) if since else None)
        locale = current_locale()
        if format_ == "json":
            write(runs_json(found, locale))
        elif found:
            page(history_text(found, locale))
        else:
            say("runs.none")


@click.command("log", cls=Command, help=text("cli.help_job_log"))
@run_argument
@list_format_option
def log(id_: str, format_: str) -> None:
    """What happened in a run."""
    with Site.visit() as site:
        found, locale = line(site, id_), current_locale()
        if format_ == "json":
            write(told_json(found, told(site, id_), locale))
        else:
            page([*run_text(found, locale), "\n", *told_text(told(site, id_), locale)])


@click.command("connections", cls=Command, help=text("cli.help_job_connections"))
@option("--from", "since", metavar="DAY", says="runs.opt_since")
@option("--days", type=click.IntRange(1, 800), default=DAYS, metavar="N", says="runs.opt_days")
@list_format_option
def connections(since: str | None, days: int, format_: str) -> None:
    """Who took part in runs, from when to when."""
    first = _moment(since) if since else datetime.now().astimezone() - timedelta(days=days)
    with Site.visit() as site:
        found = presences(site, first, first + timedelta(days=days))
        if format_ == "json":
            write(presences_json(found))
        else:
            page(presences_text(found, current_locale()))


def _moment(since: str) -> datetime:
    """The beginning of a day, here."""
    return datetime.combine(day(since), datetime.min.time()).astimezone()


def _values(inputs: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in inputs:
        name, separator, value = one.partition("=")
        if not separator or name in found:
            raise UsageError("runs.input_form", value=one)
        found[name] = value
    return found
