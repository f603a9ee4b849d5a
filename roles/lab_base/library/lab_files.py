#!/usr/bin/python
"""Write a server's folders, programs and settings in one task: every task costs a process, a third of a second."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: lab_files
short_description: Folders, programs and settings of a lab server, in one go
description:
  - Makes folders and writes files that differ. A file appears under its name only when it is complete.
options:
  folder:
    description: What all the names are relative to.
    type: path
    required: true
  folders:
    description: Folders to make, parents first. The empty name is O(folder) itself.
    type: list
    elements: str
    default: []
  programs:
    description: What can be run (mode 0755). Content by name.
    type: dict
    default: {}
  files:
    description: Everything else. Content by name.
    type: dict
    default: {}
  owner:
    description: Who owns what is made. Not given, what is there keeps its owner.
    type: str
  mode:
    description: Mode of O(files).
    type: str
    default: "0644"
  folder_mode:
    description: Mode of O(folders).
    type: str
    default: "0755"
author: chonai
"""

EXAMPLES = r"""
- name: Its settings
  lab_files:
    folder: /var/tmp/chonai-lab/webmail
    files: {etc/server.env: "ADDRESS=127.0.0.31\n"}
"""

RETURN = r"""
written:
  description: What was made or differed.
  returned: success
  type: list
  elements: str
"""


class Writer:
    """Brings folders and files to what they should be, and keeps what it changed."""

    def __init__(self, module: AnsibleModule) -> None:
        self.module = module
        self.folder = Path(module.params["folder"])
        self.written: list[str] = []
        self.diff: list[dict[str, str]] = []

    def make(self, name: str, mode: str) -> None:
        """A folder, with its owner and mode."""
        path = self.folder / name
        self._note(name, changed=not path.is_dir())
        if not self.module.check_mode:
            path.mkdir(parents=True, exist_ok=True)
        self._own(path, name, mode)

    def write(self, name: str, content: str, mode: str) -> None:
        """A file, with its owner and mode."""
        path = self.folder / name
        wanted = content.encode()
        before = path.read_bytes() if path.is_file() else None
        if before != wanted:
            self._note(name, changed=True)
            header = {"before_header": str(path), "after_header": str(path)}
            self.diff.append({**header, "before": (before or b"").decode(errors="replace"), "after": content})
            if not self.module.check_mode:
                self._replace(path, wanted)
        self._own(path, name, mode)

    def _replace(self, path: Path, content: bytes) -> None:
        """Nobody reads half of it; owner, group and mode stay."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(dir=self.module.tmpdir)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        self.module.atomic_move(new, str(path))

    def _own(self, path: Path, name: str, mode: str) -> None:
        """Owner and mode; in check mode there may be nothing yet to own."""
        if path.exists():
            wanted = {"path": str(path), "mode": mode, "owner": self.module.params["owner"]}
            arguments = self.module.load_file_common_arguments({**self.module.params, **wanted})
            self._note(name, changed=self.module.set_fs_attributes_if_different(arguments, changed=False))

    def _note(self, name: str, *, changed: bool) -> None:
        if changed and name not in self.written:
            self.written.append(name)


def main() -> None:
    texts: dict[str, Any] = {"type": "dict", "default": {}}
    module = AnsibleModule(
        argument_spec={
            "folder": {"type": "path", "required": True},
            "folders": {"type": "list", "elements": "str", "default": []},
            "programs": texts,
            "files": texts,
            "owner": {"type": "str"},
            "mode": {"type": "str", "default": "0644"},
            "folder_mode": {"type": "str", "default": "0755"},
        },
        supports_check_mode=True,
    )
    wanted = module.params
    writer = Writer(module)
    for name in wanted["folders"]:
        writer.make(name, wanted["folder_mode"])
    for name, content in wanted["programs"].items():
        writer.write(name, content, "0755")
    for name, content in wanted["files"].items():
        writer.write(name, content, wanted["mode"])
    module.exit_json(changed=bool(writer.written), written=writer.written, diff=writer.diff)


if __name__ == "__main__":
    main()
