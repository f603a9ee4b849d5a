"""`chonai doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import click

from chonai.change.errors import ChonaiError
from chonai.cli.common import wording
from chonai.cli.framework import Command, text
from chonai.reports.visible import visible
from chonai.site import Site
from chonai.site.checks import Finding, Grade, check_site, check_systems

UNWELL = 1


@click.command("doctor", cls=Command, help=text("cli.help_doctor"))
def doctor() -> int:
    """Look at everything that an apply needs."""
    grades = [_shown(finding) for finding in _findings()]
    failed, warned = grades.count(Grade.FAIL), grades.count(Grade.WARN)
    click.echo(text("cli.doctor_summary", failed=failed, warned=warned))
    return UNWELL if failed else 0


def _findings() -> Iterator[Finding]:
    try:
        site = Site.visit()
    except ChonaiError as error:
        yield Finding(Grade.FAIL, "site", error.message, error.details)
        return
    with site:
        yield from check_site(site)
        os.environ.setdefault("ANSIBLE_CONFIG", str(site.settings.root / "ansible.cfg"))
        yield from check_systems(site)


def _shown(finding: Finding) -> Grade:
    words = wording()
    for line in _lines(finding.grade, finding.subject, words.spoken(finding.said), map(words.spoken, finding.details)):
        click.echo(line)
    return finding.grade


def _lines(grade: Grade, subject: str, said: str, details: Iterable[str]) -> Iterator[str]:
    yield f"{grade.value:<4}  {visible(subject)}: {said}"
    for detail in details:
        yield f"      - {detail}"
