"""Receive approvals: of what can still be applied, by people who may. What is refused is journaled."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chonai.change import approval
from chonai.change.approval import Approval
from chonai.change.errors import ApprovalRefused, BrakeTripped, ChonaiError, Refused
from chonai.change.model import ChangeSet
from chonai.change.ports import Entry, Event
from chonai.site.core import Site
from chonai.store.state import State

CLOSED = (State.APPLYING, State.APPLIED, State.PARTLY_UNDONE, State.UNDONE)
"""States in which an approval would change nothing, or would look as if it had been there in time."""


@dataclass(frozen=True, slots=True)
class Received:
    """An approval that holds. One that repeats what the same person has approved before is not kept again."""

    approval: Approval
    is_new: bool


def approve(site: Site, id_: str, *, principal: str, releases: Collection[str], key: Path) -> Received:
    """Sign an approval with the person's key, and keep it if it holds.

    Raises `Refused` for what is applied or cannot be, and for an approval that does not hold.
    """
    with _refusals_journaled(site, id_, principal):
        change_set, digest = _open(site, id_)
        made = approval.approve(
            change_set, digest, principal=principal, key_file=key, releases=releases, office=site.office
        )
        return _received(site, change_set, digest, made)


def take_approval(site: Site, id_: str, *, principal: str, releases: Collection[str], signature: str) -> Received:
    """Keep an approval that was signed elsewhere, if it holds. Raises as `approve` does."""
    with _refusals_journaled(site, id_, principal):
        change_set, digest = _open(site, id_)
        made = Approval(principal, frozenset(releases), signature, site.now())
        approval.check_one(change_set, digest, made, site.office)
        return _received(site, change_set, digest, made)


def refuse_closed(site: Site, id_: str, principal: str) -> None:
    """Raise `Refused`, and journal it, if no approval of this change set is of use: before anybody is asked."""
    with _refusals_journaled(site, id_, principal):
        _open(site, id_)


def _open(site: Site, id_: str) -> tuple[ChangeSet, str]:
    """The change set and its digest, if it is whole and can still be applied."""
    state = site.store.state_of(id_)
    if state in CLOSED:
        undos = ", ".join(site.store.change_sets.undos_of(id_)) or "-"
        raise Refused(f"site.not_approvable_{state.value}", id=id_, undos=undos)
    return site.checked(id_, site.now()), site.store.change_sets.get(id_).digest


def _received(site: Site, change_set: ChangeSet, digest: str, made: Approval) -> Received:
    _refuse_final_brakes(change_set)
    given = site.store.change_sets.approvals(change_set.id)
    if any(_is_same(one, made) and _holds(site, change_set, digest, one) for one in given):
        return Received(made, is_new=False)
    site.store.change_sets.approve(change_set.id, made)
    return Received(made, is_new=True)


def _refuse_final_brakes(change_set: ChangeSet) -> None:
    """An approval of what nobody can apply would only look like one."""
    final = [approval.standing(system, brake) for system, brake in approval.brakes(change_set) if not brake.releasable]
    if final:
        raise BrakeTripped("site.not_approvable_brake", details=final, id=change_set.id)


def _is_same(one: Approval, other: Approval) -> bool:
    return (one.principal, one.releases) == (other.principal, other.releases)


def _holds(site: Site, change_set: ChangeSet, digest: str, one: Approval) -> bool:
    """False for one whose key has run out since: it may be given again."""
    try:
        approval.check_one(change_set, digest, one, site.office)
    except ApprovalRefused:
        return False
    return True


@contextmanager
def _refusals_journaled(site: Site, id_: str, principal: str) -> Iterator[None]:
    """Who claimed to approve, and why that was refused. Sentences name key files, never what is in them."""
    try:
        yield
    except Refused as refused:
        data = {"what": "approval", "why": _why(refused)}
        site.store.journal.append([Entry(Event.REFUSED, id_, "", principal, site.now(), data)])
        raise


def _why(refused: ChonaiError) -> dict[str, object]:
    """The sentence that says it: an approval that does not hold says why in its detail."""
    return (refused.details[0] if refused.details else refused.message).as_json()
