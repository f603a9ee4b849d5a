# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: address_import_plan
short_description: Plan the import of an address ledger from a spreadsheet
version_added: 0.1.0
description:
  - Reads a workbook or CSV with addresses, networks, VLANs, ranges and devices, and the address ledger that is this
    host, and puts into the store a plan of what is new in the ledger.
  - What the workbook does not speak of stays as it is. Nothing is taken out of the ledger. Where the ledger says
    something else, that is a problem of the plan.
  - All that is wrong is told at once, each with its sheet and cell.
  - It changes nothing in the ledger, in check mode or not. The same workbook again plans nothing.
options:
  workbook:
    description:
      - The ledger as xlsx, or CSV in CP932 or UTF-8. Every visible sheet with a table that is known is read.
    type: path
    required: true
  vrf:
    description: The VRF of networks for which the workbook names none.
    type: str
  zone:
    description: The zone of new VLANs and networks for which the workbook names none.
    type: str
  location:
    description: The site of new VLANs and networks for which the workbook names none.
    type: str
  overwrite:
    description:
      - Whether owners, purposes, names and places are as in the workbook where the ledger says something else. Never
        states, requests, gateways and networks.
    type: bool
  date:
    description:
      - The day to plan for, today or a later one, such as V(2026-04-01) or V(R8.4.1). Reservations and quarantines
        without a last day are counted from it. Today by default.
    type: str
notes:
  - The policy of the city is the host's variable C(addressing_policy).
attributes:
  check_mode:
    support: full
    description: Plans as always; planning changes nothing.
  diff_mode:
    support: full
    description: Shows the first 50 changes.
seealso:
  - module: chonai.ops.address_plan
  - module: chonai.ops.change_seal
extends_documentation_fragment:
  - chonai.ops.common
  - chonai.ops.common.system
"""

EXAMPLES = r"""
- name: Plan
  chonai.ops.address_import_plan:
    workbook: /srv/ledger/address-ledger.xlsx
    vrf: lgwan
  register: planned
"""

RETURN = r"""
plan_id:
  description: The plan in the store; made from its content.
  returned: when the workbook and the ledger could be read
  type: str
  sample: plan-3f0c6f0e9a5b4d1e8c7a6b5d
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
  sample: {create: 14, update: 0, move: 0, delete: 0}
changes:
  description: The first 50 changes. C(chonai show) has them all.
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
    - What a person should look at; at most 50 sentences. Among them what is not taken in, such as comments and remarks.
  returned: as plan_id
  type: list
  elements: str
plan_problems:
  description: Why the plan cannot be sealed; at most 50 sentences. With any, it fails.
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
