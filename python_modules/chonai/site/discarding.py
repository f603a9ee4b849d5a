"""Forget the initial passwords of a change set once they have been handed out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from chonai.change.ledger import Ledger
from chonai.change.model import Key
from chonai.change.ports import Event
from chonai.site.core import Site
from chonai.site.handing_out import created
from chonai.site.people import require_known


def unshown(site: Site, id_: str, ledgers: Mapping[str, Ledger], kept: Iterable[tuple[str, Key]]) -> int:
    """Of how many new accounts among these nobody has read the initial password yet. What was not made counts
    nothing.
    """
    rows = site.store.journal.rows(id_)
    read = {name for row in rows if row.entry.event is Event.SECRET_SHOWN for name in _objects(row.entry.data)}
    made = {system: created(ledger) for system, ledger in ledgers.items()}
    return sum(key in made.get(system, {}) and f"{system}/{key}" not in read for system, key in kept)


def discard(site: Site, id_: str, kept: Collection[tuple[str, Key]], *, principal: str) -> int:
    """Take the initial passwords of these accounts out of the store for good, and journal who did; of how many. What
    an apply has made since they were counted stays: nobody was asked about it.

    Raises `Refused` for who is not known, and while an apply of the change set is at work or was interrupted.
    """
    require_known(site, principal)
    return site.store.discard_secrets(id_, kept, principal, site.now())


def _objects(data: Mapping[str, Any]) -> list[str]:
    return list(data.get("objects", ()))
