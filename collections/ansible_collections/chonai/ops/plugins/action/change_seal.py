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
    from chonai.site.reporting import preview, review
    from chonai.site.telling import tell
    from chonai.site.typed import moment
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Makes a change set of plans, signed by its author; of plans that change nothing it makes none."""

    is_discreet = True
    SHOWN = ("summary", "next_commands")

    OPTIONS: ClassVar[spec.Options] = {
        "plan_ids": {"type": "list", "elements": "str", "required": True},
        "not_before": {"type": "str"},
        "start_by": {"type": "str"},
        **spec.ANNOUNCEMENT,
        **spec.AUTHOR,
    }

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        names = ("not_before", "start_by", "announced_at")
        window = Window(*(moment(options[name]) if options.get(name) else None for name in names))
        author = site.author(options.get("author"), options.get("key"))
        draft = site.draft(options["plan_ids"], author, window)
        is_empty = not any(plan.changes for plan in draft.plans)
        result = {"changed": not is_empty, "nothing_to_do": is_empty}
        if is_empty or self._task.check_mode:
            return {**result, **unmade(facts(tell(preview(site, draft))))}
        id_ = site.seal(options["plan_ids"], author, window).change_set.id
        return {**result, **facts(tell(review(site, id_)))}


def unmade(told: dict[str, Any]) -> dict[str, Any]:
    """What is true of a change set that is not made."""
    return {name: value for name, value in told.items() if name not in ("id", "digest", "state", "next_commands")}
