"""Reading what is confidential with a reader's key, and making it readable once it has been announced."""

from __future__ import annotations

from pathlib import Path

from chonai.change.errors import Refused, SealBroken, UsageError
from chonai.change.model import Plan
from chonai.change.ports import Event
from chonai.site.core import Site
from chonai.site.people import holder_of
from chonai.store.change_sets import Sealed


def opened(site: Site, id_: str, key: Path) -> Sealed:
    """A change set with all that it holds, to be shown to the holder of a reader's key. Before its announcement that is
    journaled.

    Raises `Refused` for a key that is no reader's, `UsageError` for one that can open nothing, `SealBroken` if it was
    damaged.
    """
    found = _opened(site, id_, key)
    if not site.secrecy.is_announced(found.change_set):
        _journal(site, id_, key, {})
    return found


def opened_if_able(site: Site, id_: str, key: Path, *, is_shown: bool) -> Sealed:
    """The same, or as everybody may see it where the key does not open it: whoever approves need not be a reader.
    What is not shown is not journaled.
    """
    try:
        return opened(site, id_, key) if is_shown else _opened(site, id_, key)
    except SealBroken:
        raise
    except (Refused, UsageError):
        return site.sealed(id_)


def _opened(site: Site, id_: str, key: Path) -> Sealed:
    stored = site.store.change_sets.get(id_)
    if stored.closed is not None:
        site.secrecy.refuse_stranger(key, stored.change_set.operation)
    return site.secrecy.change_set(stored, key)


def opened_plan(site: Site, plan_id: str, key: Path | None) -> Plan:
    """A plan that nobody has sealed yet. Raises as `opened` does; `Refused` also without the key that is needed."""
    shelved = site.store.plans.get(plan_id)
    if isinstance(shelved.content, Plan):
        return shelved.content
    if key is None:
        raise Refused("site.plan_closed", id=plan_id, readers=", ".join(shelved.content.readers))
    site.secrecy.refuse_stranger(key, shelved.operation)
    plan = site.secrecy.plan(shelved, key)
    _journal(site, "", key, {"plan": plan_id})
    return plan


def disclose(site: Site, id_: str, key: Path | None, by: str | None = None) -> bool:
    """Keep what has been announced so that everybody can read it from now on, and journal that; False if it is kept so
    already, or was never closed. With a reader's key, else with this machine's own.

    Raises `Refused` before its announcement, and where the key does not open it.
    """
    stored = site.store.change_sets.get(id_)
    site.secrecy.refuse_unannounced(stored.change_set)
    if stored.closed is None:
        return False
    found = _opened(site, id_, key) if key else site.content(id_)
    site.check_sealed(found, found.change_set.created_at)
    who = by or (holder_of(site, key) if key else site.author().name)
    site.store.change_sets.disclose(found.change_set, who, site.now())
    return True


def _journal(site: Site, id_: str, key: Path, data: dict[str, object]) -> None:
    site.note(Event.OPENED, id_, holder_of(site, key), data)
