# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plan the import of an address ledger from a spreadsheet. Documented in the module of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face

try:
    from chonai.site import Site
    from chonai.site.addressing import planning_day
    from chonai.site.files import read_file
    from chonai.site.ledger_sheets import WORKBOOK, HandedIn, Terms, plan_ledger_import
    from chonai.site.ledgers import POLICY
except ImportError:  # the base class says so
    pass


class ActionModule(Face):
    """Reads a workbook and the ledger, and puts a plan into the store."""

    OPTIONS: ClassVar[spec.Options] = {
        "workbook": {"type": "path", "required": True},
        "vrf": {"type": "str"},
        "zone": {"type": "str"},
        "location": {"type": "str"},
        "overwrite": {"type": "bool"},
        "date": {"type": "str"},
    }

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        view = site.store.holds.view(self.host)
        handed_in = HandedIn(
            file=read_file(WORKBOOK, Path(options["workbook"])),
            terms=Terms(
                planning_day(site, options.get("date")),
                *(options.get(name) or "" for name in ("vrf", "zone", "location")),
                overwrites=bool(options.get("overwrite")),
            ),
            view=view,
        )
        plan = plan_ledger_import(
            system=self.host, settings=self.settings()[self.host], policy=self.variable(POLICY), handed_in=handed_in
        )
        return self.planned(plan, site.put(plan, mark=view.mark))
