# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plan and seal the way back. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face, facts

try:
    from chonai.site import Site
    from chonai.site.reporting import existing, naming, review
    from chonai.site.telling import bounded, tell
    from chonai.site.typed import objects
    from chonai.site.undoing import undo
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Makes the change set that takes another one back."""

    _supports_check_mode = False
    OPTIONS: ClassVar[spec.Options] = {**spec.CHANGE_SET, "only": {"type": "list", "elements": "str"}, **spec.AUTHOR}

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        origin = review(site, existing(site, options["id"]))
        settings = self.settings_of([plan.system for plan in origin.change_set.plans])
        author = site.author(options.get("author"), options.get("key"))
        only = objects(origin, options.get("only") or [])
        with naming(origin):
            made = undo(site, options["id"], settings, author, only).change_set
        warnings = list(bounded([warning for plan in made.plans for warning in plan.warnings]))
        return {"changed": True, "plan_warnings": warnings, **facts(tell(review(site, made.id)))}
