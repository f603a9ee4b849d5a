"""The hosts of the inventory whose accounts are those of staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chonai.change.errors import UsageError
from chonai.operations.personnel.directory_rules import DirectoryPolicy
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.schema import city_policy, directory_policy
from chonai.site.core import Site
from chonai.site.inventory import SYSTEM, Inventory
from chonai.site.systems import Settings

CITY, DIRECTORY = "personnel_policy", "personnel_directory"


@dataclass(frozen=True, slots=True)
class StaffHost:
    """One such host: how it is reached, and what its accounts look like."""

    name: str
    settings: Settings
    city: CityPolicy
    rules: DirectoryPolicy


def staff_hosts(site: Site) -> list[StaffHost]:
    """All of them, sorted by name. Raises `UsageError` where there is none, `InputError` for wrong policies."""
    inventory = Inventory(site.settings.inventory)
    variables = {name: inventory.variables(name, (SYSTEM, CITY, DIRECTORY)) for name in inventory.hosts}
    found = [_host(name, own) for name, own in variables.items() if own.keys() == {SYSTEM, CITY, DIRECTORY}]
    if not found:
        raise UsageError("site.no_staff_directory", inventory=site.settings.inventory)
    return found


def _host(name: str, own: Mapping[str, Any]) -> StaffHost:
    return StaffHost(name, own[SYSTEM], city_policy(own[CITY]), directory_policy(own[DIRECTORY]))
