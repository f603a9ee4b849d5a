# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Say how far a change set is. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face, facts

try:
    from chonai.site import Site
    from chonai.site.reporting import existing, review
    from chonai.site.telling import results, tell
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Reads the store and the journal."""

    SHOWN = ("results", "next_commands")
    OPTIONS: ClassVar[spec.Options] = {**spec.CHANGE_SET}

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        found = review(site, existing(site, options["id"]))
        anchor = str(site.store.journal.head())
        return {"changed": False, **facts(tell(found)), "results": results(found, anchor), "anchor": anchor}
