# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What all modules of this collection share.

They are action plugins: they run in the controller's own process, where chonai has been imported once, instead of
starting a Python for each task and host. That is what keeps a small change cheap, and it keeps a system's settings,
which may hold a password, out of the arguments of tasks and so out of results, logs and events.
"""

from __future__ import annotations

import re
import traceback
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars
from ansible_collections.chonai.ops.plugins.plugin_utils.spec import Options

try:
    from chonai.change.errors import ChonaiError, Fault
    from chonai.site import Crew, Site, preloaded
    from chonai.site.sequence import check_waits
    from chonai.site.telling import tell_plan, why_none_sealed, why_not_sealed
    from chonai.site.untagged import untagged
except ImportError:
    MISSING = traceback.format_exc()
else:
    MISSING = "" if preloaded else "chonai"

SETTINGS = "chonai_system"
_WORD = re.compile(r"[A-Za-z_]\w*")
_TEMPLATE = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)


def made_of(name: str, variables: Mapping[str, Any]) -> set[str]:
    """The variables that a variable is templated from, itself included, however many steps away."""
    found, left = {name}, [variables.get(name)]
    while left:
        value = left.pop()
        if isinstance(value, Mapping):
            left += value.values()
        elif isinstance(value, list | tuple):
            left += value
        elif isinstance(value, str):
            words = {word for template in _TEMPLATE.findall(value) for word in _WORD.findall(template)}
            left += [variables.get(word) for word in words - found]
            found |= words
    return found


class Face(ActionBase):
    """One module: parse the options, call `act`, translate what comes of it. Stores and signers come from the site."""

    TRANSFERS_FILES = False
    _requires_connection = False
    is_discreet = False
    """Whether this works on what may be confidential, so that an error that nobody expected must not tell its text."""
    OPTIONS: ClassVar[Options] = {}
    SHOWN: ClassVar[tuple[str, ...]] = ()
    """Lists of lines in the result that people read, shown as they are: YAML and JSON break lines, and write 𠮷 as a
    code."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """The module's result; an error of chonai fails with its code and the exit code of the command line."""
        result = super().run(tmp, task_vars)
        if MISSING:
            return {**result, "failed": True, "msg": missing_required_lib("chonai"), "exception": MISSING}
        validated, _unused = self.validate_argument_spec(self.OPTIONS)
        self.variables = task_vars or {}
        try:
            with Site.open() as site:
                made = untagged(self.act(site, untagged(validated.validated_parameters)))
        except ChonaiError as error:
            return {**result, **failure(error)}
        except AnsibleError:
            raise
        except Exception as error:
            if not self.is_discreet:
                raise
            return {**result, **failure(unexpected(error))}
        lines = [line for name in self.SHOWN for line in made.get(name) or ()]
        if lines and not self._task.no_log:
            self._display.display("\n".join(lines))
        return {**result, **made}

    @abstractmethod
    def act(self, site: Site, options: dict[str, Any]) -> dict[str, Any]:
        """What this module does, as its RETURN documentation says."""

    def planned(self, plan: Any, plan_id: str, until: datetime | None = None, **more: Any) -> dict[str, Any]:
        """The result of a module that has put this plan into the store, closed until then; one with problems fails."""
        told = facts(tell_plan(plan, is_confidential=self.is_discreet))
        result = {"changed": False, "plan_id": plan_id, **more, **told}
        if plan.problems:
            return failure(why_not_sealed(plan, plan_id, until), **_named(result))
        return {**result, **(differences(result["changes"]) if self._task.diff and not self.is_discreet else {})}

    def planned_together(self, plans: Sequence[Any], plan_ids: list[str], others: str) -> dict[str, Any]:
        """The same of several plans of one change set: the first is this host's, those of `others` beside it."""
        own, *beside = (facts(tell_plan(plan)) for plan in plans)
        result = {"changed": False, "plan_id": plan_ids[0], "plan_ids": plan_ids, **own, others: beside}
        result["has_changes"] = any(plan.changes for plan in plans)
        if any(plan.problems for plan in plans):
            return failure(why_none_sealed(plans), **_named(result))
        changes = [change for told in (own, *beside) for change in told["changes"]]
        return {**result, **(differences(changes) if self._task.diff else {})}

    @property
    def host(self) -> str:
        """The inventory host of this task: the name of the system."""
        return str(self.variables["inventory_hostname"])

    def crew(self, site: Site, options: dict[str, Any]) -> Crew:
        """Who works and who watches; without a name it is the site's author who works."""
        return Crew(options.get("operator") or site.author().name, options.get("watcher"))

    def settings(self) -> dict[str, dict[str, Any]]:
        """The settings of this host's system, by its name."""
        found = {self.host: self.variable(SETTINGS)}
        check_waits(found, self.system)
        return found

    def variable(self, name: str) -> Any:
        """A variable of this host, templated and decrypted. What was approved for this inventory is not sent elsewhere
        by an extra variable."""
        self._refuse_extra(name, self.variables)
        if name not in self.variables:
            raise AnsibleActionFail(f"{self.host} has no host variable {name}. Add it to host_vars/{self.host}.")
        return untagged(self._templar.template(self.variables[name]))

    def variable_of(self, host: str, name: str) -> Any:
        """The same of another host of the inventory."""
        hosts = self.variables["hostvars"]
        found = hosts.get(host, {})
        if name not in found:
            raise AnsibleActionFail(f"{host} has no host variable {name}. Add it to host_vars/{host}.")
        self._refuse_extra(name, hosts.raw_get(host))
        return untagged(found[name])

    def _refuse_extra(self, name: str, variables: Mapping[str, Any]) -> None:
        """Return if an extra variable has no part in one of these variables, whatever it is made of."""
        if found := sorted(made_of(name, variables) & load_extra_vars(self._loader).keys()):
            said = f"{found[0]} is part of the inventory ({name}) and not taken from -e."
            raise AnsibleActionFail(f"{said} Change it in host_vars or group_vars.")

    def settings_of(self, systems: list[str]) -> dict[str, dict[str, Any]]:
        """The settings of several systems, which are other hosts of the inventory."""
        hosts = self.variables["hostvars"]
        lacking = [name for name in systems if name not in hosts or SETTINGS not in hosts[name]]
        if lacking:
            raise AnsibleActionFail(f"No host variable {SETTINGS} for: {', '.join(lacking)}.")
        found = {name: self.variable_of(name, SETTINGS) for name in systems}
        check_waits(found, self.system)
        return found

    def system(self, name: str) -> dict[str, Any] | None:
        """The settings of another host of the inventory; None for one that is no system, or is not there."""
        hosts = self.variables["hostvars"]
        return self.variable_of(name, SETTINGS) if name in hosts and SETTINGS in hosts[name] else None


