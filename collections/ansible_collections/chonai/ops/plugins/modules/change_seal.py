# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: change_seal
short_description: Seal plans together as one change set
version_added: 0.1.0
description:
  - Takes plans of several systems out of the store and seals them as one change set, signed by its author. From then on
    it cannot be changed; it is approved and applied as it is, or not at all.
  - Of plans that change nothing no change set is made.
options:
  plan_ids:
    description: The plans, one for each system, all of one operation.
    type: list
    elements: str
    required: true
  not_before:
    description: The earliest time at which it may be applied, in ISO 8601. Without an offset, the controller's time.
    type: str
  start_by:
    description: The latest time at which an apply of it may be started.
    type: str
  announced_at:
    description:
      - The moment of the announcement (公表), until which all of it is confidential. Nothing applies it before.
      - The plans say it themselves, so that it can be left out. Where it is given it has to be theirs; plans that lie
        open in the store are not sealed as if they were confidential.
    type: str
notes:
  - Of a confidential change set the result holds numbers and the names of brakes. C(chonai show ID --key FILE) shows a
    reader all of it. It is opened with O(key), or with the C(confidential_key) of the site file.
  - It touches no system, so it runs once for all hosts (C(run_once)).
attributes:
  check_mode:
    support: full
    description: Says what would be sealed, and seals nothing.
  diff_mode:
    support: none
    description: C(chonai show) shows the difference.
seealso:
  - module: chonai.ops.personnel_plan
  - module: chonai.ops.change_apply
extends_documentation_fragment:
  - chonai.ops.common
  - chonai.ops.common.author
"""

EXAMPLES = r"""
- name: Seal the plans of all systems together
  chonai.ops.change_seal:
    plan_ids: "{{ ansible_play_hosts_all | map('extract', hostvars, ['planned', 'plan_id']) | list }}"
    not_before: "2026-03-31T18:00+09:00"
    start_by: "2026-03-31T23:00+09:00"
  register: sealed
  run_once: true
"""

RETURN = r"""
nothing_to_do:
  description: Whether all plans are empty.
  returned: success
  type: bool
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
  returned: when something was sealed
  type: str
  sample: 20260401-k7m2xq
digest:
  description: What the author sealed and an approver signs.
  returned: when something was sealed
  type: str
state:
  description: How far it is; docs/lifecycle.md explains the states.
  returned: when something was sealed
  type: str
  sample: sealed
next_commands:
  description: What to type next.
  returned: when something was sealed
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
