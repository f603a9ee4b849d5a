# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Shows how far an apply is, while it runs."""

from __future__ import annotations

DOCUMENTATION = r"""
name: progress
type: aggregate
short_description: Show how far an apply of chonai is
version_added: 0.1.0
author:
  - The chonai maintainers (!UNKNOWN)
description:
  - While M(chonai.ops.change_apply) runs, prints about every two seconds how many changes of each system are done. They
    are counted from the journal, which is only read.
  - Nothing that goes wrong here touches the play.
requirements:
  - chonai, in the Python that runs C(ansible-playbook)
"""

import os
import threading
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

APPLY = ("chonai.ops.change_apply", "change_apply")
SECONDS = 2.0

# Workers are forked from the process that this thread lives in. One that is forked in the middle of a look into the
# store would inherit locks that nobody opens again; so a fork waits until the look is over.
LOOKING = threading.Lock()
os.register_at_fork(before=LOOKING.acquire, after_in_parent=LOOKING.release, after_in_child=LOOKING.release)


def running() -> dict[str, tuple[int, int]] | None:
    """Changes done, and all changes, of each system that a worker of this process applies now; None if unknown."""
    with LOOKING:
        try:
            from chonai.site import Site
            from chonai.site.telling import progress

            with Site.open() as site:
                holders = site.store.locks.holders().items()
                return {system: progress(site, one.what)[system] for system, one in holders if is_ours(one.pid)}
        except Exception:  # noqa: BLE001 - whatever it is, the play goes on without this display
            return None


def is_ours(pid: int) -> bool:
    """True for a child of this process, see proc(5)."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return int(stat.rpartition(")")[2].split()[1]) == os.getpid()


class CallbackModule(CallbackBase):
    """Starts a thread with the task, and ends it with the next one."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "chonai.ops.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.over = threading.Event()
        self.over.set()

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self.over.set()
        if task.action in APPLY:
            self.over = threading.Event()
            threading.Thread(target=self.watch, args=(self.over,), daemon=True).start()

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self.over.set()

    def watch(self, over: threading.Event) -> None:
        """Print a line for each system that has got on, until the task is over."""
        shown: dict[str, tuple[int, int]] = {}
        while not over.wait(SECONDS) and (now := running()) is not None:
            for system, (done, total) in sorted(now.items()):
                if shown.get(system) != (done, total) and not over.is_set():
                    self._display.display(f"  {system}: {done}/{total}")
            shown.update(now)