def _named(result: dict[str, Any]) -> dict[str, Any]:
    """Of a plan that cannot be sealed only which one it is, and what is said of it: it would drown in all the rest."""
    names = ("changed", "plan_id", "plan_ids", "system", "plan_warnings", "plan_problems")
    return {name: result[name] for name in names if name in result}


def unexpected(error: Exception) -> ChonaiError:
    """An error that nobody expected, without its text: that may hold a name."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return Fault("faces.unexpected", kind=type(error).__name__, place=f"{Path(frame.filename).name}:{frame.lineno}")


def failure(error: ChonaiError, **more: Any) -> dict[str, Any]:
    """An error as a failed result."""
    return {
        "failed": True,
        "msg": error.render(),
        "code": error.message.code,
        "exit_code": error.exit_code,
        **more,
    }


def facts(tale: Any) -> dict[str, Any]:
    """What chonai tells, as fields of a result."""
    return asdict(tale)


def differences(changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Changes as `--diff` shows them."""
    before, after = ("".join(_lines(change, side) for change in changes) for side in ("before", "after"))
    return {"diff": {"before": before, "after": after}}


def _lines(change: dict[str, Any], side: str) -> str:
    head = f"{change['action']} {change['label']} ({change['reason']})"
    return "\n".join([head, *(f"  {name}: {value}" for name, value in change[side].items())]) + "\n"
