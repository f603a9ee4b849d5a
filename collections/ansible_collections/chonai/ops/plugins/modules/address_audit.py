# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: address_audit
short_description: Hold an address ledger against what is out there
version_added: 0.1.0
description:
  - Compares the address ledger that is this host with names in DNS, with ARP and MAC tables of devices, with the leases
    of DHCP servers, and with who answers to a ping.
  - Says what is unused (in use in the ledger, and nobody was seen), unknown (seen, and not in the ledger) and
    conflicting.
  - It changes nothing, neither in the ledger nor in the store, in check mode or not. Findings are no failure.
options:
  dns:
    description:
      - Name servers, hosts of the inventory whose C(chonai_system) has the kind C(dns).
      - Behind a name may stand which VRF it serves, as in V(dns_lgwan,vrf=lgwan). Then write a list, because Ansible
        splits a lone text at its commas. This holds for O(arp) and O(leases) too.
    type: list
    elements: str
    default: []
  arp:
    description:
      - Files with ARP or MAC tables as devices print them; docs/runbooks/audit_addresses.md says of which.
      - Behind a file may stand what it sees, V(,vrf=NAME) and V(,site=NAME), and when it was made,
        V(,at=2026-04-01T09:00). Else it was made when it was last modified.
    type: list
    elements: str
    default: []
  leases:
    description:
      - Lease files of ISC Kea (memfile), dnsmasq and ISC DHCP. The same may stand behind them.
    type: list
    elements: str
    default: []
  ping:
    description:
      - Ask the addresses of the ledger's prefixes with C(fping), and no others. Of IPv6 those that the ledger has.
    type: bool
    default: false
  rate:
    description: Pings in a second.
    type: int
    default: 50
  prefixes:
    description: Only these prefixes, by network or name. A container stands for all that lies in it.
    type: list
    elements: str
    default: []
  vrf:
    description: The VRF that sources see which do not say another. Of several VRFs a ping needs one.
    type: str
    default: ""
  place:
    description: The site all of whose devices are in the files that do not say another.
    type: str
    default: ""
  days:
    description: What was seen longer ago counts as gone.
    type: int
    default: 30
attributes:
  check_mode:
    support: full
    description: Reads as always.
  diff_mode:
    support: none
    description: Nothing is changed.
extends_documentation_fragment:
  - chonai.ops.common
  - chonai.ops.common.system
"""

EXAMPLES = r"""
- name: Compare
  chonai.ops.address_audit:
    dns: ["dns_lgwan,vrf=lgwan"]
    arp: [/srv/audit/core-1.txt, "/srv/audit/kita.txt,site=北支所"]
  register: found
"""

RETURN = r"""
differs:
  description: Whether there is any finding.
  returned: success
  type: bool
findings:
  description: Conflicts first, then what is unknown, then what is unused; each by VRF and address.
  returned: success
  type: list
  elements: dict
  contains:
    group:
      description: One of C(conflicting), C(unknown), C(unused).
      returned: always
      type: str
    kind:
      description: What is the matter, such as C(two_devices).
      returned: always
      type: str
    address:
      description: The address.
      returned: always
      type: str
    why:
      description: The same as a sentence.
      returned: always
      type: str
    prefix:
      description: The prefix that it lies in, if any.
      returned: always
      type: str
    vrf:
      description: The VRF, as far as known.
      returned: always
      type: str
    status:
      description: In the ledger C(reserved), C(in_use) or C(retired); nothing where it is not there.
      returned: always
      type: str
    until:
      description: The last day of a reservation or quarantine.
      returned: always
      type: str
    hostname:
      description: What the ledger calls it.
      returned: always
      type: str
    mac:
      description: The MAC address of its interface in the ledger.
      returned: always
      type: str
    owner:
      description: Whose it is, or was.
      returned: always
      type: str
    request:
      description: By which request.
      returned: always
      type: str
    item:
      description: As what in it.
      returned: always
      type: str
    names:
      description: The names that were seen.
      returned: always
      type: list
      elements: str
    macs:
      description: The MAC addresses that were seen.
      returned: always
      type: list
      elements: str
    ports:
      description: Where, as device and interface.
      returned: always
      type: list
      elements: str
    sources:
      description: By whom.
      returned: always
      type: list
      elements: str
    last_seen:
      description: When somebody was there last; nothing where nobody ever was.
      returned: always
      type: str
counts:
  description: How many findings of each kind there are.
  returned: success
  type: dict
  sample: {unknown: 3, unused: 12}
checked:
  description: How many addresses of the ledger were compared.
  returned: success
  type: int
sources:
  description: How much each source saw.
  returned: success
  type: dict
  sample: {dns_lgwan: 412, core-1.txt: 1380}
not_looked_at:
  description: Prefixes in use where no source looked. Nothing in them is called unused.
  returned: success
  type: list
  elements: str
unclear:
  description: How much of a source may belong to several VRFs. Nothing follows from it.
  returned: success
  type: dict
summary:
  description: All of it for people, a line each.
  returned: success
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
