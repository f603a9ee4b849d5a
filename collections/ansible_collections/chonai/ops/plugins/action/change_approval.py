# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The gate before an apply. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face, failure

try:
    from chonai.change.errors import ApprovalRefused, BrakeTripped
    from chonai.site import Site
    from chonai.site.applying import check_all
    from chonai.site.telling import next_commands
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Goes on only if this crew may apply the change set now and nothing moved on this system."""

    OPTIONS: ClassVar[spec.Options] = {**spec.CHANGE_SET, **spec.CREW}

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        change_set = site.checked(options["id"])
        if self.host not in [plan.system for plan in change_set.plans]:
            return {"skipped": True, "id": change_set.id}
        try:
            check_all(site, change_set.id, self.crew(site, options), self.settings())
        except (ApprovalRefused, BrakeTripped) as error:
            commands = next_commands(change_set)
            said = "\n".join([error.render(), *(f"  {command}" for command in commands)])
            return {**failure(error), "msg": said, "next_commands": commands}
        approvals = site.store.change_sets.approvals(change_set.id)
        return {"changed": False, "id": change_set.id, "approved_by": [approval.principal for approval in approvals]}
