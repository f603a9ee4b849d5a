"""The playbook that brings a city's jobs into AWX: the same catalogue, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml

from chonai.jobs.awx.ground import ground, no_reminder, reminder
from chonai.jobs.awx.names import Names
from chonai.jobs.awx.schedules import recurrences
from chonai.jobs.awx.settings import Awx
from chonai.jobs.awx.tasks import City, Task
from chonai.jobs.awx.workflows import gone, job_tasks
from chonai.jobs.catalogue import Catalogue
from chonai.text.messages import message

_TEMPLATES = ("{{", "{%", "{#")
WIDTH = 120


def export(catalogue: Catalogue, awx: Awx, removed: Sequence[str], locale: str) -> str:
    """The playbook, as YAML. `removed`: jobs that the catalogue does not name any more."""
    begins = {name: recurrences(catalogue, name) for name in catalogue.jobs}
    city = City(catalogue, begins, awx, Names(awx.prefix), locale)
    play = {
        "name": message("awx.play", prefix=awx.prefix).render(locale),
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "tasks": list(_tasks(city, removed)),
    }
    body = yaml.dump([play], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
    return f"---\n# {message('awx.made').render(locale)}\n{body}"


def _tasks(city: City, removed: Sequence[str]) -> Iterator[Task]:
    yield from ground(city)
    for name in city.catalogue.jobs:
        yield from job_tasks(city, name)
    for name in removed:
        yield from gone(city, name)
    ends = [one.last for found in city.recurrences.values() for one in found if one.last is not None]
    yield reminder(city, max(ends).isoformat()) if ends else no_reminder(city)


class _Dumper(yaml.SafeDumper):
    """Writes nothing by reference, and marks what Ansible would take for a template when the playbook runs: it is
    AWX's, or the catalogue's.
    """

    def ignore_aliases(self, data: object) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    if any(mark in text for mark in _TEMPLATES):
        return dumper.represent_scalar("!unsafe", text, style='"')
    return dumper.represent_str(text)


_Dumper.add_representer(str, _text)
