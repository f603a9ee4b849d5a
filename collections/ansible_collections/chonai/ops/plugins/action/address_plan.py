# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plan VLANs, prefixes and addresses on a ledger. Documented in the module of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face, differences, facts, failure

try:
    from chonai.site import Site
    from chonai.site.addressing import ACTIONS, POLICY, Asked, plan_addressing, request_file
    from chonai.site.telling import tell_plan, why_not_sealed
    from chonai.site.typed import day
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
            file=request_file(Path(options["request"])),
            day=day(options["date"]) if options.get("date") else site.now().date(),
            view=view,
            actions=tuple(options.get("actions") or ACTIONS),
        )
        plan = plan_addressing(
            system=self.host, settings=self.settings()[self.host], policy=self.variable(POLICY), asked=asked
        )
        plan_id = site.put(plan, mark=view.mark)
        result = {"changed": False, "plan_id": plan_id, **facts(tell_plan(plan))}
        if plan.problems:
            return failure(why_not_sealed(plan, plan_id, None), **result)
        return {**result, **(differences(result["changes"]) if self._task.diff else {})}
