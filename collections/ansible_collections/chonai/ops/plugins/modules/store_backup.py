# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: store_backup
short_description: Keep backups of the store in a folder
version_added: 0.1.0
description:
  - Writes the whole store, as it is at one moment, into a new file of the folder and proves that file by reading it
    again. Others may go on working meanwhile.
  - Where the newest file there is whole and holds what the store holds, none is made.
  - Takes away the oldest files beyond those that are kept, once the newest was proved.
options:
  folder:
    description:
      - Where the backups are. It is made if it is not there. A relative path starts at the site's root.
    type: path
    required: true
  keep:
    description: How many are kept, the newest.
    type: int
    default: 14
notes:
  - It touches no system, so it runs once for all hosts (C(run_once)).
attributes:
  check_mode:
    support: full
    description: Says what would be made and taken away; compares the newest file with the store as always.
  diff_mode:
    support: none
    description: A backup has no difference to show.
extends_documentation_fragment:
  - chonai.ops.common
"""

EXAMPLES = r"""
- name: Back up
  chonai.ops.store_backup:
    folder: /srv/backup/chonai
    keep: 30
  run_once: true
"""

RETURN = r"""
file:
  description: The newest backup, or in check mode the one that would be made.
  returned: success
  type: str
  sample: /srv/backup/chonai/chonai-store-20260401T013000.jsonl.gz
made:
  description: Whether it was made now.
  returned: success
  type: bool
removed:
  description: Which files were taken away.
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
