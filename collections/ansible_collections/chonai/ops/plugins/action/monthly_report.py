# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""File the report of a month. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face

try:
    from chonai.site import Site
    from chonai.site.monthly import file_report
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Makes the report of a month and sends it; one that is there stays as it is."""

    OPTIONS: ClassVar[spec.Options] = {
        "folder": {"type": "path", "required": True},
        "month": {"type": "str"},
        "mail": {"type": "list", "elements": "str", "default": []},
    }

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        folder = site.settings.root / options["folder"]
        check = self._task.check_mode
        filed = file_report(site, options["month"], folder, options["mail"], is_check=check)
        return {"changed": filed.is_new, "file": str(filed.file), "answer": filed.answer}
