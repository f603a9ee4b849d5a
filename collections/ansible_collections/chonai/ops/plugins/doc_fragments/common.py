# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation that all modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """What is true of every module, and options that several have."""

    DOCUMENTATION = r"""
author:
  - The chonai maintainers (!UNKNOWN)
attributes:
  platform:
    description: Where it runs. The system that it works on may be anything.
    support: full
    platforms: posix
requirements:
  - chonai, in the Python that runs C(ansible-playbook)
notes:
  - Runs on the controller, whatever the connection of the host is.
  - The store, the file of signers and the approval rules come from the site file (E(CHONAI_SITE), or C(site.yml) in
    the inventory that C(ansible.cfg) names) and from E(CHONAI_STORE). No option and no variable changes them.
  - Messages are Japanese or English by E(CHONAI_LANG), else by the locale.
"""

    SYSTEM = r"""
options: {}
notes:
  - The host is the system. How it is reached is its variable C(chonai_system), a dictionary; a password in it is best a
    file (C(password_file)) or encrypted with Ansible Vault. It is never an option, so that no log holds it.
"""

    CREW = r"""
options:
  operator:
    description:
      - Who is at the keyboard; a principal of the file of signers. By default the author whom the site file names.
    type: str
  watcher:
    description: Who stands beside the operator and checks; another principal. Needed where the site's rule wants it.
    type: str
"""

    CHANGE_SET = r"""
options:
  id:
    description: The change set.
    type: str
    required: true
"""

    AUTHOR = r"""
options:
  author:
    description: Who seals; a principal of the file of signers. By default the one whom the site file names.
    type: str
  key:
    description: The OpenSSH private key of O(author). By default the one that the site file names.
    type: path
"""
