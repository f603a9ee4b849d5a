"""Where in AWX a city's jobs are: the key `awx` of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chonai.text.messages import Message, message

_PASSWORD = re.compile(r"[a-z+]+://[^/@]*:[^/@]*@", re.IGNORECASE)
NEEDED = ("prefix", "organization", "scm_url", "inventory", "image")


@dataclass(frozen=True, slots=True)
class Awx:
    """How a city's AWX gets at the project, and what it gives to the jobs.

    prefix          before every name in AWX, so that one AWX serves several cities
    organization    theirs
    scm_url         where the project's git repository is; `scm_credential` names the credential that reads it
    inventory       the inventory in the project
    image           the execution environment's
    credentials     credentials of AWX that every job gets besides chonai's own: of vaults, of machines
    instance_groups where jobs run
    notifications   notification templates of AWX that are told what a job's `notify` says
    """

    prefix: str
    organization: str
    scm_url: str
    inventory: str
    image: str
    scm_branch: str = "main"
    scm_credential: str = ""
    credentials: tuple[str, ...] = ()
    instance_groups: tuple[str, ...] = ()
    notifications: tuple[str, ...] = ()


def faults(awx: Awx, path: str) -> Iterator[Message]:
    """What contradicts itself in settings of the right form."""
    for name in NEEDED:
        if not getattr(awx, name).strip():
            yield message("awx.empty", path=f"{path}.{name}")
    if _PASSWORD.match(awx.scm_url):
        yield message("awx.secret_in_url", path=f"{path}.scm_url")
