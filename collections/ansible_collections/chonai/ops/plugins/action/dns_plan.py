# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plan DNS records on one name server. Documented in the module of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face

try:
    from chonai.site import Site
    from chonai.site.dns import POLICY, RULES, plan_dns
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Reads the request and the name server, and puts a plan into the store."""

    OPTIONS: ClassVar[spec.Options] = {"request": {"type": "path", "required": True}}

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        plan = plan_dns(
            system=self.host,
            settings=self.settings()[self.host],
            policy=self.variable(POLICY),
            rules=self.variable(RULES),
            request=Path(options["request"]),
        )
        return self.planned(plan, site.put(plan))
