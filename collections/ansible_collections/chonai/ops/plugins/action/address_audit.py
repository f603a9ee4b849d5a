# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Hold an address ledger against what is out there. Documented in the module of the same name."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.chonai.ops.plugins.plugin_utils import spec
from ansible_collections.chonai.ops.plugins.plugin_utils.face import Face

try:
    from chonai.site import Site
    from chonai.site.auditing import Asked, audit, lines
    from chonai.site.ledgers import ledger_at
except ImportError:  # the base class says so
    pass

LIST = {"type": "list", "elements": "str", "default": []}


class ActionModule(Face):
    """Reads the ledger and everything that is named, and changes nothing."""

    SHOWN = ("summary",)
    OPTIONS: ClassVar[spec.Options] = {
        "dns": LIST,
        "arp": LIST,
        "leases": LIST,
        "ping": {"type": "bool", "default": False},
        "rate": {"type": "int", "default": 50},
        "prefixes": LIST,
        "vrf": {"type": "str", "default": ""},
        "place": {"type": "str", "default": ""},
        "days": {"type": "int", "default": 30},
    }

    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        lists = {name: tuple(options[name]) for name in ("dns", "arp", "leases", "prefixes")}
        words = {name: options[name] for name in ("ping", "rate", "vrf", "days")}
        asked = Asked(site=options["place"], **lists, **words)
        ledger = ledger_at(site, self.host, self.settings()[self.host])
        for warning in ledger.warnings:
            self._display.warning(warning.render())
        found = audit(site, ledger, asked, self.system)
        return {"changed": False, "differs": bool(found.rows), **found.data(), "summary": lines(found)}
