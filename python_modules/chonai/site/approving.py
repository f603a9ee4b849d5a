"""Receive approvals: of what can still be applied, by people who may. What is refused is journaled."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chonai.change import approval
from chonai.change.approval import Approval
from chonai.change.cover import cover
from chonai.change.errors import ApprovalRefused, BrakeTripped, ChonaiError, Refused
from chonai.change.model import ChangeSet
from chonai.change.ports import Event
from chonai.site.core import Site
from chonai.site.reading import opened_if_able
from chonai.store.change_sets import Sealed
from chonai.store.state import State

CLOSED = (State.WITHDRAWN, State.GIVEN_UP, State.APPLYING, State.APPLIED, State.PARTLY_UNDONE, State.UNDONE)
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
        subject = _open(site, id_, key)
        digest, now = subject.digest, site.now()
        made = approval.sign_approval(digest, principal=principal, key_file=key, releases=releases, at=now)
        return _received(site, subject, made)


def take_approval(site: Site, id_: str, *, principal: str, releases: Collection[str], signature: str) -> Received:
    """Keep an approval that was signed elsewhere, if it holds. Raises as `approve` does."""
    with _refusals_journaled(site, id_, principal):
        made = Approval(principal, frozenset(releases), signature, site.now())
        return _received(site, _open(site, id_), made)


def refuse_closed(site: Site, id_: str, principal: str) -> None:
    """Raise `Refused`, and journal it, if no approval of this change set is of use: before anybody is asked."""
    with _refusals_journaled(site, id_, principal):
        _open(site, id_)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is approved: a change set that is what its author sealed, and its digest. Before its announcement it is only
    spoken of as its cover, whoever approves: what is refused is journaled.
    """

    change_set: ChangeSet
    digest: str

    def check(self, site: Site, one: Approval) -> None:
        """Return if an approval of it holds now; raise `ApprovalRefused` if not."""
        approval.check_under_cover(self.change_set, self.digest, one, site.office)


def _open(site: Site, id_: str, key: Path | None = None) -> _Subject:
    """What is approved, if it is whole and can still be applied; with a reader's key its content is proved too."""
    state = site.store.state_of(id_)
    if state in CLOSED:
        undos = ", ".join(site.store.change_sets.undos_of(id_)) or "-"
        raise Refused(f"site.not_approvable_{state.value}", id=id_, undos=undos)
    found = opened_if_able(site, id_, key, is_shown=False) if key else site.sealed(id_)
    site.check_sealed(found, site.now())
    _refuse_vain_undo(site, found.change_set)
    return _Subject(_spoken_of(site, found), found.digest)


def _refuse_vain_undo(site: Site, change_set: ChangeSet) -> None:
    """An undo of what another undo has taken back already does nothing."""
    origin = change_set.undo_of
    if origin is not None and site.store.state_of(origin) is State.UNDONE:
        done = [undo for undo in site.store.change_sets.undos_of(origin) if site.store.state_of(undo) is State.APPLIED]
        raise Refused("site.undone_by_another", id=change_set.id, undone=origin, undos=", ".join(done) or "-")


def _spoken_of(site: Site, found: Sealed) -> ChangeSet:
    is_secret = found.closed is None and not site.secrecy.is_announced(found.change_set)
    return cover(found.change_set) if is_secret else found.change_set


def _received(site: Site, subject: _Subject, made: Approval) -> Received:
    subject.check(site, made)
    change_set = subject.change_set
    _refuse_final_brakes(change_set)
    given = site.store.change_sets.approvals(change_set.id)
    if any(_is_same(one, made) and _holds(site, subject, one) for one in given):
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


def _holds(site: Site, subject: _Subject, one: Approval) -> bool:
    """False for one whose key has run out since: it may be given again."""
    try:
        subject.check(site, one)
    except ApprovalRefused:
        return False
    return True


@contextmanager
def _refusals_journaled(site: Site, id_: str, principal: str) -> Iterator[None]:
    """Who claimed to approve, and why that was refused. Sentences name key files, never what is in them."""
    try:
        yield
    except Refused as refused:
        site.note(Event.REFUSED, id_, principal, {"what": "approval", "why": _why(refused)})
        raise


def _why(refused: ChonaiError) -> dict[str, object]:
    """The sentence that says it: an approval that does not hold says why in its detail."""
    return (refused.details[0] if refused.details else refused.message).as_json()
