# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The devices of an address ledger as an Ansible inventory."""

from __future__ import annotations

DOCUMENTATION = r"""
name: ledger
short_description: The devices of an address ledger as an inventory
version_added: 0.1.0
description:
  - Makes a host of each device of the ledger that has an address in use on a management interface. The lowest of its
    addresses is its C(ansible_host).
  - Hosts are in a group for their zone and one for their site. Group names are made as Ansible makes them, from the
    names in the ledger after V(zone_) and V(site_); what is no letter or digit becomes V(_).
  - Nothing in the ledger is changed.
author:
  - The chonai maintainers (!UNKNOWN)
requirements:
  - chonai, in the Python that runs Ansible
notes:
  - The file that names this plugin ends in V(ledger.yml) or V(ledger.yaml), and lies outside of the site's own
    inventory, in which the ledger is found.
  - How the ledger is reached is the host variable C(chonai_system) of the site's own inventory, and never stands here.
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [chonai.ops.ledger]
  ledger:
    description: The ledger, a host of the site's inventory. Needed where there are several.
    type: str
extends_documentation_fragment:
  - ansible.builtin.constructed
"""

EXAMPLES = r"""
plugin: chonai.ops.ledger
keyed_groups:
  - key: ledger_platform
    prefix: platform
compose:
  ansible_network_os: ledger_platform
"""

import traceback
from typing import Any

from ansible.errors import AnsibleParserError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.inventory import BaseInventoryPlugin, Constructable

try:
    from chonai.change.errors import ChonaiError
    from chonai.site import Site
    from chonai.site.ledgers import management, read_ledger
except ImportError:
    MISSING = traceback.format_exc()
else:
    MISSING = ""

WORDS = ("zone", "site", "product", "platform")


class InventoryModule(BaseInventoryPlugin, Constructable):
    """Reads the ledger once for each run."""

    NAME = "chonai.ops.ledger"

    def verify_file(self, path: str) -> bool:
        return super().verify_file(path) and path.endswith(("ledger.yml", "ledger.yaml"))

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        if MISSING:
            raise AnsibleParserError(f"{missing_required_lib('chonai')}\n{MISSING}")
        self._read_config_data(path)
        try:
            with Site.visit() as site:
                ledger = read_ledger(site, self.get_option("ledger"), loader)
        except ChonaiError as error:
            raise AnsibleParserError(error.render()) from error
        for warning in ledger.warnings:
            self.display.warning(warning.render())
        for name, device in management(ledger):
            self._add(name, device)

    def _add(self, name: str, device: dict[str, str]) -> None:
        self.inventory.add_host(name)
        self.inventory.set_variable(name, "ansible_host", device["address"])
        variables = {f"ledger_{word}": device[word] for word in WORDS if device[word]}
        for variable, value in variables.items():
            self.inventory.set_variable(name, variable, value)
        for word in ("zone", "site"):
            if device[word]:
                group = self.inventory.add_group(self._sanitize_group_name(f"{word}_{device[word]}"))
                self.inventory.add_child(group, name)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)
