# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The gate before an apply. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face, failure

try:
    from chonai.change.errors import ApprovalRefused, BrakeTripped, ChonaiError
    from chonai.site import Site
    from chonai.site.applying import check_all, turn_of
    from chonai.site.reporting import existing, naming, review
    from chonai.site.telling import ChangeSetTale, tell
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Goes on only if this crew may apply the change set now and nothing moved on this system."""

    OPTIONS: ClassVar[spec.Options] = {**spec.CHANGE_SET, **spec.CREW}

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        found = review(site, existing(site, options["id"]))
        told = tell(found)
        if self.host not in told.systems:
            return {"skipped": True, "id": told.id}
        try:
            with naming(found):
                check_all(site, told.id, self.crew(site, options), self.settings())
        except (ApprovalRefused, BrakeTripped) as error:
            return {**failure(error), "msg": way_out(error, told), "next_commands": told.next_commands}
        turn, turns = turn_of(site, told.id, self.host, self.settings_of(list(told.systems)))
        return {"changed": False, "id": told.id, "approved_by": told.approved_by, "turn": turn, "turns": turns}


def way_out(error: ChonaiError, told: ChangeSetTale) -> str:
    """The refusal, the brakes that an approval has to release, and the commands to type."""
    brakes = [f"  - {brake.system}: {brake.name}: {brake.message}" for brake in told.brakes]
    said = [error.render(), *(brakes if isinstance(error, ApprovalRefused) else [])]
    return "\n".join([*said, *(f"  {command}" for command in told.next_commands)])
