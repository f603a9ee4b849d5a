# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plan VLANs, prefixes and addresses on a ledger, and their names. Documented in the module of the same name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face

try:
    from chonai.change.errors import UsageError
    from chonai.site import Site, dns
    from chonai.site.addressing import ACTIONS, REQUEST, Asked, plan_addressing, planning_day
    from chonai.site.files import read_file
    from chonai.site.ledgers import POLICY
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Reads a request, the ledger and the name servers that it concerns, and puts their plans into the store."""

    OPTIONS: ClassVar[spec.Options] = {
        "request": {"type": "path", "required": True},
        "date": {"type": "str"},
        "actions": {"type": "list", "elements": "str", "choices": ["issue", "reserve", "renumber", "release"]},
        "name_servers": {"type": "list", "elements": "str"},
    }

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        view = site.store.holds.view(self.host)
        asked = Asked(
            file=read_file(REQUEST, Path(options["request"])),
            day=planning_day(site, options.get("date")),
            view=view,
            actions=tuple(options.get("actions") or ACTIONS),
        )
        plans = plan_addressing(
            system=self.host,
            settings=self.settings()[self.host],
            policy=self.variable(POLICY),
            asked=asked,
            servers=self.name_servers(options.get("name_servers") or []),
        )
        told = self.planned_together(plans, [site.put(plan, mark=view.mark) for plan in plans], "name_servers")
        if not told.get("failed"):
            self.refuse_outside(plans)
        return told

    def refuse_outside(self, plans: Sequence[Any]) -> None:
        """Raise where a name server has something to do and is none of the hosts of this run: it would apply the rest
        without it.
        """
        here = self.variables.get("ansible_play_hosts_all") or [self.host]
        outside = [plan.system for plan in plans if plan.changes and plan.system not in here]
        if outside:
            raise UsageError("site.outside_limit", systems=",".join(outside))

    def name_servers(self, hosts: list[str]) -> dict[str, Any]:
        """Other hosts of the inventory, as what they are."""
        found = self.settings_of(hosts)
        return {
            host: dns.NameServer(found[host], *(self.variable_of(host, name) for name in (dns.POLICY, dns.RULES)))
            for host in hosts
        }
