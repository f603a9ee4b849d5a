# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: change_apply
short_description: Apply a change set to one system
version_added: 0.1.0
description:
  - Does to the system that is this host what the change set plans for it, exactly that, and reads it back.
    Every change is journaled before and after.
  - It checks everything that M(chonai.ops.change_approval) checks, and refuses before the first write.
  - Killed at any moment, the same call goes on where it was. What is done is not done again.
  - A host whose system waits for others (C(after) in C(chonai_system)) is refused while one of these has not had its
    turn, or is at work. M(chonai.ops.change_approval) returns each host's turn.
  - A host that the change set does not concern is skipped.
attributes:
  check_mode:
    support: full
    description: Runs all checks, drift included, and writes nothing.
  diff_mode:
    support: none
    description: C(chonai show) shows the difference.
seealso:
  - module: chonai.ops.change_approval
  - module: chonai.ops.change_undo
extends_documentation_fragment:
  - chonai.ops.common
  - chonai.ops.common.system
  - chonai.ops.common.change_set
  - chonai.ops.common.crew
"""

EXAMPLES = r"""
- name: Apply to all systems side by side
  chonai.ops.change_apply:
    id: 20260401-k7m2xq
    operator: sato
    watcher: tanaka
"""

RETURN = r"""
id:
  description: The change set.
  returned: success
  type: str
total:
  description: Changes that the change set has for this system.
  returned: success, and failure after the checks
  type: int
done:
  description: Those that are done, earlier runs included.
  returned: success, and failure after the checks
  type: int
failures:
  description: Changes that failed, with the system's words; at most 50.
  returned: failure after the checks
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
