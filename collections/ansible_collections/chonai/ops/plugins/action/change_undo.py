# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plan and seal the way back. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face, facts

try:
    from chonai.site import Site
    from chonai.site.telling import bounded, tell_plans, tell_seal
    from chonai.site.typed import objects
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Makes the change set that takes another one back."""

    _supports_check_mode = False
    OPTIONS: ClassVar[spec.Options] = {**spec.CHANGE_SET, "only": {"type": "list", "elements": "str"}, **spec.AUTHOR}

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        plans = site.checked(options["id"]).plans
        settings = self.settings_of([plan.system for plan in plans])
        author = site.author(options.get("author"), options.get("key"))
        sealed = site.undo(options["id"], settings, author, objects(options.get("only") or []))
        made = sealed.change_set.plans
        warnings = bounded([warning for plan in made for warning in plan.warnings])
        tale = {**facts(tell_plans(made)), **facts(tell_seal(sealed))}
        return {"changed": True, "undo_of": options["id"], "plan_warnings": warnings, **tale}
