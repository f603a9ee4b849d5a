# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keep backups of the store in a folder. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face

try:
    from chonai.site import Site
    from chonai.site.storing import back_up_into
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Makes a backup where the newest is not of the store as it is, and takes away what is too many."""

    OPTIONS: ClassVar[spec.Options] = {
        "folder": {"type": "path", "required": True},
        "keep": {"type": "int", "default": 14},
    }

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        folder = site.settings.root / options["folder"]
        kept = back_up_into(site, folder, options["keep"], is_check=self._task.check_mode)
        removed = [str(path) for path in kept.removed]
        return {
            "changed": kept.is_new or bool(removed),
            "file": str(kept.file),
            "made": kept.is_new,
            "removed": removed,
        }
