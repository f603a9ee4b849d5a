# Copyright: (c) The chonai maintainers
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tells the run of a job what becomes of each task, and holds the playbook where the run is paused or stopped."""

from __future__ import annotations

DOCUMENTATION = r"""
name: record
type: aggregate
short_description: Tell the run of a job of chonai what becomes of each task
version_added: 0.1.0
author:
  - The chonai maintainers (!UNKNOWN)
description:
  - C(chonai job run) enables this by itself. In a playbook that is no run of a job it does nothing.
  - Before each task it waits while the run is paused, and ends the playbook where the run is stopped or its process has
    gone.
requirements:
  - chonai, in the Python that runs C(ansible-playbook)
"""

import json
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

try:
    from chonai.site.control import StoppedByPeople, checkpoint
except ImportError:
    MISSING = True
else:
    MISSING = False

FOLDER = "CHONAI_RUN"
EVENTS = "events"
LONGEST = 8_000  # far more than is kept: secrets are taken out before it is cut
REFUSED = 3


def said(result: dict[str, Any]) -> str:
    """What a task says of itself that is worth keeping: why it failed, or what it changed; bounded."""
    told = result.get("msg") if result.get("failed") or result.get("unreachable") else None
    if told is None and isinstance(result.get("diff"), dict):
        told = result["diff"].get("prepared") or result["diff"].get("after")
    text = "" if told is None else str(told).strip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def status(result: dict[str, Any]) -> str:
    """How a task ended on a host, in Ansible's words."""
    return next((name for name in ("skipped", "failed", "changed") if result.get(name)), "ok")


class CallbackModule(CallbackBase):
    """Writes a line of JSON for each result into the pipe of the run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "chonai.ops.record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        folder = os.environ.get(FOLDER)
        if folder is None or MISSING:
            self.disabled = True
            return
        self.began: dict[tuple[str, str], float] = {}
        # Unbuffered: a worker that is forked has nothing of it to write again.
        self.pipe = os.open(Path(folder) / EVENTS, os.O_WRONLY)
        self.tell(event="began", pid=os.getpid())

    def tell(self, **event: Any) -> None:
        """One line. Where nobody reads any more, the playbook ends before its next task."""
        line = json.dumps(event, ensure_ascii=True, separators=(",", ":")) + "\n"
        with suppress(OSError):
            os.write(self.pipe, line.encode("ascii"))

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self.tell(event="task", task=task.get_name())
        try:
            checkpoint()
        except StoppedByPeople as stopped:
            self._display.display(stopped.render())
            os.kill(os.getpid(), signal.SIGTERM)

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        self.began[host.get_name(), task._uuid] = time.time()

    def v2_runner_on_ok(self, result: Any) -> None:
        self.result(result, status(result.result))

    def v2_runner_on_skipped(self, result: Any) -> None:
        self.result(result, "skipped")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self.result(result, "unreachable")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self.result(result, "ignored" if ignore_errors else "failed")

    def result(self, result: Any, how: str) -> None:
        """Tell of one task on one host."""
        host, task, now, found = result.host.get_name(), result.task, time.time(), result.result
        began = self.began.pop((host, task._uuid), now)
        own = str(task.action).startswith("chonai.ops.")
        more = {"id": str(found["id"])} if own and isinstance(found.get("id"), str) else {}
        if how == "failed" and found.get("exit_code") == REFUSED:
            more["refused"] = True
        self.tell(
            event="result",
            task=task.get_name(),
            host=host,
            status=how,
            at=began,
            seconds=now - began,
            said=said(found),
            **more,
        )
