"""Host variables of the inventory, templated and decrypted as a playbook would see them.

Uses ansible-core's own loader, inventory and variable managers, so that a setting means the same at the command line
and in a playbook. Importing ansible takes a moment: only commands that reach a system do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chonai.change.errors import InputError, UsageError
from chonai.site.sequence import check_waits
from chonai.site.systems import Settings
from chonai.site.untagged import untagged
from chonai.text.messages import message

if TYPE_CHECKING:
    from ansible.parsing.dataloader import DataLoader

SYSTEM = "chonai_system"
"""The host variable that says how a system is reached."""


def host_variables(inventory: Path, hosts: Iterable[str], names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """For each host the named variables that it has.

    Raises `UsageError` for a host that the inventory does not have, `InputError` for a variable that cannot be
    templated or decrypted.
    """
    opened, wanted = Inventory(inventory), list(names)
    return {host: opened.variables(host, wanted) for host in hosts}


def settings_of(inventory: Path, systems: Iterable[str]) -> dict[str, Settings]:
    """How each of these systems is reached. Raises `InputError` naming every host that does not say so, and systems
    that wait for what is none, or for each other in a circle.
    """
    opened = Inventory(inventory)
    found = {host: opened.variables(host, [SYSTEM]) for host in systems}
    lacking = [message("site.no_settings", system=name) for name, own in found.items() if SYSTEM not in own]
    if lacking:
        raise InputError(lacking[0].code, details=lacking[1:], **lacking[0].fields)
    settings = {name: own[SYSTEM] for name, own in found.items()}
    check_waits(settings, opened.system)
    return settings


class Inventory:
    """An inventory, loaded. Inside of Ansible its own `loader` reads it, which has opened the vault already."""

    def __init__(self, path: Path, loader: DataLoader | None = None) -> None:
        from ansible.inventory.manager import InventoryManager
        from ansible.parsing.dataloader import DataLoader
        from ansible.vars.manager import VariableManager

        self._path, self._loader = path, loader or DataLoader()
        if loader is None:
            self._loader.set_vault_secrets(_vault_secrets())
        self._manager = InventoryManager(loader=self._loader, sources=[str(path)])
        self._variables = VariableManager(loader=self._loader, inventory=self._manager)

    @property
    def hosts(self) -> list[str]:
        """The names of all hosts, sorted."""
        return sorted(host.name for host in self._manager.get_hosts())

    def variables(self, host: str, names: Iterable[str]) -> dict[str, Any]:
        """Those of the named variables that the host has. Raises as `host_variables` does."""
        return _templated(self._loader, self.raw_variables(host), host, names)

    def raw_variables(self, host: str) -> Mapping[str, Any]:
        """All variables of a host as they are written. Raises `UsageError` for one that there is not."""
        found = self._manager.get_host(host)
        if found is None:
            raise UsageError("site.unknown_host", host=host, inventory=self._path)
        variables: Mapping[str, Any] = self._variables.get_vars(host=found)
        return variables

    def decrypted(self, path: Path) -> Any:
        """What a vaulted file holds; None where it cannot be opened or read: a playbook that needs it says so."""
        from ansible.errors import AnsibleError

        try:
            return self._loader.load_from_file(str(path))
        except AnsibleError:
            return None

    def system(self, name: str) -> Settings | None:
        """How a host is reached; None for one that is no system, or is not there."""
        found: Settings | None = self.variables(name, [SYSTEM]).get(SYSTEM) if name in self.hosts else None
        return found


@cache
def _vault_secrets() -> list[Any]:
    """What opens vaulted settings. Ansible keeps this, as its plugins, once for the whole process."""
    from ansible import constants
    from ansible.cli import CLI
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import init_plugin_loader

    init_plugin_loader()
    identities = list(constants.DEFAULT_VAULT_IDENTITY_LIST)
    return list(CLI.setup_vault_secrets(DataLoader(), vault_ids=identities, auto_prompt=False))


def _templated(loader: DataLoader, variables: Mapping[str, Any], host: str, names: Iterable[str]) -> dict[str, Any]:
    from ansible.errors import AnsibleError
    from ansible.template import Templar

    templar = Templar(loader=loader, variables=dict(variables))
    try:
        return {name: untagged(templar.template(variables[name])) for name in names if name in variables}
    except AnsibleError as error:
        raise InputError("site.bad_host_variable", host=host, cause=" ".join(str(error).split())) from None
