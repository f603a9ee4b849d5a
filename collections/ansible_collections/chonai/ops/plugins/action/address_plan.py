# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plan VLANs, prefixes and addresses on a ledger. Documented in the module of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face

try:
    from chonai.site import Site
    from chonai.site.addressing import ACTIONS, POLICY, REQUEST, Asked, plan_addressing, planning_day
    from chonai.site.files import read_file
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Reads a request and the ledger, and puts a plan into the store."""

    OPTIONS: ClassVar[spec.Options] = {
        "request": {"type": "path", "required": True},
        "date": {"type": "str"},
        "actions": {"type": "list", "elements": "str", "choices": ["issue", "reserve", "renumber", "release"]},
    }

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        view = site.store.holds.view(self.host)
        asked = Asked(
            file=read_file(REQUEST, Path(options["request"])),
            day=planning_day(site, options.get("date")),
            view=view,
            actions=tuple(options.get("actions") or ACTIONS),
        )
        plan = plan_addressing(
            system=self.host, settings=self.settings()[self.host], policy=self.variable(POLICY), asked=asked
        )
        return self.planned(plan, site.put(plan, mark=view.mark))
