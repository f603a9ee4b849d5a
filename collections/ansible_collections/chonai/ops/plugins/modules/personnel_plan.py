# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: personnel_plan
short_description: Plan a personnel change on one system
version_added: 0.1.0
description:
  - Reads the city's files and the system that is this host, whatever its kind, and puts into the store a plan of what
    has to change.
  - It changes nothing in the system, in check mode or not. The plans of all systems are then sealed together by
    M(chonai.ops.change_seal).
  - A plan of a system that is as it should be has no changes.
options:
  orders:
    description:
      - The list of orders (発令リスト), one row for each. CSV in CP932 or UTF-8, or xlsx.
      - One of O(orders), O(roster) and O(reorganisation) is needed.
    type: path
  roster:
    description: The list of everyone (名簿) as of O(effective_date). With O(orders), each is checked against the other.
    type: path
  organisation:
    description: The sections that there are on O(effective_date).
    type: path
  reorganisation:
    description: What becomes of which section. Renames, merges, splits, new, abolished and transferred ones.
    type: path
  effective_date:
    description: The day as of which the system shall be right, such as V(2026-04-01), V(R8.4.1) or V(令和8年4月1日).
    type: str
    required: true
  phase:
    description:
      - What of the request is planned. V(whole) is everything that is due.
      - V(prepare) makes the accounts of people who join, disabled, in no group and without a word about their post. It
        is for the days before O(effective_date). Nothing else is touched, and no folder.
      - V(cutover) is everything but the deletion of accounts whose time is over. A warning counts those that are due.
      - V(cleanup) is that deletion, and mail addresses and forwardings whose last day has passed. People whom the
        request names are not deleted. The folders of ended sections whose time of reading is over are closed.
    type: str
    choices: [whole, prepare, cutover, cleanup]
    default: cutover
  left_out:
    description:
      - Names of systems that the same run leaves out. The plan says so in a warning, which is sealed and shown to
        whoever approves.
    type: list
    elements: str
    default: []
  announced_at:
    description:
      - The moment of the announcement (公表), still to come, in ISO 8601. Without an offset, the controller's time.
      - Until then the plan is confidential. In the store only the readers whom the site file names can read it
        (C(confidential_readers)), and what this module returns names neither people nor sections nor reasons. Files are
        called by the names of these options, not by their own.
    type: str
notes:
  - The policy of the city is the host's variable C(personnel_policy). What this system gets of it is
    C(personnel_directory) for accounts, and C(personnel_folders) for folders; a host has one of them.
  - The ledger of IDs in the store says which accounts, addresses and staff numbers were somebody's. None of them is
    planned for anybody else.
attributes:
  check_mode:
    support: full
    description: Plans as always; planning changes nothing.
  diff_mode:
    support: full
    description: Shows the first 50 changes; nothing of a confidential plan.
seealso:
  - module: chonai.ops.change_seal
extends_documentation_fragment:
  - chonai.ops.common
  - chonai.ops.common.system
"""

EXAMPLES = r"""
- name: Plan
  chonai.ops.personnel_plan:
    orders: /srv/jinji/orders-2026.csv
    organisation: /srv/jinji/organisation-2026.csv
    effective_date: "2026-04-01"
  register: planned
"""

RETURN = r"""
plan_id:
  description: The plan in the store; made from its content.
  returned: when the files and the system could be read
  type: str
  sample: plan-3f0c6f0e9a5b4d1e8c7a6b5d
not_before:
  description:
    - The first moment of O(effective_date) where that is still to come, for M(chonai.ops.change_seal). Nothing where it
      has come, and for O(phase=prepare).
  returned: success
  type: str
  sample: "2026-04-01T00:00"
system:
  description: The name of the system.
  returned: as plan_id
  type: str
has_changes:
  description: Whether anything has to change.
  returned: success
  type: bool
counts:
  description: Number of changes by action.
  returned: success
  type: dict
  sample: {create: 4, update: 20, move: 12, delete: 0}
changes:
  description: The first 50 changes. C(chonai show) has them all. Of a confidential plan none.
  returned: success
  type: list
  elements: dict
  contains:
    action:
      description: One of C(create), C(update), C(move), C(delete).
      returned: always
      type: str
    key:
      description: Type and stable id of the object; what does not exist yet has an id that begins with C(new).
      returned: always
      type: str
    label:
      description: What people call the object, where the plan knows it.
      returned: always
      type: str
    reason:
      description: Why it changes, in the words of the city.
      returned: always
      type: str
    before:
      description: The attributes that change, as they are; of sets the values taken away.
      returned: always
      type: dict
    after:
      description: The same as they will be; of sets the values added.
      returned: always
      type: dict
brakes:
  description: Thresholds that this plan passes. They stop an apply until an approval releases them by name.
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
plan_warnings:
  description:
    - What a person should look at; at most 50 sentences. Of a confidential plan without names and values, which
      C(chonai plan PLAN_ID --key FILE) shows to a reader.
  returned: as plan_id
  type: list
  elements: str
plan_problems:
  description: Why the plan cannot be sealed; at most 50 sentences, told like RV(plan_warnings). With any, it fails.
  returned: as plan_id
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
