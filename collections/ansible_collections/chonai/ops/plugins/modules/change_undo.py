# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: change_undo
short_description: Plan and seal the way back
version_added: 0.1.0
description:
  - Computes from the journal, and from what is in the systems now, the change set that takes another one back, and
    seals it. It is shown, approved and applied like any other, under the rule of what it undoes.
  - What somebody changed since is not overwritten; it is named in RV(plan_warnings).
options:
  only:
    description: Take back only what concerns these objects, written as C(type:id). By default everything.
    type: list
    elements: str
notes:
  - It reads all systems of the change set, each by the variable C(chonai_system) of its host, so it runs once for all
    hosts (C(run_once)).
attributes:
  check_mode:
    support: none
    description: Making the plan and sealing it are one; in check mode the task is skipped.
  diff_mode:
    support: none
    description: C(chonai show) shows the difference.
extends_documentation_fragment:
  - chonai.ops.common
  - chonai.ops.common.change_set
  - chonai.ops.common.author
"""

EXAMPLES = r"""
- name: Take the change back
  chonai.ops.change_undo:
    id: 20260401-k7m2xq
  register: undo
  run_once: true
"""

RETURN = r"""
plan_warnings:
  description: What is left as it is, because somebody changed it since; at most 50 sentences.
  returned: success
  type: list
  elements: str
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
code:
  description: The catalogue code of the error.
  returned: failure
  type: str
exit_code:
  description: What the C(chonai) command would exit with. 2 wrong input, 3 refused, 4 partly failed, 1 fault.
  returned: failure
  type: int
"""
