"""`chonai job`, and its `list`, `show` and `due`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import click

from chonai.cli.common import list_format_option
from chonai.cli.framework import Command, Group, option, text
from chonai.cli.terminal import page, write
from chonai.reports.jobs import job_text, jobs_json, jobs_text, runs_json, runs_text
from chonai.site.jobs import between
from chonai.site.jobs import due as due_job
from chonai.site.jobs import list_ as list_jobs
from chonai.site.jobs import show as show_job
from chonai.site.settings import find_site
from chonai.site.typed import day
from chonai.text.messages import current_locale

SHOWN = 5
"""Next runs of a job that is shown by itself."""

job = Group(
    {
        "list": "job:list_",
        "show": "job:show",
        "due": "job:due",
        "run": "runs:run",
        "approve": "runs:approve",
        "pause": "runs:pause",
        "continue": "runs:continue_",
        "cancel": "runs:cancel",
        "history": "runs:history",
        "log": "runs:log",
        "connections": "runs:connections",
    },
    name="job",
    help=text("cli.help_job"),
)


@click.command("list", cls=Command, help=text("cli.help_job_list"))
@option("--from", "since", metavar="DAY", says="jobs.opt_from")
@option("--days", type=click.IntRange(1, 800), metavar="N", says="jobs.opt_days")
@list_format_option
def list_(since: str | None, days: int | None, format_: str) -> None:
    """All jobs with their next runs; or all runs of some days."""
    settings, now, locale = find_site(), datetime.now().astimezone(), current_locale()
    if since is None and days is None:
        jobs = list_jobs(settings, now, 1)
        _tell(format_, jobs_text(jobs, locale), jobs_json(jobs, locale))
        return
    found = between(settings, day(since) if since else now.date(), days or 31)
    _tell(format_, runs_text(found, locale), runs_json(found))


@click.command("show", cls=Command, help=text("cli.help_job_show"))
@click.argument("name", metavar="NAME")
@list_format_option
def show(name: str, format_: str) -> None:
    """One job and its next runs."""
    shown, locale = show_job(find_site(), name, datetime.now().astimezone(), SHOWN), current_locale()
    _tell(format_, job_text(shown, locale), jobs_json([shown], locale))


@click.command("due", cls=Command, help=text("cli.help_job_due"))
@click.argument("name", metavar="NAME")
def due(name: str) -> None:
    """Whether it is time for a job."""
    run = due_job(find_site(), name, datetime.now().astimezone())
    click.echo(text("awx.due", job=name, at=run.at, start_by=run.start_by))


def _tell(format_: str, for_people: Iterable[str], for_programs: Iterable[str]) -> None:
    if format_ == "json":
        write(for_programs)
    else:
        page(for_people)
