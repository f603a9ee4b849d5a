# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Documentation of the action plugin of the same name, which does the work."""

from __future__ import annotations

DOCUMENTATION = r"""
module: monthly_report
short_description: File the work report of a month
version_added: 0.1.0
description:
  - Makes the report of all work of a month (xlsx) from the journal, and sends it where somebody is to have it by mail.
  - A report that is in the folder already stays as it is, and is not sent again.
options:
  folder:
    description:
      - Where reports are. A relative path starts at the site's root. It has to be there.
    type: path
    required: true
  month:
    description: Of which month, such as V(2026-04). By default the last one. A month that is not over is refused.
    type: str
  mail:
    description: To whom it is sent. The site file says to whom mail may go.
    type: list
    elements: str
    default: []
notes:
  - It touches no system, so it runs once for all hosts (C(run_once)).
attributes:
  check_mode:
    support: full
    description: Says whether the report would be made.
  diff_mode:
    support: none
    description: A report has no difference to show.
extends_documentation_fragment:
  - chonai.ops.common
"""

EXAMPLES = r"""
- name: Report the last month
  chonai.ops.monthly_report:
    folder: /srv/reports
    mail: [jouhou@city.example.jp]
  run_once: true
"""

RETURN = r"""
file:
  description: The report.
  returned: success
  type: str
  sample: /srv/reports/202604_月次作業報告.xlsx
answer:
  description: What the mail server said; blank where nothing was sent.
  returned: success
  type: str
code:
  description: The catalogue code of the error.
  returned: failure
  type: str
exit_code:
  description: What the C(chonai) command would exit with. 2 wrong input, 3 refused, 4 partly failed, 1 fault.
  returned: failure
  type: int
"""
