"""Planning and sealing for many who do so at once: as the playbooks go around what another was quicker to hold, by
planning again; but here one waits for the other, so that few plan in vain.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from secrets import SystemRandom

from chonai.change.errors import LockHeld, Refused
from chonai.change.model import Plan
from chonai.operations import addressing
from chonai.site import Author, Site
from chonai.store.change_sets import Sealed
from chonai.store.holds import View

HELD = "store.held"
"""The code of the refusal of what another change set holds: planned again, it may well go."""
ATTEMPTS = 5
PATIENCE = 300.0
"""Seconds that somebody waits for others who plan on the same ledger: sixteen on a busy machine take minutes."""


def seal_anew(site: Site, author: Author, system: str, planned: Callable[[View], Sequence[Plan]]) -> Sealed:
    """Plan and seal, one after the other where many do so on a system at once: then none of them plans in vain. Where
    another change set was quicker all the same, and holds what the plan wants, once more on fresh values.

    Raises as `Site.seal` does; after some attempts, the refusal that names the other change set.
    """
    with _turn(site, system, author.name):
        for _ in range(ATTEMPTS - 1):
            try:
                return _sealed(site, author, system, planned)
            except Refused as refused:
                if refused.message.code != HELD:
                    raise
        return _sealed(site, author, system, planned)


def _sealed(site: Site, author: Author, system: str, planned: Callable[[View], Sequence[Plan]]) -> Sealed:
    view = site.store.holds.view(system)
    return site.seal([site.put(plan, mark=view.mark) for plan in planned(view)], author)


@contextmanager
def _turn(site: Site, system: str, who: str) -> Iterator[None]:
    """Whose turn it is to plan. Who has waited too long goes on without: what nobody may have twice, the holds keep."""
    until = time.monotonic() + PATIENCE
    with ExitStack() as held:
        while time.monotonic() < until:
            try:
                held.enter_context(site.store.locks.hold(f"{system} (planning)", who, addressing.OPERATION))
                break
            except LockHeld:
                time.sleep(SystemRandom().uniform(0.02, 0.1))  # or the same ones meet again
        yield
