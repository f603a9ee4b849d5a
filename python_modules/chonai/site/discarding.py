"""Forget the initial passwords of a change set once they have been handed out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chonai.change.errors import Refused
from chonai.change.ports import Event
from chonai.site.core import Site, created
from chonai.site.people import require_known
from chonai.store import State
from chonai.text.messages import Message

UNFINISHED = (State.APPLYING, State.INTERRUPTED)
"""States in which an apply may still make secrets, or has to make them again."""


def unshown(site: Site, id_: str) -> int:
    """Of how many new accounts nobody has read the initial password yet. What was not made counts nothing."""
    rows = site.store.journal.rows(id_)
    read = {name for row in rows if row.entry.event is Event.SECRET_SHOWN for name in _objects(row.entry.data)}
    made = {plan.system: created(plan, site.store, id_) for plan in site.checked(id_).plans}
    kept = site.store.kept_secrets(id_)
    return sum(key in made.get(system, {}) and f"{system}/{key}" not in read for system, key in kept)


def discard(site: Site, id_: str, *, principal: str) -> int:
    """Take the initial passwords of a change set out of the store for good, and journal who did; of how many accounts.

    Raises `Refused` for who is not known, and while an apply of it is not over.
    """
    require_known(site, principal)
    state = site.store.state_of(id_)
    if state in UNFINISHED:
        raise Refused("site.secrets_not_over", id=id_, state=Message(f"report.state_{state.value}"))
    return site.store.discard_secrets(id_, principal, site.now())


def _objects(data: Mapping[str, Any]) -> list[str]:
    return list(data.get("objects", ()))
