"""Processes that are killed at work, and what the journal must say afterwards."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from chonai.change.ports import Event
from chonai.site import Site


def killed(work: Callable[[], object], seconds: float) -> bool:
    """Do `work` in a process of its own and kill that (SIGKILL) after so many seconds; whether it was still at it."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def check_journal(site: Site, id_: str, system: str) -> None:
    """Every change has exactly one `done`, an intent stands before it, and the chain is whole."""
    done: Counter[int] = Counter()
    intended: set[int] = set()
    for row in site.store.journal.rows(id_, system):
        data: Mapping[str, Any] = row.entry.data
        if row.entry.event is Event.INTENT:
            intended.update(data["changes"])
        elif row.entry.event is Event.OUTCOME:
            assert intended.issuperset(data.get("done", []))
            done.update(data.get("done", []))
    (plan,) = site.store.change_sets.get(id_).change_set.plans
    assert done == Counter(range(len(plan.changes)))
    site.store.journal.verify()
