# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Plan a personnel change on one system. Documented in the module of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face

try:
    from chonai.change.errors import InputError
    from chonai.site import Site
    from chonai.site.personnel import RULES, Asked, Phase, plan_personnel, refused_plan
    from chonai.site.typed import announcement, day
except ImportError:  # the base class says so
    pass

FILES = ("orders", "roster", "organisation", "reorganisation")


class ActionModule(Face):
    """Reads the files and the system, and puts a plan into the store."""

    OPTIONS: ClassVar[spec.Options] = {
        **{role: {"type": "path"} for role in FILES},
        "effective_date": {"type": "str", "required": True},
        "phase": {"type": "str", "choices": ["whole", "prepare", "cutover", "cleanup"], "default": "cutover"},
        "left_out": {"type": "list", "elements": "str", "default": []},
        **spec.ANNOUNCEMENT,
    }

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        until = announcement(options.get("announced_at"), site.now())
        self.is_discreet = until is not None
        asked = self.asked(site, options)
        try:
            plan = plan_personnel(
                system=self.host,
                settings=self.settings()[self.host],
                policy=self.variable("personnel_policy"),
                rules={name: self.variable(name) for name in self.rules()},
                asked=asked,
            )
        except InputError as error:
            if until is None:
                raise
            plan = refused_plan(self.host, error)
        early = asked.phase is not Phase.PREPARE and asked.effective_date > site.now().date()
        opens = f"{asked.effective_date.isoformat()}T00:00" if early else None
        return self.planned(plan, site.put(plan, until), until, not_before=opens)

    def asked(self, site: Site, options: dict[str, Any]) -> Asked:
        """What the options ask for."""
        return Asked(
            files={role: Path(options[role]) for role in FILES if options.get(role)},
            effective_date=day(options["effective_date"]),
            phase=Phase(options["phase"]),
            ids=site.store.ids.rows(),
            is_confidential=self.is_discreet,
            left_out=tuple(options["left_out"]),
        )

    def rules(self) -> list[str]:
        """The variables of this host that say what it gets of a personnel change; the usual one where there is none."""
        return [name for name in RULES if name in self.variables] or [RULES[0]]
