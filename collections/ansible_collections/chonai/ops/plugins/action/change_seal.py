# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Seal plans together. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face, facts

try:
    from chonai.site import Site
    from chonai.site.core import Window
    from chonai.site.telling import tell_plans, tell_seal
    from chonai.site.typed import moment
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Makes a change set of plans, signed by its author; of plans that change nothing it makes none."""

    OPTIONS: ClassVar[spec.Options] = {
        "plan_ids": {"type": "list", "elements": "str", "required": True},
        "not_before": {"type": "str"},
        "start_by": {"type": "str"},
        **spec.AUTHOR,
    }

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        early, late = (moment(options[name]) if options.get(name) else None for name in ("not_before", "start_by"))
        tale = tell_plans([site.store.plans.get(plan_id) for plan_id in options["plan_ids"]])
        if tale.nothing_to_do or self._task.check_mode:
            return {"changed": not tale.nothing_to_do, **facts(tale)}
        author = site.author(options.get("author"), options.get("key"))
        sealed = site.seal(options["plan_ids"], author, Window(early, late))
        return {"changed": True, **facts(tale), **facts(tell_seal(sealed))}
