# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dns_plan
short_description: Plan DNS records on one name server
version_added: 0.1.0
description:
  - Reads a request for DNS records and the zones of the name server that is this host, and puts into the store a plan
    of what has to change. PTR records follow the addresses.
  - It changes nothing in the name server, in check mode or not. The plans of all name servers are then sealed
    together by M(chonai.ops.change_seal).
  - Rows of the request for other networks are left to their servers. A plan of a server that is as it should
    be has no changes.
options:
  request:
    description:
      - The request. CSV in CP932 or UTF-8, or xlsx, with a row for each record, or YAML with a list C(records).
    type: path
    required: true
notes:
  - The rules of the city are the host's variable C(dns_policy), and which rows are this server's is C(dns_records).
  - What the request would make wrong (a CNAME beside other records, a name that nobody has, an address that is somebody
    else's) fails, and names the row. What is wrong in the zones already is a warning.
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
  chonai.ops.dns_plan:
    request: /srv/dns/request-2026-0123.csv
  register: planned
"""

RETURN = r"""
plan_id:
  description: The plan in the store; made from its content.
  returned: when the file and the name server could be read
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
  sample: {create: 4, update: 20, move: 12, delete: 0}
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
    - What a person should look at; at most 50 sentences. What is wrong in the zones already is among them.
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
