"""Host variables of the inventory, templated and decrypted as a playbook would see them.

Uses ansible-core's own loader, inventory and variable managers, so that a setting means the same at the command line
and in a playbook. Importing ansible takes a moment: only commands that reach a system do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chonai.change.errors import InputError, UsageError


def host_variables(inventory: Path, hosts: Iterable[str], names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """For each host the named variables that it has.

    Raises `UsageError` for a host that the inventory does not have, `InputError` for a variable that cannot be
    templated or decrypted.
    """
    from ansible.cli import CLI
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader
    from ansible.plugins.loader import init_plugin_loader
    from ansible.vars.manager import VariableManager

    init_plugin_loader()
    loader = DataLoader()
    loader.set_vault_secrets(CLI.setup_vault_secrets(loader, vault_ids=_vault_ids(), auto_prompt=False))
    manager = InventoryManager(loader=loader, sources=[str(inventory)])
    variables = VariableManager(loader=loader, inventory=manager)
    found = {}
    for name in hosts:
        host = manager.get_host(name)
        if host is None:
            raise UsageError("site.unknown_host", host=name, inventory=inventory)
        found[name] = _templated(loader, variables.get_vars(host=host), name, names)
    return found


def _vault_ids() -> list[str]:
    from ansible import constants

    return list(constants.DEFAULT_VAULT_IDENTITY_LIST)


def _templated(loader: Any, variables: Mapping[str, Any], host: str, names: Iterable[str]) -> dict[str, Any]:
    from ansible.errors import AnsibleError
    from ansible.template import Templar

    templar = Templar(loader=loader, variables=dict(variables))
    try:
        return {name: templar.template(variables[name]) for name in names if name in variables}
    except AnsibleError as error:
        raise InputError("site.bad_host_variable", host=host, cause=" ".join(str(error).split())) from None
