# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Options that several modules have; documented in the fragment `common`."""

from __future__ import annotations

from typing import Any

Options = dict[str, dict[str, Any]]

CHANGE_SET: Options = {"id": {"type": "str", "required": True}}
CREW: Options = {"operator": {"type": "str"}, "watcher": {"type": "str"}}
ANNOUNCEMENT: Options = {"announced_at": {"type": "str"}}
AUTHOR: Options = {"author": {"type": "str"}, "key": {"type": "path"}}
