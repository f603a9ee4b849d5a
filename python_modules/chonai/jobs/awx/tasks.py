"""One task of the collection awx.awx, and what every one of a city's has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chonai.jobs.awx.names import Names
from chonai.jobs.awx.schedules import Recurrence
from chonai.jobs.awx.settings import Awx
from chonai.jobs.catalogue import Catalogue
from chonai.text.messages import message

Task = dict[str, object]


def task(module: str, what: str, **arguments: object) -> Task:
    """A task that makes (or, with `state: absent`, removes) something in AWX."""
    return {"name": f"{module}: {what}", f"awx.awx.{module}": arguments}


def named(module: str, name: str, **arguments: object) -> Task:
    """The same of something that has a name of its own."""
    return task(module, name, name=name, **arguments)


@dataclass(frozen=True, slots=True)
class City:
    """Whose AWX it is: the catalogue, when AWX begins each job, AWX's settings, the names, and the language of what
    people read there.
    """

    catalogue: Catalogue
    recurrences: Mapping[str, Sequence[Recurrence]]
    awx: Awx
    names: Names
    locale: str

    def say(self, code: str, /, **fields: object) -> str:
        """A sentence of the catalogue of sentences."""
        return message(code, **fields).render(self.locale)

    def playbook(self, playbook: str) -> dict[str, object]:
        """What every job template has. Nothing but its survey is asked when one is started."""
        awx, names = self.awx, self.names
        where = {"instance_groups": list(awx.instance_groups)} if awx.instance_groups else {}
        return {
            "organization": awx.organization,
            "project": names.project,
            "playbook": f"playbooks/{playbook}.yml",
            "inventory": names.inventory,
            "execution_environment": names.environment,
            "credentials": [names.place, names.signing_key, *awx.credentials],
            **where,
            "job_type": "run",
            "ask_variables_on_launch": False,
        }
