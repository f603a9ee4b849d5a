"""Import files that wait for the word of an operator, and profiles drafted from a product's export."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chonai.change.errors import UsageError
from chonai.change.ports import Event
from chonai.site.core import Site
from chonai.site.inventory import SYSTEM, Inventory, settings_of
from chonai.site.people import require_known
from chonai.site.systems import Settings
from chonai.systems.csv_import import answers, draft

KIND = "csv_import"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An import file that waits: for which product, where, how many rows for what, since when."""

    system: str
    path: Path
    type: str
    rows: int
    since: datetime


def waiting_imports(site: Site, system: str | None = None) -> list[Waiting]:
    """The import files that wait, of one system or of all; of each in the order in which they have to be imported.

    Raises as connecting to the systems does.
    """
    found = {system: _settings(site, system)} if system else _products(site)
    return [
        Waiting(name, file.path, file.type, file.rows, file.since)
        for name, settings in found.items()
        for file in answers.waiting(settings)
    ]


def answer_imports(
    site: Site, system: str, files: Collection[str], *, operator: str, rejected: str | None = None
) -> Sequence[Path]:
    """Note that files were imported, or were `rejected` and why; the files. The journal says who said so.

    Raises UsageError when none of these waits, Refused for an operator whom the city's file of signers does not have.
    """
    require_known(site, operator)
    answered = answers.confirm(_settings(site, system), files, by=operator, at=site.now(), rejected=rejected)
    holder = site.store.locks.holders().get(system)
    data = {"imports": [path.name for path in answered], "batch": answered[0].parent.name, "rejected": rejected}
    change_set = holder.what if holder else ""
    site.note(Event.NOTE, change_set, operator, data, system=system)
    return answered


def draft_profile(path: Path) -> str:
    """A profile for the product whose export this is, with remarks on what is not sure; YAML.

    Raises UsageError when the file cannot be read, InputError when it is no table.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError("cli.unreadable", file=path, cause=error) from None
    return draft.draft_profile(path.name, data)


def _settings(site: Site, system: str) -> Settings:
    found = settings_of(site.settings.inventory, [system])[system]
    if found.get("kind") != KIND:
        raise UsageError("site.no_import_system", system=system, kind=found.get("kind"))
    return {"name": system, **found}


def _products(site: Site) -> dict[str, Settings]:
    inventory = Inventory(site.settings.inventory)
    found = {host: inventory.variables(host, [SYSTEM]).get(SYSTEM, {}) for host in inventory.hosts}
    return {host: {"name": host, **settings} for host, settings in found.items() if settings.get("kind") == KIND}
