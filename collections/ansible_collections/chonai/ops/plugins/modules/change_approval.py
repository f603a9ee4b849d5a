# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: change_approval
short_description: Go on only if a change set may be applied now
version_added: 0.1.0
description:
  - The gate before M(chonai.ops.change_apply). It checks the seal, the site's rule, operator and watcher, the agreed
    hours, the approvals and the brakes; then it reads from this host's system what will be touched, and fails when
    something moved since the plan.
  - Run it on all hosts before the first of them is written to; with C(any_errors_fatal), one refusal stops all.
  - M(chonai.ops.change_apply) checks the same again. Leaving this module out gets nobody around an approval.
  - A host that the change set does not concern is skipped.
attributes:
  check_mode:
    support: full
    description: Checks as always; checking changes nothing.
  diff_mode:
    support: none
    description: C(chonai show) shows the difference.
extends_documentation_fragment:
  - chonai.ops.common
  - chonai.ops.common.system
  - chonai.ops.common.change_set
  - chonai.ops.common.crew
"""

EXAMPLES = r"""
- name: Check authority and drift
  chonai.ops.change_approval:
    id: 20260401-k7m2xq
    operator: sato
    watcher: tanaka
"""

RETURN = r"""
id:
  description: The change set.
  returned: success
  type: str
approved_by:
  description: Whose approvals hold.
  returned: success
  type: list
  elements: str
turn:
  description:
    - In which turn M(chonai.ops.change_apply) has to come to this host; V(0) is the first. Systems that wait for others
      (C(after) in C(chonai_system)) come in a later turn, in an undo the other way round.
  returned: success
  type: int
turns:
  description: How many turns there are.
  returned: success
  type: int
next_commands:
  description: What to type next.
  returned: when no valid approval is there, or a brake stands
  type: list
  elements: str
code:
  description: The catalogue code of the error.
  returned: failure
  type: str
exit_code:
  description: What the C(chonai) command would exit with. 2 wrong input, 3 refused, 4 partly failed, 1 fault.
  returned: failure
  type: int
"""
