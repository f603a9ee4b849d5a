# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: address_plan
short_description: Plan VLANs, prefixes and addresses on a ledger, and their names on name servers
version_added: 0.1.0
description:
  - Reads a request and the address ledger that is this host, and puts into the store a plan of what is issued,
    reserved, renumbered and given back.
  - What a request leaves open is the lowest that is free on the day, by the policy. What other change sets want that
    nobody has decided on yet is not free.
  - The host names that addresses get and lose are planned on the name servers that hold their zones, with the PTR
    records; one plan for each. Name servers that get and lose none are not asked.
  - It changes nothing in the ledger or any name server, in check mode or not. All plans are then sealed together by
    M(chonai.ops.change_seal), which holds what they want until they are applied or withdrawn.
  - The same request again is the same. What it was given is known by its request number and item names.
options:
  request:
    description:
      - The request. A table (xlsx, or CSV in CP932 or UTF-8) with one row for each thing, or YAML.
    type: path
    required: true
  date:
    description:
      - The day to plan for, such as V(2026-04-01) or V(R8.4.1), today or a later one; today by default.
      - What was reserved or in quarantine until an earlier day is free, and an apply is refused before that day.
    type: str
  actions:
    description: What the request may ask for. All of it by default.
    type: list
    elements: str
    choices: [issue, reserve, renumber, release]
  name_servers:
    description:
      - The hosts that are name servers. Which of them a name belongs to is told by their variables C(dns_records) and
        C(dns_policy), and by their zones. Without any, a warning says that host names get no records.
    type: list
    elements: str
notes:
  - The policy of the city is the host's variable C(addressing_policy). With C(dns) V(none) in it no name server is
    asked.
attributes:
  check_mode:
    support: full
    description: Plans as always; planning changes nothing.
  diff_mode:
    support: full
    description: Shows the first 50 changes.
seealso:
  - module: chonai.ops.change_seal
extends_documentation_fragment:
  - chonai.ops.common
  - chonai.ops.common.system
"""

EXAMPLES = r"""
- name: Plan
  chonai.ops.address_plan:
    request: /srv/requests/R8-0412.yml
    name_servers: "{{ groups['dns'] }}"
  register: planned
"""

RETURN = r"""
plan_id:
  description: The ledger's plan in the store; made from its content.
  returned: when the request, the ledger and the name servers could be read
  type: str
  sample: plan-3f0c6f0e9a5b4d1e8c7a6b5d
plan_ids:
  description: That plan, and those of the name servers. They belong into one change set.
  returned: as plan_id
  type: list
  elements: str
name_servers:
  description:
    - The plans of the name servers; of each C(system), C(has_changes), C(counts), C(changes), C(brakes),
      C(plan_warnings) and C(plan_problems), as described here for the ledger.
  returned: success
  type: list
  elements: dict
system:
  description: The name of the system.
  returned: as plan_id
  type: str
has_changes:
  description: Whether anything has to change, on the ledger or a name server.
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
    - What a person should look at; at most 50 sentences. Among them the prefixes that fill up, and what had an owner
      before.
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
