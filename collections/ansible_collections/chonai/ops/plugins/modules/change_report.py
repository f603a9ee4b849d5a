# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: change_report
short_description: Say how far a change set is
version_added: 0.1.0
description:
  - Tells from the store and the journal what a change set plans, who agreed, and what became of it.
notes:
  - It touches no system, so it runs once for all hosts (C(run_once)).
attributes:
  check_mode:
    support: full
    description: Reads as always.
  diff_mode:
    support: none
    description: C(chonai show) shows the difference.
extends_documentation_fragment:
  - chonai.ops.common
  - chonai.ops.common.change_set
"""

EXAMPLES = r"""
- name: Report
  chonai.ops.change_report:
    id: 20260401-k7m2xq
  register: change
  run_once: true
"""

RETURN = r"""
operation:
  description: What it does, such as C(personnel) or C(undo).
  returned: success
  type: str
author:
  description: Who sealed.
  returned: success
  type: str
rule:
  description: The site's approval rule, as sealed.
  returned: success
  type: dict
  contains:
    kind:
      description: One of C(none), C(second_person), C(city).
      returned: always
      type: str
    watcher:
      description: Whether a watcher has to be named at the apply.
      returned: always
      type: bool
brakes:
  description: Thresholds that the plans pass. They stop an apply until an approval releases them by name.
  returned: success
  type: list
  elements: dict
  contains:
    system:
      description: Where.
      returned: always
      type: str
    name:
      description: The brake's name.
      returned: always
      type: str
    releasable:
      description: Whether an approval can release it at all.
      returned: always
      type: bool
    message:
      description: Why it stands.
      returned: always
      type: str
approved_by:
  description: Whose approvals hold.
  returned: success
  type: list
  elements: str
systems:
  description: For each system the number of changes by action, and what became of them.
  returned: success
  type: dict
  sample: {lgwan_ad: {counts: {create: 4, update: 20, move: 12, delete: 0}, done: 0, failed: 0, skipped: 0, left: 36}}
undo_of:
  description: The change set that this one takes back, if any.
  returned: success
  type: str
announced_at:
  description: Until when it is confidential. Nothing where it never was.
  returned: success
  type: str
  sample: "2026-03-24T09:00:00+09:00"
summary:
  description: Lines for people. Counts and brakes of each system, then the warnings.
  returned: success
  type: list
  elements: str
id:
  description: The change set.
  returned: success
  type: str
  sample: 20260401-k7m2xq
digest:
  description: What the author sealed and an approver signs.
  returned: success
  type: str
state:
  description: How far it is; docs/lifecycle.md explains the states.
  returned: success
  type: str
  sample: sealed
next_commands:
  description: What to type next.
  returned: success
  type: list
  elements: str
  sample:
    - chonai approve 20260401-k7m2xq --as NAME --key FILE
    - chonai apply 20260401-k7m2xq --operator NAME --watcher NAME
results:
  description: What became of it. A line for each system, then how far all of it is, and the head of the journal.
  returned: success
  type: list
  elements: str
anchor:
  description: The journal's head. Kept elsewhere, it proves later that no row was cut off.
  returned: success
  type: str
code:
  description: The catalogue code of the error.
  returned: failure
  type: str
exit_code:
  description: What the C(chonai) command would exit with. 2 wrong input, 3 refused, 4 partly failed, 1 fault.
  returned: failure
  type: int
"""
