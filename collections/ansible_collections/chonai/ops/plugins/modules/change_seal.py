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
notes:
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
- name: Seal the plans of all directories together
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
counts:
  description: Number of changes by action, for each system.
  returned: success
  type: dict
  sample: {lgwan_ad: {create: 4, update: 20, move: 12, delete: 0}}
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
summary:
  description: A line for people about each system.
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
author:
  description: Who sealed.
  returned: when something was sealed
  type: str
rule:
  description: The site's approval rule, as sealed.
  returned: when something was sealed
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
