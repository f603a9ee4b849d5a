# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Apply a change set to one system. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face, failure

try:
    from chonai.change.errors import ChonaiError
    from chonai.site import Site
    from chonai.site.applying import apply_all, check_all, refuse_early, settle
    from chonai.site.control import checkpoint
    from chonai.site.reporting import existing, naming, review
    from chonai.site.telling import failures, progress
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Does what was approved, or the rest of it; in check mode only the checks."""

    OPTIONS: ClassVar[spec.Options] = {**spec.CHANGE_SET, **spec.CREW}

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        id_, crew = existing(site, options["id"]), self.crew(site, options)
        found = review(site, id_)
        if self.host not in progress(site, id_):
            return {"skipped": True, "id": id_}
        before, total = progress(site, id_)[self.host]
        if self._task.check_mode:
            with naming(found):
                check_all(site, id_, crew, self.settings())
            return {"changed": before < total, "id": id_, "done": before, "total": total}
        refuse_early(site, id_, crew, self.host, self.settings_of([plan.system for plan in found.change_set.plans]))
        with naming(found):
            outcomes = apply_all(site, id_, crew, self.settings(), lambda *unused: checkpoint())
        done, _unused = progress(site, id_)[self.host]
        result = {"changed": done > before, "id": id_, "done": done, "total": total}
        try:
            settle(outcomes)
        except ChonaiError as error:
            return failure(error, **result, failures=failures(found, outcomes))
        return result
